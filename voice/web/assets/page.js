/** The page: wires buttons, one call at a time, and the views together. */

import { Call } from "./call.js";
import * as conversations from "./conversation.js";
import { Desk } from "./desk.js";
import { Keypad } from "./keypad.js";
import { MicrophoneError } from "./microphone.js";
import { mayMove, move } from "./phase.js";
import { remember, remembered } from "./preference.js";
import { TranscriptView } from "./transcript-view.js";
import { endText, errorText, expectationHint, isBadEnd, microphoneLost, microphoneProblem } from "./wording.js";

const ASKING = "Your browser may ask whether this page may use the microphone.";
const byId = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.phase = "idle";
    this.call = null;
    this.muted = false;
    this.conversation = conversations.EMPTY;
    this.desk = new Desk(deskNodes());
    this.transcript = new TranscriptView({
      log: byId("transcript"),
      unfinished: byId("unfinished"),
      scroll: byId("scroll"),
    });
    this.keypad = new Keypad({
      panel: byId("keypad"),
      keys: byId("keys"),
      keyed: byId("keyed"),
      toggle: byId("keypad-toggle"),
      onKey: (key) => this.call?.sendKey(key) ?? false,
    });
    this.listen();
    this.enter("idle");
  }

  listen() {
    const onClick = (id, action) => byId(id).addEventListener("click", action);
    byId("start").addEventListener("submit", (event) => {
      event.preventDefault();
      this.start({ withMicrophone: true });
    });
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendTyped();
    });
    onClick("call-typed", () => this.start({ withMicrophone: false }));
    onClick("mute", () => this.setMuted(!this.muted));
    onClick("hang-up", () => this.hangUp());
    onClick("notice-close", () => this.notice(""));
    onClick("details", () => this.showDetails(byId("details").getAttribute("aria-checked") !== "true"));
    this.showDetails(remembered("details", "on") !== "off");
  }

  /** Moves the call on, if the table of phase.js allows it; false when not. */
  go(event, more = "") {
    if (!mayMove(this.phase, event)) return false;
    this.enter(move(this.phase, event), more);
    return true;
  }

  enter(phase, more = "") {
    this.phase = phase;
    this.desk.showPhase(phase, more);
    const inCall = phase === "in_call";
    for (const id of ["say", "send", "keypad-toggle"]) byId(id).disabled = !inCall;
    byId("mute").disabled = !inCall || document.body.dataset.microphone === "absent";
    byId("call").disabled = byId("call-typed").disabled = phase === "connecting";
    byId("call-label").textContent = { ended: "New call", refused: "Try again", no_microphone: "Try again" }[phase] ?? "Start call";
    if (!inCall) this.keypad.show(false, { focus: false });
  }

  async start({ withMicrophone }) {
    if (!this.go("start", withMicrophone ? ASKING : "")) return;
    this.notice("");
    this.conversation = conversations.EMPTY;
    this.draw();
    const call = new Call(this.handlers(() => this.call === call));
    this.call = call;
    this.muted = false;
    this.desk.showMicrophone(withMicrophone ? "on" : "absent");
    byId("hang-up").focus();
    try {
      await call.start({ pack: byId("pack").value, withMicrophone });
    } catch (error) {
      if (this.call === call) this.failToStart(error);
    }
  }

  /** Handlers of one call; what comes from an earlier one is ignored. */
  handlers(isCurrent) {
    const whenCurrent = (action) => (...values) => {
      if (isCurrent()) action(...values);
    };
    return {
      onMessage: whenCurrent((message) => this.receive(message)),
      onLevel: whenCurrent((who, level, bufferedMs) => this.desk.showLevel(who, level, bufferedMs)),
      onMicrophoneLost: whenCurrent(() => this.loseMicrophone()),
      onClosed: whenCurrent((how) => this.finish(how)),
    };
  }

  failToStart(error) {
    this.call = null;
    const reason = error instanceof MicrophoneError ? error.reason : "failed";
    this.go("no_microphone", microphoneProblem(reason));
    byId("call-typed").focus();
  }

  receive(message) {
    this.conversation = conversations.fold(this.conversation, message);
    this.draw();
    const reaction = REACTIONS[message.type];
    if (reaction !== undefined) reaction(this, message);
  }

  answered() {
    if (!this.go("ready")) return;
    this.desk.startClock();
    this.announce("Connected");
    byId("desk-title").textContent = this.conversation.title;
    byId(document.body.dataset.microphone === "absent" ? "say" : "mute").focus();
  }

  /** What the agent wants to hear next shapes the text field and the keypad. */
  expect(expect) {
    const masked = expect?.sensitive === true;
    byId("say").type = masked ? "password" : "text";
    byId("say").autocomplete = masked ? "one-time-code" : "off";
    byId("say").inputMode = expect?.kind === "digits" ? "numeric" : "text";
    byId("hint").textContent = expectationHint(expect);
    this.keypad.begin({ masked });
  }

  sendTyped() {
    const field = byId("say");
    if (!(this.call?.sendText(field.value) ?? false)) return;
    this.conversation = conversations.typed(this.conversation, field.value);
    field.value = "";
    this.draw();
  }

  setMuted(muted) {
    this.muted = muted;
    this.call.mute(muted);
    this.desk.showMicrophone(muted ? "muted" : "on");
    this.announce(muted ? "Muted" : "Unmuted");
  }

  loseMicrophone() {
    byId("mute").disabled = true;
    this.desk.showMicrophone("absent");
    this.notice(microphoneLost());
    byId("say").focus();
  }

  hangUp() {
    const call = this.call;
    if (this.phase === "connecting") {
      this.call = null;
      this.go("cancel");
      byId("call").focus();
    } else {
      this.conversation = conversations.fold(this.conversation, { type: "ended", reason: "hangup" });
    }
    call?.hangUp();
    if (this.phase === "in_call") this.finish({ code: 1000, answered: true });
  }

  /** The call is over; whatever its connection still brings is no longer listened to. */
  finish({ code, answered }) {
    this.call = null;
    const { endReason: reason, error } = this.conversation;
    const busy = code === 1013 || error?.code === "busy";
    if (this.phase === "connecting" && busy) this.go("refuse");
    else this.go("end", endText({ reason, code, answered }));
    if (isBadEnd({ reason, code })) this.announce(byId("standing-more").textContent);
    this.notice("");
    this.desk.stopClock();
    this.expect(null);
    this.conversation = Object.freeze({ ...this.conversation, partial: null, pending: Object.freeze([]) });
    this.draw();
    byId("call").focus();
  }

  draw() {
    this.transcript.draw(this.conversation);
    this.desk.showTypical(this.conversation);
  }

  notice(text) {
    byId("notice").hidden = text === "";
    byId("notice-text").textContent = text;
  }

  announce(text) {
    byId("announce").textContent = text;
  }

  showDetails(shown) {
    document.body.dataset.details = shown ? "on" : "off";
    byId("details").setAttribute("aria-checked", String(shown));
    remember("details", shown ? "on" : "off");
  }
}

const REACTIONS = {
  ready: (page) => page.answered(),
  speech: (page) => page.desk.showSpeaking(page.conversation.speaking),
  said: (page, { expect }) => page.expect(expect),
  error: (page, message) => {
    if (message.code !== "busy") page.notice(errorText(message));
  },
};

function deskNodes() {
  return {
    body: document.body,
    rings: byId("rings"),
    standing: byId("standing"),
    more: byId("standing-more"),
    connection: byId("connection"),
    connectionText: byId("connection-text"),
    mute: byId("mute"),
    muteIcon: byId("mute").querySelector("use"),
    muteLabel: byId("mute").querySelector("span"),
    meter: byId("meter"),
    meterFill: byId("meter-fill"),
    meterText: byId("meter-text"),
    clock: byId("clock"),
    typical: byId("typical"),
  };
}

/** Offers the choice of `GET v1/packs` when there is one. Without the list the gateway's first pack answers. */
async function offerPacks() {
  const response = await fetch(new URL("v1/packs", document.baseURI));
  const packs = response.ok ? await response.json() : [];
  if (!Array.isArray(packs)) return;
  const named = packs.filter((pack) => typeof pack?.name === "string");
  byId("pack").replaceChildren(...named.map(({ name, title }) => new Option(title || name, name)));
  byId("pack-field").hidden = named.length < 2;
  if (named.length === 1) byId("desk-title").textContent = named[0].title || "";
}

new Page();
offerPacks().catch(() => {});
