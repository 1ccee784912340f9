/**
 * One call from the button to the end: microphone, speaker and connection, opened together and closed together.
 *
 * It decides nothing about the screen; it reports. Handlers: `onMessage(message)`, `onLevel(who, level, bufferedMs)`,
 * `onMicrophoneLost()`, `onClosed({code, answered})` (once, last).
 */

import { Connection, callUrl } from "./connection.js";
import { Microphone, Silence, requestMicrophone } from "./microphone.js";
import { Speaker, openAudio } from "./speaker.js";

const RATE_HZ = 16000;

/** What is still buffered at the end is the agent's last word; it may finish, but not longer than this. */
const LAST_WORD_MS = 600;

export class Call {
  constructor(handlers) {
    this.handlers = handlers;
    this.context = null;
    this.stream = null;
    this.microphone = null;
    this.speaker = null;
    this.connection = null;
    this.bufferedMs = 0;
    this.released = false;
  }

  /** Resolves when the connection is being opened. Rejects with MicrophoneError; nothing stays open then. */
  async start({ pack, withMicrophone }) {
    try {
      const audio = openAudio().catch(() => null);
      if (withMicrophone) this.stream = await requestMicrophone();
      this.context = await audio;
    } catch (error) {
      this.release();
      throw error;
    }
    if (this.released) return this.release();
    this.openAudioPath();
    this.connection = new Connection(callUrl(document.baseURI, { pack, rateHz: RATE_HZ }), {
      onMessage: (message) => this.receive(message),
      onAudio: (pcm) => this.speaker?.play(pcm),
      onClosed: (how) => this.close(how),
    });
  }

  openAudioPath() {
    if (this.context === null) return;
    this.speaker = new Speaker(this.context, {
      rateHz: RATE_HZ,
      onReport: ({ bufferedMs, level }) => {
        this.bufferedMs = bufferedMs;
        this.handlers.onLevel("agent", level, bufferedMs);
      },
    });
  }

  /** The gateway is ready: only now does audio flow. */
  startSending() {
    const onChunk = (pcm, level) => {
      this.connection.sendAudio(pcm);
      this.handlers.onLevel("caller", level, 0);
    };
    if (this.stream === null || this.context === null) {
      this.microphone = new Silence({ rateHz: RATE_HZ, onChunk });
      if (this.stream !== null) this.handlers.onMicrophoneLost();
      return;
    }
    const onLost = () => this.loseMicrophone(onChunk);
    this.microphone = new Microphone(this.context, this.stream, { rateHz: RATE_HZ, onChunk, onLost });
  }

  loseMicrophone(onChunk) {
    this.microphone.close();
    this.microphone = new Silence({ rateHz: RATE_HZ, onChunk });
    this.handlers.onMicrophoneLost();
  }

  receive(message) {
    if (message.type === "ready" && this.microphone === null) this.startSending();
    if (message.type === "clear") this.speaker?.clear();
    this.handlers.onMessage(message);
  }

  mute(muted) {
    this.microphone?.mute(muted);
  }

  sendText(text) {
    return this.connection?.sendText(text) ?? false;
  }

  sendKey(key) {
    return this.connection?.sendKey(key) ?? false;
  }

  /** The caller hangs up, also while still connecting. The agent falls silent at once. */
  hangUp() {
    this.speaker?.clear();
    this.microphone?.close();
    if (this.connection === null) this.release();
    else if (this.connection.isOpen()) this.connection.hangUp();
    else this.connection.close();
  }

  close(how) {
    this.microphone?.close();
    setTimeout(() => this.release(), Math.min(LAST_WORD_MS, this.bufferedMs));
    this.handlers.onClosed(how);
  }

  release() {
    this.released = true;
    this.microphone?.close();
    this.speaker?.close();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.context?.close().catch(() => {});
    this.context = null;
  }
}
