/** Float samples <-> PCM of 16 bit, and the cutting of a stream into messages. Pure. */

/** Float32 in -1..1 to Int16; clips. Typed arrays are little-endian on every platform that runs a browser. */
export function toPcm16(samples) {
  const pcm = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) {
    const clipped = Math.max(-1, Math.min(1, samples[i]));
    pcm[i] = Math.round(clipped * 32767);
  }
  return pcm;
}

/** An ArrayBuffer of PCM16 to Float32. A trailing odd byte, which the protocol forbids, is dropped. */
export function fromPcm16(buffer) {
  const pcm = new Int16Array(buffer, 0, buffer.byteLength >> 1);
  const samples = new Float32Array(pcm.length);
  for (let i = 0; i < pcm.length; i += 1) samples[i] = pcm[i] / 32768;
  return samples;
}

/** Loudest 0..1 on a scale that follows the ear: -60 dB of full scale is 0, full scale is 1. */
export function levelOf(samples) {
  if (samples.length === 0) return 0;
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  const decibels = 10 * Math.log10(energy / samples.length + 1e-12);
  return Math.max(0, Math.min(1, (decibels + 60) / 60));
}

/** Collects blocks of any length and gives back blocks of exactly `size` samples. */
export class Chunker {
  constructor(size) {
    this.size = size;
    this.rest = new Float32Array(0);
  }

  push(samples) {
    const joined = new Float32Array(this.rest.length + samples.length);
    joined.set(this.rest);
    joined.set(samples, this.rest.length);
    const chunks = [];
    let start = 0;
    for (; start + this.size <= joined.length; start += this.size) chunks.push(joined.slice(start, start + this.size));
    this.rest = joined.slice(start);
    return chunks;
  }
}
