import assert from "node:assert/strict";
import test from "node:test";

import { PlayQueue } from "../../../voice/web/assets/play-queue.js";

const RATE_HZ = 1000; // a sample is a millisecond
const QUANTUM = 10;
const ones = (count) => new Float32Array(count).fill(1);

function read(queue, count) {
  const played = [];
  for (let done = 0; done < count; done += QUANTUM) {
    const out = new Float32Array(QUANTUM);
    queue.read(out);
    played.push(...out);
  }
  return played;
}

test("nothing pushed is silence", () => {
  assert.deepEqual(read(new PlayQueue(RATE_HZ), 30), Array(30).fill(0));
});

test("playing starts when 60 ms are there", () => {
  const queue = new PlayQueue(RATE_HZ);
  queue.push(ones(40));
  assert.deepEqual(read(queue, 10), Array(10).fill(0));
  queue.push(ones(20));
  assert.deepEqual(read(queue, 60), Array(60).fill(1));
});

test("a sound shorter than that is played all the same", () => {
  const queue = new PlayQueue(RATE_HZ);
  queue.push(ones(20));
  const played = read(queue, 100);
  assert.equal(played.reduce((sum, sample) => sum + sample, 0), 20);
  assert.ok(played.indexOf(1) <= 70);
});

test("every sample is played once and in order, whatever the blocks", () => {
  const queue = new PlayQueue(RATE_HZ);
  const samples = Array.from({ length: 400 }, (_, i) => i + 1);
  for (let start = 0; start < 400; start += 37) queue.push(Float32Array.from(samples.slice(start, start + 37)));
  assert.deepEqual(read(queue, 500).filter((sample) => sample > 0), samples);
});

test("running dry in the middle of speech makes the start-up buffer grow, up to its limit", () => {
  const queue = new PlayQueue(RATE_HZ);
  for (let round = 0; round < 20; round += 1) {
    queue.push(ones(200));
    read(queue, 230);
  }
  assert.equal(queue.underruns, 19);
  assert.equal(queue.startSamples, 200);
});

test("a pause of the speaker is no underrun", () => {
  const queue = new PlayQueue(RATE_HZ);
  queue.push(ones(80));
  read(queue, 500);
  queue.push(ones(80));
  assert.equal(queue.underruns, 0);
  assert.equal(queue.startSamples, 60);
});

test("clear drops everything but a short fade", () => {
  const queue = new PlayQueue(RATE_HZ);
  queue.push(ones(5000));
  read(queue, 100);
  queue.clear();
  const after = read(queue, 50);
  assert.equal(after[0], 1);
  assert.ok(after.slice(1, 5).every((sample, i) => sample < 1 - i * 0.1 && sample > 0));
  assert.deepEqual(after.slice(5), Array(45).fill(0));
  assert.equal(queue.buffered, 0);
});

test("after a clear, new speech plays from its first sample", () => {
  const queue = new PlayQueue(RATE_HZ);
  queue.push(ones(100));
  queue.clear();
  assert.equal(queue.buffered, 0);
  queue.push(new Float32Array(80).fill(0.5));
  assert.equal(read(queue, 100).filter((sample) => sample === 0.5).length, 80);
});
