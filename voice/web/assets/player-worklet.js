/** On the audio thread: plays PCM16 as it comes, and tells ten times a second how loud it is and what is left. */

import { fromPcm16, levelOf } from "./pcm.js";
import { PlayQueue } from "./play-queue.js";
import { Resampler } from "./resampler.js";

const REPORT_MS = 100;

class Player extends AudioWorkletProcessor {
  constructor({ processorOptions: { rateHz } }) {
    super();
    this.resampler = new Resampler(rateHz, sampleRate);
    this.queue = new PlayQueue(sampleRate);
    this.sinceReport = 0;
    this.level = 0;
    this.port.onmessage = ({ data }) => this.receive(data);
  }

  receive(data) {
    if (data.clear) {
      this.queue.clear();
      this.resampler.reset();
      this.report();
    } else {
      this.queue.push(this.resampler.push(fromPcm16(data.pcm)));
    }
  }

  process(_inputs, [output]) {
    const played = this.queue.read(output[0]);
    if (played > 0) this.level = Math.max(this.level, levelOf(output[0]));
    for (const channel of output.slice(1)) channel.set(output[0]);
    this.sinceReport += output[0].length;
    if (this.sinceReport * 1000 >= REPORT_MS * sampleRate) this.report();
    return true;
  }

  report() {
    const bufferedMs = Math.round((this.queue.buffered * 1000) / sampleRate);
    this.port.postMessage({ bufferedMs, level: this.level, underruns: this.queue.underruns });
    this.sinceReport = 0;
    this.level = 0;
  }
}

registerProcessor("kefu-player", Player);
