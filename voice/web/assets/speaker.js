/** Plays the agent's audio. Without AudioWorklet (an insecure page) it stays quiet and the call goes on by text. */

export class Speaker {
  /** `onReport({bufferedMs, level, underruns})` about ten times a second. */
  constructor(context, { rateHz, onReport }) {
    this.node = new AudioWorkletNode(context, "kefu-player", {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: { rateHz },
    });
    this.node.port.onmessage = ({ data }) => onReport(data);
    this.node.connect(context.destination);
  }

  /** An ArrayBuffer of PCM16; it is handed over, not copied. */
  play(pcm) {
    this.node.port.postMessage({ pcm }, [pcm]);
  }

  clear() {
    this.node.port.postMessage({ clear: true });
  }

  close() {
    this.node.port.onmessage = null;
    this.node.disconnect();
  }
}

/** A running AudioContext with our two processors, or null where the browser has no AudioWorklet. */
export async function openAudio() {
  if (typeof AudioWorkletNode === "undefined" || !globalThis.isSecureContext) return null;
  const context = new AudioContext({ latencyHint: "interactive" });
  const module = (name) => context.audioWorklet.addModule(new URL(name, import.meta.url));
  await Promise.all([module("./capture-worklet.js"), module("./player-worklet.js"), context.resume()]);
  return context;
}
