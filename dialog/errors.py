"""Dialog's branch of the error tree."""

from nlu.errors import KefuError


class DialogError(KefuError):
    """Root of dialog's errors."""

    code = "dialog"


class PackError(DialogError):
    """A pack does not fit together; one `file:line: reason` a line of the text."""

    code = "pack"


class FlowError(DialogError):
    """A flow went over its step limit or took an illegal move; nothing was changed."""

    code = "flow"


class ActionError(DialogError):
    """A pack's action failed or ran out of time; the dialogue apologises and goes on."""

    code = "action"
    retryable = True


class StoreError(DialogError):
    """The store could not be reached or refused a write."""

    code = "store"
    retryable = True
