"""One call's utterances inside a decoder process: audio in, partials and finals out. Blocking; no sockets."""

import numpy as np
import numpy.typing as npt
import soxr
from pocketsphinx import Decoder

from dialog.expectation import OPEN, Expectation
from voice.recognizers.decoder_pool import DecoderPool
from voice.recognizers.grammar import Grammar, grammar_for
from voice.recognizers.recognizer import Final, Partial, Word
from voice.recognizers.stabilizer import Stabilizer

RATE_HZ = 16000
FRAME_MS = 10
PARTIAL_EVERY_MS = 120


class _Search:
    """A decoder while it listens to one utterance."""

    def __init__(self, decoder: Decoder, cmn: str) -> None:
        self.decoder = decoder
        decoder.set_cmn(cmn)
        decoder.start_utt()

    def feed(self, samples: bytes) -> None:
        self.decoder.process_raw(samples, False, False)

    def text(self) -> str:
        hypothesis = self.decoder.hyp()
        return "" if hypothesis is None else _clean(hypothesis.hypstr)

    def end(self) -> None:
        self.decoder.end_utt()

    def words(self) -> tuple[Word, ...]:
        return tuple(
            Word(_clean(segment.word), segment.start_frame * FRAME_MS, (segment.end_frame + 1) * FRAME_MS)
            for segment in self.decoder.seg()
            if _clean(segment.word)
        )

    def log_score(self) -> float:
        """Acoustic log score per frame, natural log, of the best path; very low when there is none."""
        segments = list(self.decoder.seg())
        frames = sum(segment.end_frame - segment.start_frame + 1 for segment in segments)
        return sum(segment.ascore for segment in segments) / frames if frames else -1e9


class Hearing:
    """Keeps what belongs to a call between utterances: expectation and cepstral mean."""

    def __init__(self, pool: DecoderPool, *, rate_hz: int) -> None:
        self._pool = pool
        self._rate_hz = rate_hz
        self._cmn = pool.initial_cmn
        self._grammar: Grammar | None = None
        self._resampler: soxr.ResampleStream | None = None
        self._free: _Search | None = None
        self._strict: _Search | None = None
        self._stabilizer = Stabilizer()
        self._samples = 0
        self._since_partial = 0

    def expect(self, expectation: Expectation = OPEN) -> None:
        self._grammar = grammar_for(expectation)

    def push(self, pcm: bytes) -> Partial | None:
        """Decodes `pcm`; a partial when one is due and tells something new."""
        if self._free is None:
            self._begin()
        self._samples += len(pcm) // 2
        samples = self._resample(np.frombuffer(pcm, "<i2"), last=False)
        self._feed(samples)
        self._since_partial += len(pcm) // 2 * 1000 // self._rate_hz
        if self._since_partial < PARTIAL_EVERY_MS:
            return None
        self._since_partial = 0
        search = self._strict or self._free
        return None if search is None else self._stabilizer.hear(search.text())

    def finish(self) -> Final:
        """Ends the utterance. The next push begins another."""
        if self._free is None:
            return Final(text="", confidence=0.0)
        self._feed(self._resample(np.zeros(0, np.int16), last=True))
        audio_ms = self._samples * 1000 // self._rate_hz
        try:
            self._free.end()
            if self._strict is not None:
                self._strict.end()
            return self._judge(self._free, self._strict, audio_ms)
        finally:
            self._cmn = self._free.decoder.get_cmn(False)
            self._release()

    def abandon(self) -> None:
        """Forgets the utterance and what it would have taught about the line."""
        for search in (self._free, self._strict):
            if search is not None:
                search.end()
        self._release()

    def _begin(self) -> None:
        self._free = _Search(self._pool.take_free(), self._cmn)
        if self._grammar is not None:
            self._strict = _Search(self._pool.take_strict(self._grammar), self._cmn)
        self._resampler = (
            None if self._rate_hz == RATE_HZ else soxr.ResampleStream(self._rate_hz, RATE_HZ, 1, dtype="int16")
        )
        self._stabilizer = Stabilizer()
        self._samples = self._since_partial = 0

    def _resample(self, samples: npt.NDArray[np.int16], *, last: bool) -> npt.NDArray[np.int16]:
        if self._resampler is None:
            return samples
        resampled: npt.NDArray[np.int16] = self._resampler.resample_chunk(samples, last=last)
        return resampled

    def _feed(self, samples: npt.NDArray[np.int16]) -> None:
        data = samples.tobytes()
        for search in (self._free, self._strict):
            if search is not None and data:
                search.feed(data)

    def _judge(self, free: _Search, strict: _Search | None, audio_ms: int) -> Final:
        strict_text = "" if strict is None else strict.text()
        accepted = strict is not None and bool(strict_text) and plausible(strict.log_score(), free.log_score())
        chosen = strict if strict is not None and accepted else free
        text = chosen.text()
        return Final(
            text=text,
            confidence=0.8 if accepted else 0.6 if text else 0.0,
            in_grammar=accepted,
            words=chosen.words(),
            audio_ms=audio_ms,
        )

    def _release(self) -> None:
        if self._free is not None:
            self._pool.give_free(self._free.decoder)
        if self._strict is not None:
            self._pool.give_strict(self._strict.decoder)
        self._free = self._strict = None


def plausible(strict_score: float, free_score: float) -> bool:
    """Whether a grammar's path fits the audio as well as free speech does, by log score per frame."""
    return strict_score > free_score - 400


def _clean(text: str) -> str:
    """Hypothesis text without fillers (<sil>, [NOISE], ++UH++) and pronunciation numbers."""
    kept = [word.partition("(")[0] for word in text.split() if word[0] not in "<[+"]
    return " ".join(word for word in kept if word)
