"""One call's utterances inside a decoder process: audio in, partials and finals out. Blocking; no sockets."""

import math

import numpy as np
import numpy.typing as npt
import soxr
from pocketsphinx import Decoder

from dialog.expectation import OPEN, Expectation, ExpectationKind
from nlu.understanding import Hypothesis
from voice.recognizers.decoder_pool import DecoderPool
from voice.recognizers.grammar import Grammar, grammar_for
from voice.recognizers.grammar_gate import believed
from voice.recognizers.recognizer import Final, Partial, Word
from voice.recognizers.stabilizer import Stabilizer

RATE_HZ = 16000
FRAME_MS = 10
PARTIAL_EVERY_MS = 120
CONFIDENCE_SLOPE, CONFIDENCE_OFFSET = 465.0, 2.7


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
            for segment in self.decoder.seg() or ()
            if _clean(segment.word)
        )

    def score(self) -> tuple[float, int, float]:
        """Acoustic log score of the best path, its frames of speech, and the log score of those alone.

        A segment's score is a linear likelihood ratio to the best senones, so the logarithms are below 0.
        """
        whole = spoken = 0.0
        frames = 0
        for segment in self.decoder.seg() or ():
            if segment.end_frame < segment.start_frame or segment.word == "(NULL)":
                continue
            log = math.log(max(segment.ascore, 1e-300))
            whole += log
            if _clean(segment.word):
                spoken += log
                frames += segment.end_frame - segment.start_frame + 1
        return whole, frames, spoken


class Hearing:
    """Keeps what belongs to a call between utterances: expectation and cepstral mean."""

    def __init__(self, pool: DecoderPool, *, rate_hz: int) -> None:
        self._pool = pool
        self._rate_hz = rate_hz
        self._narrow = rate_hz < RATE_HZ
        self._cmn = pool.initial_cmn(narrow=self._narrow)
        self._grammar: Grammar | None = None
        self._kind: ExpectationKind = "open"
        self._resampler: soxr.ResampleStream | None = None
        self._free: _Search | None = None
        self._strict: _Search | None = None
        self._stabilizer = Stabilizer()
        self._samples = 0
        self._since_partial = 0

    def expect(self, expectation: Expectation = OPEN) -> None:
        self._kind = expectation.kind
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
        free_text = "" if self._free is None else self._free.text()
        strict_text = "" if self._strict is None else self._strict.text()
        return self._stabilizer.hear(strict_text if self._believed(strict_text, free_text, 0.0) else free_text)

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
        self._free = _Search(self._pool.take_free(narrow=self._narrow), self._cmn)
        if self._grammar is not None:
            self._strict = _Search(self._pool.take_strict(self._grammar, narrow=self._narrow), self._cmn)
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
        free_text, (free_score, frames, spoken) = free.text(), free.score()
        strict_text, margin = "", 0.0
        if strict is not None:
            strict_text = strict.text()
            margin = (strict.score()[0] - free_score) / max(1, frames)
        accepted = self._believed(strict_text, free_text, margin)
        chosen, text, other = (strict, strict_text, free_text) if accepted else (free, free_text, strict_text)
        confidence = confidence_of(spoken / max(1, frames), agreed=accepted and text == other) if text else 0.0
        alternative = accepted and other and other != text
        return Final(
            text=text,
            confidence=confidence,
            nbest=(Hypothesis(other, round((1 - confidence) / 2, 3)),) if alternative else (),
            in_grammar=accepted,
            words=chosen.words() if chosen is not None else (),
            audio_ms=audio_ms,
        )

    def _believed(self, strict_text: str, free_text: str, margin: float) -> bool:
        if self._grammar is None:
            return False
        words = frozenset(self._grammar.words)
        return believed(strict_text.split(), free_text.split(), margin=margin, kind=self._kind, grammar=words)

    def _release(self) -> None:
        if self._free is not None:
            self._pool.give_free(self._free.decoder, narrow=self._narrow)
        if self._strict is not None:
            self._pool.give_strict(self._strict.decoder, narrow=self._narrow)
        self._free = self._strict = None


def confidence_of(score: float, *, agreed: bool) -> float:
    """0..1 from the acoustic log score per frame of speech; higher when grammar and language model agreed.

    A logistic fitted to whole utterances being right on flite voices. It ranks weakly (area under the curve
    about 0.6): dialogues should rely on the classifier's confidence and on reading back.
    """
    plain = 1 / (1 + math.exp(-(CONFIDENCE_SLOPE * score + CONFIDENCE_OFFSET)))
    return round(min(0.99, 0.5 + plain / 2) if agreed else min(0.95, plain), 3)


def _clean(text: str) -> str:
    """Hypothesis text without fillers (<sil>, [NOISE], ++UH++) and pronunciation numbers."""
    kept = [word.partition("(")[0] for word in text.split() if word[0] not in "<[+"]
    return " ".join(word for word in kept if word)
