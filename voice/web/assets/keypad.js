/** The telephone keypad: twelve buttons with one tab stop, arrow keys, and the digits of the keyboard. */

import { element } from "./element.js";
import { KEYS } from "./protocol.js";

const LAYOUT = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const NAMES = { "*": "star", "#": "hash" };
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -3, ArrowDown: 3 };
const FLASH_MS = 140;

export class Keypad {
  /** `onKey(key)` returns whether the key was sent. */
  constructor({ panel, keys, keyed, toggle, onKey }) {
    Object.assign(this, { panel, keyed, toggle, onKey });
    this.masked = false;
    this.buttons = LAYOUT.map((key) => this.button(key));
    this.buttons[0].tabIndex = 0;
    keys.append(...this.buttons);
    panel.addEventListener("keydown", (event) => this.onKeyDown(event));
    keys.addEventListener("focusin", ({ target }) => this.settle(target));
    toggle.addEventListener("click", () => this.show(panel.hidden));
  }

  button(key) {
    const built = element("button", { class: "key", type: "button", "aria-label": NAMES[key] ?? key }, key);
    built.dataset.key = key;
    built.tabIndex = -1;
    built.addEventListener("click", () => this.press(key));
    return built;
  }

  show(visible, { focus = visible } = {}) {
    this.panel.hidden = !visible;
    this.toggle.setAttribute("aria-expanded", String(visible));
    if (focus) this.buttons.find((button) => button.tabIndex === 0).focus();
  }

  /** Forgets what was keyed: a new answer begins. Masked, keys are shown as dots. */
  begin({ masked }) {
    this.masked = masked;
    this.keyed.textContent = "";
  }

  press(key) {
    if (!this.onKey(key)) return;
    this.keyed.textContent += this.masked ? "•" : key;
    const button = this.buttons[LAYOUT.indexOf(key)];
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), FLASH_MS);
  }

  onKeyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1 && KEYS.includes(event.key)) this.press(event.key);
    else if (event.key in STEPS) this.step(STEPS[event.key]);
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
  }

  step(by) {
    const at = this.buttons.findIndex((button) => button.tabIndex === 0);
    this.buttons[(at + by + LAYOUT.length) % LAYOUT.length].focus();
  }

  /** The key last used is the one the tab key comes back to. */
  settle(focused) {
    for (const button of this.buttons) button.tabIndex = button === focused ? 0 : -1;
  }

  leave() {
    this.show(false);
    this.toggle.focus();
  }
}
