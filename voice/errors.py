"""Voice's branch of the error tree. Converted once, at the edge of a call, into what the caller is told."""

from nlu.errors import KefuError


class VoiceError(KefuError):
    """Root of voice's errors."""

    code = "voice"


class ProtocolError(VoiceError):
    """A client sent what the protocol does not allow; the call ends with this text."""

    code = "protocol"


class BusyError(VoiceError):
    """The gateway is full or draining and admits no further call."""

    code = "busy"
    retryable = True


class EngineError(VoiceError):
    """A recognizer or synthesizer could not be started or died."""

    code = "engine"
    retryable = True


class MediaError(VoiceError):
    """Audio or an SDP offer that can't be used; the text says what was wrong."""

    code = "media"
