"""The many names that data sets give to what is none of a system's business, as one."""

import re
from collections.abc import Iterable

from nlu.model.labels import OUT_OF_SCOPE

_JOINTS = re.compile(r"[\W_]+")
_WHOLE = frozenset({"oos", "ood", "outofscope", "outofdomain"})
_BEGINNINGS = ("outofscope", "outofdomain")
_FIRST_WORDS = frozenset({"oos", "ood"})


def is_out_of_scope(label: str) -> bool:
    """Whether a data set's label says so: oos, oos_train, __oos__, out-of-scope, outOfDomain, OOD."""
    words = [word for word in _JOINTS.split(label.lower()) if word]
    joined = "".join(words)
    return joined in _WHOLE or joined.startswith(_BEGINNINGS) or (bool(words) and words[0] in _FIRST_WORDS)


def out_of_scope_names(labels: Iterable[str], *, also: str | None = None) -> dict[str, str]:
    """Every label to rename -> OUT_OF_SCOPE; `also` is one more name for it."""
    return {
        label: OUT_OF_SCOPE
        for label in sorted(set(labels))
        if label != OUT_OF_SCOPE and label and (label == also or is_out_of_scope(label))
    }
