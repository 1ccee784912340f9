/**
 * Streaming band-limited resampling: a windowed sinc, evaluated in polyphase form. Pure.
 *
 * Output sample n lies at input position n * from / to. With from / to = M / L in lowest terms there are only L
 * different kernels, computed once. The kernel's cut-off is the lower of the two Nyquist frequencies, so that
 * 48 kHz to 16 kHz does not alias. Delay: `half` input samples (3 ms at 48 -> 16 kHz).
 */

const ZERO_CROSSINGS = 16;
const ROLL_OFF = 0.94;

export class Resampler {
  /** Rates in Hz, whole numbers. */
  constructor(fromHz, toHz) {
    const divisor = greatestCommonDivisor(fromHz, toHz);
    this.up = toHz / divisor;
    this.down = fromHz / divisor;
    const cutoff = Math.min(1, toHz / fromHz) * ROLL_OFF;
    this.half = Math.ceil(ZERO_CROSSINGS / cutoff);
    this.kernels = polyphaseKernels(this.up, this.half, cutoff);
    this.reset();
  }

  /** Forgets the signal so far. */
  reset() {
    this.history = new Float32Array(this.half - 1);
    this.phase = 0;
  }

  /** Float32 samples in, every output sample they complete out. Any block length, also 0. */
  push(samples) {
    if (this.up === this.down) return samples.slice();
    const input = concatenate(this.history, samples);
    const taps = 2 * this.half;
    const output = [];
    let start = 0;
    while (start + taps <= input.length) {
      output.push(dot(input, start, this.kernels[this.phase]));
      const advanced = this.phase + this.down;
      start += Math.floor(advanced / this.up);
      this.phase = advanced % this.up;
    }
    // A step (from / to, rounded up) is shorter than the kernel, so `start` never passes the end of the input.
    this.history = input.slice(start);
    return Float32Array.from(output);
  }
}

/** `up` kernels of 2 * half taps, each of unit gain at 0 Hz; tap k weighs the input k - half + 1 samples away. */
function polyphaseKernels(up, half, cutoff) {
  return Array.from({ length: up }, (_, phase) => {
    const kernel = new Float32Array(2 * half);
    let sum = 0;
    for (let tap = 0; tap < kernel.length; tap += 1) {
      const distance = tap - half + 1 - phase / up;
      kernel[tap] = sinc(cutoff * distance) * blackman(distance / half);
      sum += kernel[tap];
    }
    return kernel.map((weight) => weight / sum);
  });
}

function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** x from -1 to 1, zero outside. */
function blackman(x) {
  if (Math.abs(x) >= 1) return 0;
  return 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
}

function dot(input, start, kernel) {
  let sum = 0;
  for (let tap = 0; tap < kernel.length; tap += 1) sum += input[start + tap] * kernel[tap];
  return sum;
}

function concatenate(first, second) {
  const joined = new Float32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

function greatestCommonDivisor(a, b) {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
