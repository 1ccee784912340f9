/** What the customer is told, in words that need no explanation. Pure. */

const MICROPHONE = {
  insecure: "This page needs a secure address (https) to use your microphone. You can still call and type.",
  denied: "Your browser does not let this page use the microphone. Allow it in the address bar, or call and type.",
  missing: "No microphone was found. Plug one in and try again, or call and type.",
  failed: "The microphone could not be started; another program may be using it. You can still call and type.",
};

const ENDED = {
  goodbye: "Thank you for calling.",
  hangup: "You hung up.",
  handoff: "You were passed on to a colleague.",
  silence: "We could not hear anything, so the call was ended.",
  idle: "We could not hear anything, so the call was ended.",
  time_limit: "The call reached its longest allowed time.",
  shutdown: "The service is restarting. Please call again in a moment.",
  error: "Something went wrong on our side. Please call again.",
};

const CLOSED = {
  1003: "The call was ended because of a technical problem with this page. Please reload it.",
  1007: "The call was ended because of a technical problem with this page. Please reload it.",
  1008: "This call is not allowed.",
  1009: "The call was ended because of a technical problem with this page. Please reload it.",
  1011: "Something went wrong on our side. Please call again.",
  1012: "The service is restarting. Please call again in a moment.",
  1013: "All our lines are busy. Please try again in a moment.",
};

const ERRORS = {
  busy: CLOSED[1013],
  engine: "Something went wrong on our side. Please try again.",
  protocol: "Something was sent that the service did not understand.",
  media: "There is a problem with the sound of this call.",
};

const STAGES = {
  endpoint: "noticing you had finished",
  recognize: "recognizing",
  understand: "understanding",
  decide: "deciding",
  synthesize: "preparing the voice",
  output: "sending",
};

const LOST = "The connection was lost. Check your network and call again.";
const UNREACHABLE = "We could not reach the service. Check your network and try again.";

export function microphoneProblem(reason) {
  return words(MICROPHONE, reason, MICROPHONE.failed);
}

export function microphoneLost() {
  return "The microphone was disconnected. You can go on by typing.";
}

/** An `error` message of the gateway, for an error that did not end the call. */
export function errorText({ code }) {
  return words(ERRORS, code, "Something went wrong. You can go on, or call again.");
}

/** Why a call is over. `reason` of the `ended` message (null without), `code` of the WebSocket's close. */
export function endText({ reason, code, answered }) {
  if (reason !== null && reason !== undefined) return words(ENDED, reason, "The call has ended.");
  if (!answered) return UNREACHABLE;
  if (code === 1000 || code === 1005) return "The call has ended.";
  return words(CLOSED, code, LOST);
}

/** Whether an end is something the customer should be warned about. */
export function isBadEnd({ reason, code }) {
  if (reason !== null && reason !== undefined) return reason === "error";
  return code !== 1000 && code !== 1005;
}

/** "transfer_money" as a person would write it. */
export function plainName(name) {
  return name.replaceAll("_", " ").trim();
}

/** Seconds as m:ss. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** What is expected next, as a hint beside the text field; "" when anything goes. */
export function expectationHint(expect) {
  if (expect === null) return "";
  const hints = {
    digits: expect.length ? `Say, type or key ${expect.length} digits` : "Say, type or key the digits",
    yes_no: "Yes or no?",
    amount: "Say or type an amount",
    date: "Say or type a date",
    choice: expect.phrases.length > 0 ? `For example: ${expect.phrases.slice(0, 3).join(", ")}` : "",
  };
  return words(hints, expect.kind, "");
}

/** A stage of a turn's latency, as what was being done. */
export function stageText(name) {
  return words(STAGES, name, plainName(name));
}

/** Keys come from the network: only a table's own are looked up. */
function words(table, key, otherwise) {
  return Object.hasOwn(table, key) ? table[key] : otherwise;
}
