/**
 * The conversation as a fold over the gateway's messages. Pure; every state is a new frozen value, and an entry that
 * did not change stays the same object, so a view may compare by identity.
 *
 * An entry is what one side said: `{id, who: "caller" | "agent", turn, text, ...}` in the order of arrival.
 * What is learned later about it (meaning, latency, interruption) is put onto it.
 */

const SOURCES_TYPED = ["text", "dtmf"];

export const EMPTY = Object.freeze({
  callId: "",
  title: "",
  entries: Object.freeze([]),
  partial: null,
  pending: Object.freeze([]),
  speaking: Object.freeze({ caller: false, agent: false }),
  expect: null,
  early: Object.freeze({}),
  endReason: null,
  error: null,
});

const FOLDS = {
  ready: (state, { callId, title }) => ({ ...state, callId, title }),
  speech: (state, { who, started }) => ({ ...state, speaking: Object.freeze({ ...state.speaking, [who]: started }) }),
  heard: (state, message) => (message.final ? heardFinal(state, message) : { ...state, partial: message }),
  understood: (state, message) => amend(state, "caller", message.turn, { understood: message }),
  said,
  clear: interrupted,
  latency,
  error: (state, message) => ({ ...state, error: message }),
  ended: (state, { reason }) => ({ ...state, endReason: reason, partial: null }),
};

/** The next state. A message that says nothing to the conversation returns the same state. */
export function fold(state, message) {
  const step = FOLDS[message.type];
  return step === undefined ? state : Object.freeze(step(state, message));
}

/** The caller typed `text`; shown as sent until the gateway says what it made of it. */
export function typed(state, text) {
  return Object.freeze({ ...state, pending: Object.freeze([...state.pending, text]) });
}

/** Voice-to-voice times of all turns so far, ms, in order. */
export function latencies(state) {
  return state.entries.filter((entry) => entry.latency).map((entry) => entry.latency.totalMs);
}

/** Middle of a list of numbers (the lower one of two), null when empty. */
export function median(values) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}

function heardFinal(state, { turn, text, confidence, source }) {
  const pending = source === "text" ? state.pending.slice(1) : state.pending;
  const partial = SOURCES_TYPED.includes(source) ? state.partial : null;
  const next = { ...state, partial, pending: Object.freeze(pending) };
  if (text.trim() === "") return next;
  return append(next, { who: "caller", turn, text, confidence, source, understood: null });
}

function said(state, { turn, text, names, card, expect }) {
  const early = turn === null ? null : (state.early[turn] ?? null);
  const entry = { who: "agent", turn, text, names, card, latency: early, interrupted: false };
  return { ...append(state, entry), expect, early: without(state.early, turn) };
}

/** The time is to the first thing said in a turn. Measured before that was announced, it waits for it. */
function latency(state, message) {
  if (message.turn === null) return amend(state, "agent", null, { latency: message });
  const first = state.entries.findIndex((entry) => entry.who === "agent" && entry.turn === message.turn);
  if (first < 0) return { ...state, early: Object.freeze({ ...state.early, [message.turn]: message }) };
  return { ...state, entries: replace(state.entries, first, { latency: message }) };
}

function interrupted(state) {
  const last = state.entries.findLastIndex((entry) => entry.who === "agent");
  if (last < 0 || !state.speaking.agent) return state;
  return { ...state, entries: replace(state.entries, last, { interrupted: true }) };
}

/** Puts `fields` onto the latest entry of `who` in `turn` (or simply the latest, when the turn is unknown). */
function amend(state, who, turn, fields) {
  const index = lastIndex(state.entries, who, turn);
  return index < 0 ? state : { ...state, entries: replace(state.entries, index, fields) };
}

function lastIndex(entries, who, turn) {
  return entries.findLastIndex((entry) => entry.who === who && (turn === null || entry.turn === turn));
}

function append(state, entry) {
  const numbered = Object.freeze({ id: state.entries.length, ...entry });
  return { ...state, entries: Object.freeze([...state.entries, numbered]) };
}

function replace(entries, index, fields) {
  return Object.freeze(entries.with(index, Object.freeze({ ...entries[index], ...fields })));
}

function without(record, key) {
  return Object.freeze(Object.fromEntries(Object.entries(record).filter(([name]) => name !== String(key))));
}
