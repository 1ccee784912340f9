/** The WebSocket of one call: bytes and decoded messages in, bytes and messages out. */

import { decode, encode } from "./protocol.js";

/** Audio is dropped while more than this many bytes wait to be sent (2 s at 16 kHz): late audio helps nobody. */
const MAX_WAITING_BYTES = 64_000;

/** How long the gateway may take to say its first word. */
const FIRST_MESSAGE_MS = 15_000;

/** How long the gateway may take to say `ended` after we hung up. */
const HANGUP_GRACE_MS = 1500;

export class Connection {
  /** Handlers: `onMessage(message)`, `onAudio(ArrayBuffer)`, `onClosed({code, answered})`, each called in order. */
  constructor(url, { onMessage, onAudio, onClosed }) {
    this.answered = false;
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    const waiting = setTimeout(() => this.close(), FIRST_MESSAGE_MS);
    this.socket.onmessage = ({ data }) => {
      clearTimeout(waiting);
      this.answered = true;
      if (data instanceof ArrayBuffer) onAudio(data);
      else this.deliver(decode(data), onMessage);
    };
    this.socket.onclose = ({ code }) => {
      clearTimeout(waiting);
      onClosed({ code, answered: this.answered });
    };
  }

  deliver(message, onMessage) {
    if (message !== null) onMessage(message);
  }

  sendAudio(pcm) {
    if (this.isOpen() && this.socket.bufferedAmount < MAX_WAITING_BYTES) this.socket.send(pcm);
  }

  /** False when there was nothing to say or nobody to say it to. */
  sendText(text) {
    return this.send(encode.text(text));
  }

  sendKey(key) {
    return this.send(encode.dtmf(key));
  }

  /** Says goodbye and lets the gateway close; closes itself when that takes too long. */
  hangUp() {
    this.send(encode.hangup());
    setTimeout(() => this.close(), HANGUP_GRACE_MS);
  }

  close() {
    this.socket.close(1000);
  }

  isOpen() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(encoded) {
    if (encoded === null || !this.isOpen()) return false;
    this.socket.send(encoded);
    return true;
  }
}

/** `v1/call` beside the page, whatever path it is served under. */
export function callUrl(base, { pack, rateHz }) {
  const url = new URL("v1/call", base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (pack) url.searchParams.set("pack", pack);
  url.searchParams.set("rate", String(rateHz));
  return url.href;
}
