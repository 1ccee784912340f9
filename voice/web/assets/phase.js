/** Where a call stands, and the only ways it may move. An illegal move throws and changes nothing. Pure. */

const MOVES = Object.freeze({
  idle: { start: "connecting" },
  connecting: { ready: "in_call", no_microphone: "no_microphone", refuse: "refused", end: "ended", cancel: "idle" },
  in_call: { end: "ended" },
  no_microphone: { start: "connecting", cancel: "idle" },
  refused: { start: "connecting" },
  ended: { start: "connecting" },
});

export const PHASES = Object.freeze(Object.keys(MOVES));

export function mayMove(phase, event) {
  return Object.hasOwn(MOVES[phase], event);
}

export function move(phase, event) {
  if (!mayMove(phase, event)) throw new Error(`a call that is ${phase} cannot ${event}`);
  return MOVES[phase][event];
}
