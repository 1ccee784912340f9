/**
 * What the agent said and has not been played yet. Pure: time is counted in samples read.
 *
 * Playing starts when `startMs` are buffered, or when that long has passed since the first sample came (a short
 * sound needs no company). When it runs dry and more arrives within `gapMs`, the network was late: the start-up
 * buffer grows by `growMs`, up to `maxMs`. Longer silence is a pause of the speaker, and changes nothing.
 */
export class PlayQueue {
  constructor(rateHz, { startMs = 60, growMs = 20, maxMs = 200, gapMs = 120, fadeMs = 5 } = {}) {
    const samples = (ms) => Math.round((rateHz * ms) / 1000);
    this.startSamples = samples(startMs);
    this.growSamples = samples(growMs);
    this.maxSamples = samples(maxMs);
    this.gapSamples = samples(gapMs);
    this.fadeSamples = samples(fadeMs);
    this.blocks = [];
    this.offset = 0;
    this.buffered = 0;
    this.playing = false;
    this.waited = 0;
    this.dryFor = Infinity;
    this.underruns = 0;
  }

  push(samples) {
    if (samples.length === 0) return;
    if (!this.playing && this.buffered === 0 && this.dryFor < this.gapSamples) this.noteUnderrun();
    this.blocks.push(samples);
    this.buffered += samples.length;
  }

  /** Fills `out` completely, with silence where there is nothing to play. Returns how many samples were speech. */
  read(out) {
    out.fill(0);
    if (!this.playing) this.playing = this.mayStart(out.length);
    const count = this.playing ? this.take(out) : 0;
    if (this.playing && this.buffered === 0) this.stop();
    else if (!this.playing) this.dryFor += out.length;
    return count;
  }

  /** Drops what is unplayed, fading out over `fadeMs` so that it does not click. */
  clear() {
    const fade = new Float32Array(this.playing ? Math.min(this.fadeSamples, this.buffered) : 0);
    this.take(fade);
    for (let i = 0; i < fade.length; i += 1) fade[i] *= 1 - i / fade.length;
    this.blocks = fade.length > 0 ? [fade] : [];
    this.offset = 0;
    this.buffered = fade.length;
    this.playing = fade.length > 0;
    this.dryFor = Infinity;
  }

  mayStart(samples) {
    if (this.buffered === 0) return false;
    this.waited += samples;
    return this.buffered >= this.startSamples || this.waited > this.startSamples;
  }

  take(out) {
    let filled = 0;
    while (filled < out.length && this.blocks.length > 0) {
      const block = this.blocks[0];
      const part = block.subarray(this.offset, this.offset + out.length - filled);
      out.set(part, filled);
      filled += part.length;
      this.offset += part.length;
      if (this.offset === block.length) {
        this.blocks.shift();
        this.offset = 0;
      }
    }
    this.buffered -= filled;
    return filled;
  }

  stop() {
    this.playing = false;
    this.waited = 0;
    this.dryFor = 0;
  }

  noteUnderrun() {
    this.underruns += 1;
    this.startSamples = Math.min(this.maxSamples, this.startSamples + this.growSamples);
  }
}
