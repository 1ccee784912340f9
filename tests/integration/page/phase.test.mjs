import assert from "node:assert/strict";
import test from "node:test";

import { PHASES, mayMove, move } from "../../../voice/web/assets/phase.js";
import { clock, endText, errorText, expectationHint, isBadEnd, microphoneProblem } from "../../../voice/web/assets/wording.js";

test("a call goes from idle to ended and can begin again", () => {
  const phase = ["start", "ready", "end", "start"].reduce(move, "idle");
  assert.equal(phase, "connecting");
});

test("an illegal move throws", () => {
  assert.throws(() => move("idle", "end"), /idle cannot end/);
  assert.throws(() => move("in_call", "start"), /in_call cannot start/);
  assert.throws(() => move("ended", "toString"));
});

test("every phase but the call itself leads to a new call", () => {
  for (const phase of PHASES) assert.equal(mayMove(phase, "start"), !["connecting", "in_call"].includes(phase));
});

test("why a call is over is told in plain words", () => {
  assert.match(endText({ reason: "goodbye", code: 1000, answered: true }), /Thank you/);
  assert.match(endText({ reason: null, code: 1006, answered: false }), /could not reach/);
  assert.match(endText({ reason: null, code: 1006, answered: true }), /connection was lost/);
  assert.match(endText({ reason: null, code: 1011, answered: true }), /our side/);
  assert.equal(endText({ reason: "something_new", code: 1000, answered: true }), "The call has ended.");
  assert.equal(isBadEnd({ reason: "goodbye", code: 1000 }), false);
  assert.equal(isBadEnd({ reason: null, code: 1006 }), true);
});

test("nothing shown to a customer names a code or a protocol", () => {
  const shown = [1000, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 4000].map((code) => endText({ reason: null, code, answered: true }));
  shown.push(...["busy", "engine", "protocol", "media", "weird"].map((code) => errorText({ code })));
  shown.push(...["insecure", "denied", "missing", "failed", "weird"].map(microphoneProblem));
  for (const text of shown) assert.doesNotMatch(text, /\d{4}|WebSocket|JSON|undefined/);
});

test("the clock counts minutes and seconds", () => {
  assert.deepEqual([0, 9.9, 60, 3599, -1].map(clock), ["0:00", "0:09", "1:00", "59:59", "0:00"]);
});

test("the hint follows what is expected", () => {
  assert.equal(expectationHint(null), "");
  assert.match(expectationHint({ kind: "digits", length: 6, phrases: [] }), /6 digits/);
  assert.match(expectationHint({ kind: "choice", length: null, phrases: ["savings", "current"] }), /savings, current/);
  assert.equal(expectationHint({ kind: "toString", length: null, phrases: [] }), "");
});
