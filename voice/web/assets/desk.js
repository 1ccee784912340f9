/** The left side: where the call stands, its clock, who is speaking, the level of the microphone. */

import { latencies, median } from "./conversation.js";
import { clock } from "./wording.js";

const STANDING = {
  idle: ["How can we help?", "Say what you need in your own words. You can interrupt, type or use the keypad at any time."],
  connecting: ["Calling…", ""],
  in_call: ["Listening", ""],
  no_microphone: ["No microphone", "You can call all the same and type what you want to say."],
  refused: ["All lines are busy", "Please try again in a moment."],
  ended: ["Call ended", ""],
};

const CONNECTION = {
  idle: ["off", "Not connected"],
  connecting: ["wait", "Connecting"],
  in_call: ["on", "Connected"],
  no_microphone: ["off", "Not connected"],
  refused: ["off", "Busy"],
  ended: ["off", "Call ended"],
};

const METER_TEXT = { on: "", muted: "You are muted", absent: "No microphone: type or use the keypad" };

export class Desk {
  constructor(nodes) {
    this.nodes = nodes;
    this.startedAt = null;
    this.timer = null;
  }

  /** `explanation` stands under the headline, in place of the usual text. */
  showPhase(phase, explanation = "") {
    const { body, standing, more, connection, connectionText } = this.nodes;
    body.dataset.phase = phase;
    const [headline, text] = STANDING[phase];
    standing.textContent = headline;
    more.textContent = explanation || text;
    [connection.dataset.state, connectionText.textContent] = CONNECTION[phase];
  }

  showSpeaking({ caller, agent }) {
    const who = caller ? "caller" : agent ? "agent" : "nobody";
    this.nodes.body.dataset.speaking = who;
    this.nodes.standing.textContent = { caller: "Listening to you", agent: "Speaking", nobody: "Listening" }[who];
  }

  showMicrophone(state) {
    const { body, mute, muteIcon, muteLabel, meterText } = this.nodes;
    body.dataset.microphone = state;
        mute.setAttribute("aria-pressed", String(state === "muted"));
    muteIcon.setAttribute("href", state === "on" ? "#icon-mic" : "#icon-muted");
    muteLabel.textContent = state === "muted" ? "Unmute" : "Mute";
    meterText.textContent = METER_TEXT[state];
    if (state !== "on") this.showLevel("caller", 0, 0);
  }

  showLevel(who, level, bufferedMs) {
    const { body, rings, meter, meterFill } = this.nodes;
    // On the rings alone: on the body, fifty times a second, it would restyle the whole transcript.
    rings.style.setProperty(`--${who}-level`, level.toFixed(3));
    if (who === "agent") {
      body.dataset.buffered = bufferedMs > 0 ? "some" : "none";
      return;
    }
    meter.setAttribute("aria-valuenow", String(Math.round(level * 100)));
    meterFill.style.transform = `scaleX(${level.toFixed(3)})`;
  }

  showTypical(conversation) {
    const typical = median(latencies(conversation));
    this.nodes.typical.hidden = typical === null;
    this.nodes.typical.textContent = typical === null ? "" : `typical answer ${Math.round(typical)} ms`;
  }

  startClock() {
    this.startedAt = performance.now();
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }

  stopClock() {
    clearInterval(this.timer);
    this.showLevel("caller", 0, 0);
    this.showLevel("agent", 0, 0);
  }

  tick() {
    this.nodes.clock.textContent = clock((performance.now() - this.startedAt) / 1000);
  }
}
