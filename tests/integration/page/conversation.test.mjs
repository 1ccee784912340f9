import assert from "node:assert/strict";
import test from "node:test";

import { EMPTY, fold, latencies, median, typed } from "../../../voice/web/assets/conversation.js";
import { decode } from "../../../voice/web/assets/protocol.js";

const replay = (...messages) => messages.reduce((state, fields) => fold(state, decode(JSON.stringify(fields))), EMPTY);
const heard = (turn, text, more = {}) => ({ type: "heard", final: true, turn, text, ...more });
const partial = (text, stable) => ({ type: "heard", final: false, text, stable });
const said = (turn, text, more = {}) => ({ type: "said", turn, text, ...more });
const latency = (turn, ms) => ({ type: "latency", turn, voice_to_voice_ms: ms, stages: {} });
const understood = (turn, intent) => ({ type: "understood", turn, intent, probability: 0.9 });

test("a turn is heard, understood, answered and timed", () => {
  const state = replay(said(0, "Hello"), partial("send", 0), heard(1, "send money"), understood(1, "transfer"), said(1, "How much?"), latency(1, 412));
  assert.deepEqual(state.entries.map(({ who, text }) => [who, text]), [["agent", "Hello"], ["caller", "send money"], ["agent", "How much?"]]);
  assert.equal(state.entries[1].understood.intent, "transfer");
  assert.equal(state.entries[2].latency.totalMs, 412);
  assert.equal(state.entries[0].latency, null);
  assert.equal(state.partial, null);
});

test("a latency may come before what it measures", () => {
  const state = replay(latency(2, 300), said(2, "Yes"), said(2, "And more"));
  assert.equal(state.entries[0].latency.totalMs, 300);
  assert.equal(state.entries[1].latency, null);
  assert.deepEqual(state.early, {});
});

test("a latency belongs to the first thing said in its turn", () => {
  const state = replay(said(1, "One moment."), said(1, "Here it is."), latency(1, 250));
  assert.deepEqual(state.entries.map((entry) => entry.latency?.totalMs), [250, undefined]);
});

test("meaning for a turn that was never heard changes nothing", () => {
  assert.deepEqual(replay(understood(4, "greet")), EMPTY);
});

test("only what changed is a new object", () => {
  const before = replay(said(0, "Hello"), heard(1, "hi"));
  const after = fold(before, decode(JSON.stringify(understood(1, "greet"))));
  assert.equal(after.entries[0], before.entries[0]);
  assert.notEqual(after.entries[1], before.entries[1]);
  assert.equal(before.entries[1].understood, null);
});

test("an interruption marks what was being said, and only while it is said", () => {
  const speaking = { type: "speech", who: "agent", state: "started" };
  assert.equal(replay(said(0, "A long story"), speaking, { type: "clear" }).entries[0].interrupted, true);
  assert.equal(replay(said(0, "A long story"), { type: "clear" }).entries[0].interrupted, false);
});

test("typed text is pending until the gateway took it; speech does not take it away", () => {
  let state = typed(replay(said(0, "Hello")), "balance");
  assert.deepEqual(state.pending, ["balance"]);
  state = fold(state, decode(JSON.stringify(heard(1, "something spoken"))));
  assert.deepEqual(state.pending, ["balance"]);
  state = fold(state, decode(JSON.stringify(heard(2, "balance", { source: "text" }))));
  assert.deepEqual(state.pending, []);
});

test("an empty utterance ends the partial and leaves no bubble", () => {
  const state = replay(partial("uh", 0), heard(1, " "));
  assert.equal(state.partial, null);
  assert.equal(state.entries.length, 0);
});

test("a message without meaning for the conversation gives back the same state", () => {
  assert.equal(fold(EMPTY, { type: "event", event: {} }), EMPTY);
  assert.equal(fold(EMPTY, { type: "holographic" }), EMPTY);
});

test("the typical latency is the median", () => {
  const state = replay(said(1, "a"), latency(1, 900), said(2, "b"), latency(2, 300), said(3, "c"), latency(3, 400));
  assert.equal(median(latencies(state)), 400);
  assert.equal(median([]), null);
});
