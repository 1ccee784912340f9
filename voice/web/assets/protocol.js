/**
 * The messages of docs/protocol.md, read defensively. Pure.
 *
 * `decode` gives a frozen message with every field of the right type, or null for what is no JSON object, of an
 * unknown type, or without a field that has no sensible default. A newer gateway may add types and fields.
 */

export const MAX_TEXT_LENGTH = 1000;
export const KEYS = "0123456789*#";

/** Entities, stages and the like beyond this many are not shown. */
const MAX_ITEMS = 24;

const READERS = {
  ready: (raw) => ({
    callId: text(raw.call_id),
    pack: text(raw.pack),
    title: text(raw.title),
    rateHz: raw.rate_hz === 8000 ? 8000 : 16000,
  }),
  speech: (raw) => ({
    who: required(oneOf(raw.who, ["caller", "agent"])),
    started: required(oneOf(raw.state, ["started", "stopped"])) === "started",
  }),
  heard: (raw) => (raw.final === true ? heardFinal(raw) : heardPartial(raw)),
  understood: (raw) => ({
    turn: number(raw.turn),
    intent: text(raw.intent),
    probability: share(raw.probability),
    entities: list(raw.entities).map(entity).filter((one) => one.name !== ""),
    sentiment: oneOf(object(raw.sentiment).label, ["negative", "neutral", "positive"]),
    outOfScope: share(raw.out_of_scope),
  }),
  said: (raw) => ({
    turn: number(raw.turn),
    text: required(text(raw.display) || text(raw.text)),
    names: list(raw.names).filter((name) => typeof name === "string"),
    card: card(raw.card),
    expect: expectation(raw.expect),
  }),
  clear: () => ({}),
  latency: (raw) => ({
    turn: number(raw.turn),
    totalMs: required(number(raw.voice_to_voice_ms)),
    stages: stages(raw.stages),
  }),
  event: (raw) => ({ event: object(raw.event) }),
  error: (raw) => ({ code: text(raw.code), text: text(raw.message), retry: raw.retry === true }),
  ended: (raw) => ({ reason: text(raw.reason) }),
};

export function decode(data) {
  const raw = parse(data);
  if (raw === null || !Object.hasOwn(READERS, raw.type)) return null;
  try {
    return Object.freeze({ type: raw.type, ...READERS[raw.type](raw) });
  } catch (error) {
    if (error instanceof MissingField) return null;
    throw error;
  }
}

/** The three messages a client may send; null when there is nothing to send. */
export const encode = {
  text(typed) {
    const trimmed = typed.trim().slice(0, MAX_TEXT_LENGTH);
    return trimmed === "" ? null : JSON.stringify({ type: "text", text: trimmed });
  },
  dtmf(typed) {
    const digits = [...typed].filter((key) => KEYS.includes(key)).join("");
    return digits === "" ? null : JSON.stringify({ type: "dtmf", digits });
  },
  hangup() {
    return JSON.stringify({ type: "hangup" });
  },
};

class MissingField extends Error {}

function parse(data) {
  if (typeof data !== "string") return null;
  try {
    const raw = JSON.parse(data);
    return raw !== null && typeof raw === "object" && !Array.isArray(raw) ? raw : null;
  } catch {
    return null;
  }
}

function heardPartial(raw) {
  const whole = required(text(raw.text, null));
  const stable = Math.floor(number(raw.stable) ?? 0);
  return { final: false, text: whole, stable: Math.max(0, Math.min(whole.length, stable)) };
}

function heardFinal(raw) {
  return {
    final: true,
    turn: number(raw.turn),
    text: required(text(raw.text, null)),
    confidence: share(raw.confidence),
    source: oneOf(raw.source, ["speech", "text", "dtmf"]) ?? "speech",
  };
}

function entity(raw) {
  const { name, text: words, value } = object(raw);
  return Object.freeze({ name: text(name), text: text(words), value: shortValue(value) });
}

/** A typed value in few characters: money as "£50.00", plain values as they are, other shapes not at all. */
function shortValue(value) {
  if (typeof value === "string" || typeof value === "number") return String(value);
  const { amount, currency } = object(value);
  if (amount === undefined || amount === null) return "";
  return money(String(amount), text(currency));
}

function money(amount, currency) {
  try {
    return new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(Number(amount));
  } catch {
    return `${currency} ${amount}`.trim();
  }
}

/** What a card holds, as rows; its `kind` is for programs. */
function card(raw) {
  const isShown = ([name, value]) => name !== "kind" && value !== "" && ["string", "number"].includes(typeof value);
  const rows = Object.entries(object(raw)).filter(isShown);
  return rows.length === 0 ? null : rows.slice(0, MAX_ITEMS).map(([name, value]) => [name, String(value)]);
}

function expectation(raw) {
  const { kind, length, phrases, sensitive, keypad } = object(raw);
  return Object.freeze({
    kind: text(kind) || "open",
    length: number(length),
    phrases: list(phrases).filter((phrase) => typeof phrase === "string"),
    sensitive: sensitive === true,
    keypad: keypad !== false,
  });
}

function stages(raw) {
  return Object.entries(object(raw))
    .filter(([, ms]) => number(ms) !== null && ms >= 0)
    .slice(0, MAX_ITEMS)
    .map(([name, ms]) => Object.freeze({ name: name.replace(/_ms$/, ""), ms }));
}

function required(value) {
  if (value === null || value === "") throw new MissingField();
  return value;
}

function text(value, otherwise = "") {
  return typeof value === "string" ? value : otherwise;
}

function number(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function share(value) {
  const given = number(value);
  return given === null ? null : Math.max(0, Math.min(1, given));
}

function object(value) {
  return value !== null && typeof value === "object" ? value : {};
}

function list(value) {
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS) : [];
}

function oneOf(value, allowed) {
  return allowed.includes(value) ? value : null;
}
