import assert from "node:assert/strict";
import test from "node:test";

import { Resampler } from "../../../voice/web/assets/resampler.js";

const sine = (hz, rateHz, count) => Float32Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz));

/** Amplitude of `hz` in `samples`, edges left out. */
function amplitude(samples, hz, rateHz) {
  let real = 0;
  let imaginary = 0;
  const edge = 400;
  const used = samples.subarray(edge, samples.length - edge);
  used.forEach((sample, i) => {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / used.length);
    real += weight * sample * Math.cos((2 * Math.PI * hz * i) / rateHz);
    imaginary += weight * sample * Math.sin((2 * Math.PI * hz * i) / rateHz);
  });
  return (4 * Math.hypot(real, imaginary)) / used.length;
}

for (const [from, to] of [[48000, 16000], [44100, 16000], [16000, 48000], [16000, 44100], [96000, 16000], [8000, 48000]]) {
  test(`${from} to ${to} Hz keeps a tone of the pass band and the length`, () => {
    const out = new Resampler(from, to).push(sine(1000, from, from));
    assert.ok(Math.abs(amplitude(out, 1000, to) - 1) < 0.01);
    assert.ok(Math.abs(out.length - to) <= Math.ceil((64 * to) / Math.min(from, to)));
  });

  test(`${from} to ${to} Hz: blocks of any length give the same as one block`, () => {
    const whole = sine(700, from, 5000);
    const resampler = new Resampler(from, to);
    const parts = [];
    for (let start = 0, size = 0; start < whole.length; start += size, size = (size * 7 + 1) % 311) {
      parts.push(...resampler.push(whole.subarray(start, start + size)));
    }
    assert.deepEqual(Float32Array.from(parts), new Resampler(from, to).push(whole));
  });
}

test("what the lower rate cannot carry is removed, not folded back", () => {
  const out = new Resampler(48000, 16000).push(sine(10_500, 48000, 48000));
  assert.ok(amplitude(out, 5500, 16000) < 0.001);
});

test("going up leaves no image of the tone", () => {
  const out = new Resampler(16000, 48000).push(sine(3000, 16000, 16000));
  assert.ok(amplitude(out, 13_000, 48000) < 0.001);
});

test("equal rates copy", () => {
  const samples = sine(440, 16000, 100);
  const out = new Resampler(16000, 16000).push(samples);
  assert.deepEqual(out, samples);
  assert.notEqual(out.buffer, samples.buffer);
});
