import assert from "node:assert/strict";
import test from "node:test";

import { Chunker, fromPcm16, levelOf, toPcm16 } from "../../../voice/web/assets/pcm.js";

test("PCM clips instead of wrapping round", () => {
  assert.deepEqual([...toPcm16(Float32Array.of(0, 1, -1, 7, -7))], [0, 32767, -32767, 32767, -32767]);
});

test("PCM goes there and back within one step", () => {
  const samples = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i));
  const back = fromPcm16(toPcm16(samples).buffer);
  samples.forEach((sample, i) => assert.ok(Math.abs(sample - back[i]) < 1e-4));
});

test("a trailing odd byte is dropped", () => {
  assert.equal(fromPcm16(new ArrayBuffer(5)).length, 2);
  assert.equal(fromPcm16(new ArrayBuffer(0)).length, 0);
});

test("the level runs from silence to full scale in decibels", () => {
  assert.equal(levelOf(new Float32Array(0)), 0);
  assert.equal(levelOf(new Float32Array(320)), 0);
  assert.ok(Math.abs(levelOf(new Float32Array(320).fill(1)) - 1) < 1e-6);
  assert.ok(Math.abs(levelOf(new Float32Array(320).fill(0.0316)) - 0.5) < 0.01);
});

test("the chunker loses and invents nothing", () => {
  const chunker = new Chunker(320);
  const sent = [];
  for (let start = 0; start < 128 * 50; start += 128) {
    const block = Float32Array.from({ length: 128 }, (_, i) => start + i);
    for (const chunk of chunker.push(block)) {
      assert.equal(chunk.length, 320);
      sent.push(...chunk);
    }
  }
  assert.deepEqual(sent, Array.from({ length: 6400 }, (_, i) => i));
});
