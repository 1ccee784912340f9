"""The error tree's root and nlu's branch. Every error has a stable code and says whether a retry helps."""

from typing import ClassVar


class KefuError(Exception):
    """Root of every error Kefu raises on purpose; its text is written for the person who must act on it."""

    code: ClassVar[str] = "kefu"
    retryable: ClassVar[bool] = False


class NluError(KefuError):
    """Root of nlu's errors."""

    code = "nlu"


class SettingsError(NluError):
    """A settings or pack file is wrong; the text begins with `file:line key.path:`."""

    code = "settings"


class UnknownEngineError(NluError):
    """A name that no entry point provides; the text lists the known names."""

    code = "unknown-engine"


class CorpusError(NluError):
    """Training data is malformed; one `file:line: reason` a line of the text."""

    code = "corpus"


class CheckpointError(NluError):
    """A model folder is missing, damaged or of another make; the text says what to do."""

    code = "checkpoint"


class OverloadedError(NluError):
    """A bounded queue is full or a deadline passed."""

    code = "overloaded"
    retryable = True
