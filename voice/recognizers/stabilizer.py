"""Which part of a growing hypothesis will not change any more; pure."""

from voice.recognizers.recognizer import Partial


class Stabilizer:
    """Agreed prefix: a word is stable once `agreements` hypotheses in a row had it in its place.

    The last word of a hypothesis is never stable, as it may still grow ("car", "card"). What was declared
    stable stays in front of every later partial, whatever the engine thinks then. One utterance an instance.
    """

    def __init__(self, *, agreements: int = 3) -> None:
        self._agreements = agreements
        self._recent: list[tuple[str, ...]] = []
        self._stable: tuple[str, ...] = ()
        self._shown = ""

    def hear(self, text: str) -> Partial | None:
        """The partial to show for the engine's hypothesis `text`, None when it tells nothing new."""
        words = tuple(text.split())
        words = self._stable + words[len(self._stable) :]
        self._recent = [*self._recent, words][-self._agreements :]
        grown = False
        if len(self._recent) == self._agreements:
            agreed = _agreed_prefix(self._recent)[: len(words) - 1]
            if len(agreed) > len(self._stable):
                self._stable = agreed
                grown = True
        shown = " ".join(words)
        if not shown or (shown == self._shown and not grown):
            return None
        self._shown = shown
        return Partial(shown, len(" ".join(self._stable)))


def _agreed_prefix(hypotheses: list[tuple[str, ...]]) -> tuple[str, ...]:
    agreed: list[str] = []
    for column in zip(*hypotheses, strict=False):
        if any(word != column[0] for word in column):
            break
        agreed.append(column[0])
    return tuple(agreed)
