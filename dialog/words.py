"""Words of an utterance that carry a wish, apart from those that only hold a sentence together. English; pure."""

import re

WORD = re.compile(r"[\w']+")

_FILLERS = frozenset(
    """a an the my your our his her to from of for in on at with by and it its it's is it'll be i i'd i'm me we you um
    uh er erm hm hmm mm mhm oh ah well so ok okay please thanks thank yes yeah yep no just like want would could can
    will take use let's let put make that that's this actually sorry mean said say think pounds pound euro euros
    dollars card account one send pay transfer""".split()
)
HESITATIONS = frozenset("um uh er erm hm hmm mm ah oh well so".split())


def own_words(text: str) -> list[tuple[int, int]]:
    """The spans of the words that carry a wish."""
    return [found.span() for found in WORD.finditer(text) if found.group().lower() not in _FILLERS]


def only_hesitates(text: str) -> bool:
    """Whether nothing was said but "um" and the like."""
    return all(word.lower() in HESITATIONS for word in WORD.findall(text))
