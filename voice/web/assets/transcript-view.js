/** Draws the conversation: finished entries into the live log, what is still being said below it. */

import { element } from "./element.js";
import { latencyView } from "./latency-view.js";
import { plainName } from "./wording.js";

const SPEAKERS = { caller: "You", agent: "Agent" };
const SOURCES = { text: "typed", dtmf: "keypad" };

/** Scrolled up further than this, the reader is reading; new lines do not pull the view down. */
const FOLLOW_PX = 80;

export class TranscriptView {
  constructor({ log, unfinished, scroll }) {
    this.log = log;
    this.unfinished = unfinished;
    this.scroll = scroll;
    this.drawn = [];
    this.last = null;
    this.following = true;
    scroll.addEventListener("scroll", () => {
      this.following = this.isAtEnd();
    });
    new ResizeObserver(() => this.follow()).observe(scroll);
    // "toggle" does not bubble. What is opened at the end stays in view.
    scroll.addEventListener("toggle", () => this.follow(), { capture: true });
  }

  /** Brings the page to `state` (see conversation.js). Entries that are the same object are left alone. */
  draw(state) {
    if (state === this.last) return;
    if (state.entries.length < this.drawn.length) this.clear();
    state.entries.forEach((entry, index) => this.drawEntry(entry, index));
    this.drawUnfinished(state);
    this.last = state;
    this.follow();
  }

  follow() {
    if (this.following) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  clear() {
    this.log.replaceChildren();
    this.drawn = [];
    this.following = true;
  }

  isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < FOLLOW_PX;
  }

  drawEntry(entry, index) {
    const drawn = this.drawn[index];
    if (drawn?.entry === entry) return;
    if (drawn === undefined) {
      const item = entryView(entry);
      this.log.append(item);
      this.drawn.push({ entry, item });
    } else {
      // Only what was learned later is redrawn, so that a screen reader is not told the same words twice.
      drawn.item.querySelector(".about").replaceWith(aboutView(entry));
      drawn.item.toggleAttribute("data-interrupted", entry.interrupted === true);
      drawn.entry = entry;
    }
  }

  drawUnfinished({ partial, pending }) {
    const items = pending.map(() => unfinishedView(["Sending…"], "pending"));
    if (partial !== null && partial.text !== "") {
      const stable = element("span", { class: "stable" }, partial.text.slice(0, partial.stable));
      const unstable = element("span", { class: "unstable" }, partial.text.slice(partial.stable));
      items.push(unfinishedView([stable, unstable], "partial"));
    }
    this.unfinished.replaceChildren(...items);
  }
}

function unfinishedView(words, kind) {
  return element("div", { class: `entry caller ${kind}` }, element("p", { class: "words" }, ...words));
}

function entryView(entry) {
  const words = element("p", { class: "words" }, speakerView(entry), entry.text);
  const attributes = {
    class: `entry ${entry.who}`,
    "data-turn": entry.turn === null ? null : String(entry.turn),
    "data-names": entry.names?.join(" ") || null,
  };
  return element("div", attributes, words, entry.card ? cardView(entry.card) : "", aboutView(entry));
}

function speakerView({ who, source }) {
  const how = SOURCES[source] === undefined ? "" : ` (${SOURCES[source]})`;
  return element("span", { class: "speaker" }, `${SPEAKERS[who]}${how}: `);
}

function cardView(rows) {
  const list = element("dl", { class: "card" });
  for (const [name, value] of rows) list.append(element("dt", {}, plainName(name)), element("dd", {}, value));
  return list;
}

function aboutView(entry) {
  const about = element("div", { class: "about", "aria-live": "off" });
  if (entry.who === "agent") {
    if (entry.interrupted) about.append(element("span", { class: "remark" }, "interrupted"));
    if (entry.latency) about.append(latencyView(entry.latency));
    return about;
  }
  if (SOURCES[entry.source]) about.append(element("span", { class: "remark" }, SOURCES[entry.source]));
  else if (entry.confidence !== null) about.append(confidenceView(entry.confidence));
  if (entry.understood) about.append(...meaningViews(entry.understood));
  return about;
}

function confidenceView(confidence) {
  return element("span", { class: "remark confidence" }, `heard ${Math.round(confidence * 100)}%`);
}

function meaningViews({ intent, probability, entities, sentiment, outOfScope }) {
  const share = probability === null ? "" : ` ${Math.round(probability * 100)}%`;
  const name = outOfScope !== null && outOfScope > 0.5 ? "not something we do here" : plainName(intent);
  const views = [];
  if (name !== "") views.push(element("span", { class: "intent" }, name, element("span", { class: "share" }, share)));
  views.push(...entities.map(entityView));
  if (sentiment === "negative" || sentiment === "positive") {
    views.push(element("span", { class: "sentiment", "data-sentiment": sentiment }, sentiment));
  }
  return views;
}

function entityView({ name, text, value }) {
  const meaning = value !== "" && value !== text ? `${text} → ${value}` : text;
  return element("span", { class: "entity" }, element("b", {}, plainName(name)), " ", meaning);
}
