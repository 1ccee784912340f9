/** On the audio thread: microphone samples -> 16 kHz PCM16 in messages of 20 ms, each with its level. */

import { Chunker, levelOf, toPcm16 } from "./pcm.js";
import { Resampler } from "./resampler.js";

const CHUNK_MS = 20;

class Capture extends AudioWorkletProcessor {
  constructor({ processorOptions: { rateHz } }) {
    super();
    this.resampler = new Resampler(sampleRate, rateHz);
    this.chunker = new Chunker((rateHz * CHUNK_MS) / 1000);
    this.muted = false;
    this.port.onmessage = ({ data }) => {
      this.muted = data.muted;
    };
  }

  process([input]) {
    if (input.length === 0) return true;
    for (const chunk of this.chunker.push(this.resampler.push(input[0]))) this.send(chunk);
    return true;
  }

  /** Muted means silence, not nothing: the gateway counts on a steady stream. */
  send(chunk) {
    if (this.muted) chunk.fill(0);
    const pcm = toPcm16(chunk).buffer;
    this.port.postMessage({ pcm, level: levelOf(chunk) }, [pcm]);
  }
}

registerProcessor("kefu-capture", Capture);
