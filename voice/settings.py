"""The gateway's settings, as `configs/gateway.yaml` gives them. Only `voice/build.py` reads them."""

from nlu.settings import Settings


class ServerSettings(Settings, frozen=True):
    """Where HTTP and WebSocket are served."""

    host: str = "127.0.0.1"
    port: int = 8080


class LimitSettings(Settings, frozen=True):
    """What the gateway admits and how long it waits."""

    calls: int = 32
    idle_s: float = 30.0
    call_s: float = 3600.0


class EarSettings(Settings, frozen=True):
    """When the caller is speaking, has finished, or interrupts."""

    start_ms: int = 96
    pre_roll_ms: int = 320
    silence_ms: int = 480
    complete_silence_ms: int = 288
    patient_silence_ms: int = 1000
    barge_in_ms: int = 256
    no_input_s: float = 8.0


class RecognizerSettings(Settings, frozen=True):
    """Which engine listens."""

    engine: str = "pocketsphinx"
    workers: int = 2


class SynthesizerSettings(Settings, frozen=True):
    """Which engine speaks, and how."""

    engine: str = "espeak"
    voice: str = "en-gb"
    speed: float = 1.0
    cache: bool = True


class NluSettings(Settings, frozen=True):
    """How understanding runs."""

    threads: int = 1


class DialogSettings(Settings, frozen=True):
    """Who decides and where it is remembered."""

    policy: str = "flow"
    store: str = "sqlalchemy"
    store_url: str = ""


class SipSettings(Settings, frozen=True):
    """The telephone side."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = 5060
    advertised_host: str = ""
    rtp_ports: tuple[int, int] = (20000, 20199)
    allow: tuple[str, ...] = ("127.0.0.0/8",)


class RecordSettings(Settings, frozen=True):
    """What is kept of a call."""

    directory: str = ""


class GatewaySettings(Settings, frozen=True):
    """Everything in `gateway.yaml`."""

    server: ServerSettings = ServerSettings()
    packs: tuple[str, ...] = ("banking",)
    limits: LimitSettings = LimitSettings()
    ear: EarSettings = EarSettings()
    recognizer: RecognizerSettings = RecognizerSettings()
    synthesizer: SynthesizerSettings = SynthesizerSettings()
    nlu: NluSettings = NluSettings()
    dialog: DialogSettings = DialogSettings()
    sip: SipSettings = SipSettings()
    records: RecordSettings = RecordSettings()
