import assert from "node:assert/strict";
import test from "node:test";

import { decode, encode } from "../../../voice/web/assets/protocol.js";

const message = (fields) => decode(JSON.stringify(fields));

test("each message of docs/protocol.md is read", () => {
  assert.equal(message({ type: "ready", version: 1, call_id: "c", pack: "banking", title: "Bank", rate_hz: 16000 }).title, "Bank");
  assert.deepEqual({ ...message({ type: "speech", who: "agent", state: "started" }) }, { type: "speech", who: "agent", started: true });
  assert.equal(message({ type: "heard", text: "send fif", final: false, stable: 5 }).stable, 5);
  assert.equal(message({ type: "heard", text: "hi", final: true, confidence: 0.9, turn: 3 }).source, "speech");
  assert.equal(message({ type: "said", turn: 3, text: "fifty pounds", display: "£50.00", expect: { kind: "digits", length: 6 } }).text, "£50.00");
  assert.equal(message({ type: "clear" }).type, "clear");
  assert.equal(message({ type: "event", event: { event: "SlotSet" } }).event.event, "SlotSet");
  assert.equal(message({ type: "error", code: "busy", message: "full", retry: true }).retry, true);
  assert.equal(message({ type: "ended", reason: "goodbye" }).reason, "goodbye");
});

test("latency stages keep their order and lose their unit", () => {
  const read = message({ type: "latency", turn: 1, voice_to_voice_ms: 50, stages: { endpoint_ms: 40, decide_ms: 10 } });
  assert.deepEqual(read.stages.map(({ name, ms }) => [name, ms]), [["endpoint", 40], ["decide", 10]]);
});

test("entity values are shown short", () => {
  const entities = [
    { name: "amount", text: "fifty pounds", value: { amount: "50.00", currency: "GBP" } },
    { name: "amount", text: "5 quid", value: { amount: "5", currency: "?" } },
    { name: "date", text: "tomorrow", value: "2026-11-24" },
    { name: "odd", text: "x", value: [1, 2] },
    { text: "nameless" },
    null,
  ];
  const read = message({ type: "understood", turn: 1, intent: "pay", probability: 2, entities });
  assert.deepEqual(read.entities.map((entity) => entity.value), ["£50.00", "? 5", "2026-11-24", ""]);
  assert.equal(read.probability, 1);
  assert.equal(read.sentiment, null);
});

test("what is no message gives null", () => {
  const bad = ["", "{", "null", "[]", "7", '"ready"', "{}", '{"type":"holographic"}', '{"type":"constructor"}', '{"type":7}', new ArrayBuffer(2), undefined];
  for (const data of bad) assert.equal(decode(data), null, String(data));
  const incomplete = [
    { type: "speech", who: "nobody", state: "started" },
    { type: "heard", final: true },
    { type: "said", turn: 1 },
    { type: "latency", turn: 1, voice_to_voice_ms: "fast" },
  ];
  for (const fields of incomplete) assert.equal(message(fields), null);
});

test("fields of the wrong type never throw", () => {
  const wrong = [null, 7, "x", true, [], {}, [[null]], { a: { b: [] } }, -1, 1e308];
  const fields = ["text", "final", "stable", "turn", "confidence", "source", "entities", "sentiment", "card", "expect", "stages", "names", "probability", "voice_to_voice_ms", "who", "state", "reason", "code"];
  for (const type of ["ready", "speech", "heard", "understood", "said", "clear", "latency", "event", "error", "ended"]) {
    for (const field of fields) {
      for (const value of wrong) {
        const usual = { text: "a", turn: 1, voice_to_voice_ms: 1, who: "agent", state: "started" };
        const read = message({ type, ...usual, [field]: value });
        assert.ok(read === null || read.type === type);
      }
    }
  }
});

test("the stable length stays inside the text", () => {
  assert.equal(message({ type: "heard", text: "abc", final: false, stable: 99 }).stable, 3);
  assert.equal(message({ type: "heard", text: "abc", final: false, stable: -4 }).stable, 0);
  assert.equal(message({ type: "heard", text: "abc", final: false }).stable, 0);
});

test("what the caller sends is trimmed, limited, and only keys are keyed", () => {
  assert.deepEqual(JSON.parse(encode.text("  hello ")), { type: "text", text: "hello" });
  assert.equal(JSON.parse(encode.text("x".repeat(3000))).text.length, 1000);
  assert.equal(encode.text("   "), null);
  assert.deepEqual(JSON.parse(encode.dtmf("1a*")), { type: "dtmf", digits: "1*" });
  assert.equal(encode.dtmf("x"), null);
});
