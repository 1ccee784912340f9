"""Yes or no, from the words and the classifier together. A doubtful yes is None: it is asked again."""

import re

from dialog.words import only_hesitates, own_words
from nlu.understanding import Understanding

CLASSIFIER_SURE = 0.6
CLASSIFIER_VERY_SURE = 0.9
OUT_OF_SCOPE = 0.5

_UNSURE = re.compile(r"\b(don'?t know|do not know|not sure|no idea|not certain|maybe|perhaps|hang on|wait)\b")
_YES = re.compile(r"\b(yes|yeah|yep|yup|yea|aye|absolutely|definitely|certainly|of course|go ahead|do it|please do|"
                  r"send it|that's right|that is right|i do|i would)\b")  # fmt: skip
_SOFT_YES = re.compile(
    r"\b(ok|okay|sure|correct|right|fine|please|confirm(ed)?|all right|alright|exactly|perfect|good)\b"
)
_NO = re.compile(
    r"\b(no|nope|nah|not|never|don'?t|do not|wrong|incorrect|negative|stop|cancel|isn'?t|won'?t|rather not)\b"
)
_IDIOM = re.compile(r"\b(no (problem|worries|doubt)|why not|not a problem)\b")
_LEAVING = re.compile(
    r"\b((good)?bye( bye)?|that'?s (all|it|everything)|that is (all|it|everything)|that('ll| will) be all|"
    r"nothing else|i'?m (done|good|fine|all set))\b"
)  # fmt: skip


def yes_or_no(understanding: Understanding, *, neutral: frozenset[str] = frozenset({"inform"})) -> bool | None:
    """True, False, or None when it can't be told.

    neutral: intents that say nothing against a yes or no (a bare value, the business at hand). Any other intent the
    classifier is sure of is a wish of its own, and "please" or "okay" in it is no answer.
    """
    text = understanding.utterance.text.lower().replace("’", "'")
    by_words = _by_words(text)
    best = understanding.intent
    if best.name in ("affirm", "deny") and best.probability >= CLASSIFIER_SURE:
        return _agreed(text, by_words, best.name == "affirm", understanding)
    if best.name in neutral or best.probability < CLASSIFIER_SURE:
        return by_words if by_words is False or _mere(text) or _YES.match(text) else None
    return by_words if _mere(text) and (by_words is False or _YES.search(text)) else None


def _agreed(text: str, by_words: bool | None, by_classifier: bool, understanding: Understanding) -> bool | None:
    """A no is believed from either side; a yes needs both, or nothing against it."""
    very_sure = understanding.intent.probability >= CLASSIFIER_VERY_SURE
    if by_words is None:
        # Without a word for it, a yes must be clear and a thing this pack is asked at all; a hesitation is neither.
        doubtful = not very_sure or understanding.out_of_scope >= OUT_OF_SCOPE
        contradicted = bool(_UNSURE.search(text) or _NO.search(text) or only_hesitates(text))
        return None if contradicted or (by_classifier and doubtful) else by_classifier
    if by_words == by_classifier:
        return by_words
    return False if very_sure or not by_words else None


def _mere(text: str) -> bool:
    """Whether nothing is said but yes or no."""
    for words in (_IDIOM, _YES, _SOFT_YES, _NO):
        text = words.sub(" ", text)
    return not own_words(text)


def wants_to_leave(text: str) -> bool:
    """Whether the words end a conversation in which nothing is open ("that's all, bye")."""
    return bool(_LEAVING.search(text.lower().replace("’", "'")))


def _by_words(text: str) -> bool | None:
    if _UNSURE.search(text):
        return None
    text = _IDIOM.sub("yes", text)
    yes, soft, no = (bool(words.search(text)) for words in (_YES, _SOFT_YES, _NO))
    if no:
        return None if yes else False
    return True if yes or soft else None
