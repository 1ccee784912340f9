"""The gateway's settings, as `configs/gateway.yaml` gives them. Only `voice/build.py` reads them.

Each field's description is its line in docs/configuration.md (`scripts/write_configuration.py`).
"""

from typing import Annotated

from msgspec import Meta

from nlu.settings import Settings

Milliseconds = Annotated[int, Meta(ge=0, le=60_000)]
Seconds = Annotated[float, Meta(gt=0)]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Count = Annotated[int, Meta(ge=1, le=10_000)]


class ServerSettings(Settings, frozen=True):
    """Where HTTP and WebSocket are served."""

    host: Annotated[str, Meta(description="Address to listen on; `0.0.0.0` for every interface.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="TCP port; 0 takes any free one.")] = 8080


class LimitSettings(Settings, frozen=True):
    """What the gateway admits and how long it waits."""

    calls: Annotated[Count, Meta(description="Calls at once; further ones are told to try again.")] = 32
    idle_s: Annotated[Seconds, Meta(description="A WebSocket call that receives nothing at all is ended.")] = 30.0
    call_s: Annotated[Seconds, Meta(description="Longest call.")] = 3600.0


class EarSettings(Settings, frozen=True):
    """When the caller is speaking, has finished, or interrupts."""

    start_ms: Annotated[Milliseconds, Meta(description="Voice before the caller is said to speak.")] = 96
    pre_roll_ms: Annotated[
        Milliseconds, Meta(description="Audio before the onset that the recognizer gets as well.")
    ] = 320
    silence_ms: Annotated[Milliseconds, Meta(description="Silence that ends a turn.")] = 480
    complete_silence_ms: Annotated[
        Milliseconds,
        Meta(description="Silence that ends a turn which looks complete: all digits of a code, a plain yes or no."),
    ] = 288
    patient_silence_ms: Annotated[
        Milliseconds, Meta(description='Silence that ends an unfinished number, or a turn ending in "um" or "to".')
    ] = 1000
    barge_in_ms: Annotated[Milliseconds, Meta(description="Voice over the agent before it is interrupted.")] = 256
    no_input_s: Annotated[Seconds, Meta(description="Silence after a prompt before the agent asks again.")] = 8.0


class RecognizerSettings(Settings, frozen=True):
    """Which engine listens."""

    engine: Annotated[str, Meta(description="Name of the engine (entry-point group `kefu.recognizers`).")] = (
        "pocketsphinx"
    )
    workers: Annotated[Count, Meta(description="Decoder processes; about five speaking callers each.")] = 2


class SynthesizerSettings(Settings, frozen=True):
    """Which engine speaks, and how."""

    engine: Annotated[str, Meta(description="Name of the engine (entry-point group `kefu.synthesizers`).")] = "espeak"
    voice: Annotated[str, Meta(description="The engine's voice.")] = "en-gb"
    speed: Annotated[float, Meta(ge=0.25, le=4, description="1.0 is the engine's normal pace.")] = 1.0
    cache: Annotated[bool, Meta(description="Keep fixed prompts on disk, in the data folder.")] = True


class NluSettings(Settings, frozen=True):
    """How understanding runs."""

    threads: Annotated[Count, Meta(description="Threads of one model run.")] = 1


class DialogSettings(Settings, frozen=True):
    """Who decides and where it is remembered."""

    policy: Annotated[str, Meta(description="Name of the policy (entry-point group `kefu.policies`).")] = "flow"
    store: Annotated[str, Meta(description="Name of the store (entry-point group `kefu.stores`).")] = "sqlalchemy"
    store_url: Annotated[str, Meta(description="SQLAlchemy URL; empty: SQLite in the data folder.")] = ""


class SipSettings(Settings, frozen=True):
    """The telephone side."""

    enabled: Annotated[bool, Meta(description="Whether SIP calls are answered.")] = False
    host: Annotated[str, Meta(description="Address to listen on, UDP.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="UDP port of SIP; 0 takes any free one.")] = 5060
    advertised_host: Annotated[str, Meta(description="Put into SDP and Contact; empty: `host`.")] = ""
    rtp_ports: Annotated[tuple[Port, Port], Meta(description="First and last UDP port of media.")] = (20000, 20199)
    allow: Annotated[tuple[str, ...], Meta(description="Networks that may call; everyone else is refused.")] = (
        "127.0.0.0/8",
    )


class RecordSettings(Settings, frozen=True):
    """What is kept of a call."""

    directory: Annotated[
        str, Meta(description="Folder for each call's record (JSON lines, masked); empty: none is written.")
    ] = ""


class GatewaySettings(Settings, frozen=True):
    """Everything in `gateway.yaml`."""

    server: ServerSettings = ServerSettings()
    packs: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="Packs that answer: names under `configs/packs`, or paths; the first is the default.",
        ),
    ] = ("banking",)
    limits: LimitSettings = LimitSettings()
    ear: EarSettings = EarSettings()
    recognizer: RecognizerSettings = RecognizerSettings()
    synthesizer: SynthesizerSettings = SynthesizerSettings()
    nlu: NluSettings = NluSettings()
    dialog: DialogSettings = DialogSettings()
    sip: SipSettings = SipSettings()
    records: RecordSettings = RecordSettings()
