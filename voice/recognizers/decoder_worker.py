"""The decoder process: `python -m voice.recognizers.decoder_worker ARPA DICTIONARY MLLR DECODERS`.

Requests come in on standard input, replies go out on standard output (decoder_messages). It ends when its
input does, so it never outlives the gateway.
"""

import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from voice.recognizers.decoder_messages import (
    LONGEST_MESSAGE,
    PREFIX_BYTES,
    Abandon,
    Audio,
    CloseStream,
    Expect,
    FinalHeard,
    Finish,
    NotReady,
    OpenStream,
    PartialHeard,
    Ready,
    Reply,
    Request,
    StreamFailed,
    framed,
    request_of,
)
from voice.recognizers.decoder_pool import DecoderPool
from voice.recognizers.hearing import Hearing


class DecoderWorker:
    """Serves the requests of many streams in their order, one at a time."""

    def __init__(self, pool: DecoderPool) -> None:
        self._pool = pool
        self._hearings: dict[int, Hearing] = {}
        self._tickets: dict[int, int] = {}

    def serve(self, request: Request) -> Reply | None:
        """The reply to `request`, if it has one; a failure of the decoder ends that stream alone."""
        if isinstance(request, OpenStream):
            self._hearings[request.stream] = Hearing(self._pool, rate_hz=request.rate_hz)
            self._tickets[request.stream] = 0
            return None
        hearing = self._hearings.get(request.stream)
        if hearing is None:
            return None
        try:
            return self._serve(request, hearing)
        except Exception as error:
            self._hearings.pop(request.stream, None)
            return StreamFailed(request.stream, f"{type(error).__name__}: {error}")

    def _serve(self, request: Request, hearing: Hearing) -> Reply | None:
        stream = request.stream
        if isinstance(request, Audio):
            partial = hearing.push(request.pcm)
            return None if partial is None else PartialHeard(stream, self._tickets[stream], partial)
        if isinstance(request, Finish):
            self._tickets[stream] += 1
            return FinalHeard(stream, request.ticket, hearing.finish())
        if isinstance(request, Expect):
            hearing.expect(request.expectation)
        elif isinstance(request, Abandon):
            self._tickets[stream] += 1
            hearing.abandon()
        elif isinstance(request, CloseStream):
            hearing.abandon()
            del self._hearings[stream]
        return None


def _read(source: BinaryIO) -> Request | None:
    prefix = source.read(PREFIX_BYTES)
    if len(prefix) < PREFIX_BYTES:
        return None
    size = int.from_bytes(prefix, "little")
    body = source.read(size) if size <= LONGEST_MESSAGE else b""
    return request_of(body) if len(body) == size else None


def main(arguments: list[str]) -> int:
    """Runs until standard input ends."""
    # Ctrl-C goes to the whole process group; the gateway decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    arpa, dictionary, mllr, decoders = arguments
    # The native library prints to standard output now and then; that must not get between the replies.
    sink = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    pool = DecoderPool(arpa=Path(arpa), dictionary=Path(dictionary), mllr=Path(mllr))
    try:
        pool.warm(int(decoders))
    except (RuntimeError, ValueError, OSError) as error:
        sink.write(framed(NotReady(f"PocketSphinx did not start: {error}")))
        return 1
    worker = DecoderWorker(pool)
    source = sys.stdin.buffer
    try:
        sink.write(framed(Ready()))
        while (request := _read(source)) is not None:
            reply = worker.serve(request)
            if reply is not None:
                sink.write(framed(reply))
    except BrokenPipeError:
        # The gateway went away between a request and its reply.
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
