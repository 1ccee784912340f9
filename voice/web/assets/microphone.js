/** Where the caller's audio comes from: a microphone, or silence at the same pace when there is none. */

/** What went wrong with the microphone. `reason`: "insecure", "denied", "missing", "failed". */
export class MicrophoneError extends Error {
  constructor(reason, cause) {
    super(`microphone ${reason}`, { cause });
    this.reason = reason;
  }
}

const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
};

const SILENCE_MS = 40;

/** Asks for the microphone. Rejects with MicrophoneError. */
export async function requestMicrophone() {
  if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneError("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    throw new MicrophoneError(REASONS[error.name] ?? "failed", error);
  }
}

/** Feeds `onChunk(pcm, level)` from `stream`; calls `onLost` when the device goes away. */
export class Microphone {
  constructor(context, stream, { rateHz, onChunk, onLost }) {
    this.stream = stream;
    this.source = context.createMediaStreamSource(stream);
    this.node = new AudioWorkletNode(context, "kefu-capture", { processorOptions: { rateHz } });
    this.node.port.onmessage = ({ data }) => onChunk(data.pcm, data.level);
    // Its output stays silent; only what leads to the destination is run.
    this.source.connect(this.node).connect(context.destination);
    for (const track of stream.getTracks()) track.onended = onLost;
  }

  mute(muted) {
    this.node.port.postMessage({ muted });
  }

  close() {
    this.node.port.onmessage = null;
    this.source.disconnect();
    this.node.disconnect();
    for (const track of this.stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
  }
}

/** Silence at speaking pace, so that a call by text only is not taken for a client that vanished. */
export class Silence {
  constructor({ rateHz, onChunk }) {
    this.samplesPerMs = rateHz / 1000;
    this.sentUntil = performance.now();
    this.timer = setInterval(() => this.send(onChunk), SILENCE_MS);
  }

  /** Timers are slowed in background tabs: what was missed is sent at once, at most a second of it. */
  send(onChunk) {
    const now = performance.now();
    const dueMs = Math.min(1000, Math.floor(now - this.sentUntil));
    if (dueMs <= 0) return;
    this.sentUntil = now;
    onChunk(new Int16Array(dueMs * this.samplesPerMs).buffer, 0);
  }

  mute() {}

  close() {
    clearInterval(this.timer);
  }
}
