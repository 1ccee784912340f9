"""Settings -> engines, opened once -> Gateway. The only reader of the gateway's settings."""

import asyncio
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dialog.agent import Agent
from dialog.pack import Pack
from dialog.store import Store
from nlu.interpreter import Interpreter
from nlu.locations import configs_root, data_root, find_pack
from nlu.progress import Progress, silent
from nlu.registry import Registry
from nlu.settings import load_settings
from nlu.training.checkpoint import pack_checkpoint
from voice.call import Answerer, Shared
from voice.ear.vad import SileroModel
from voice.gateway import Gateway
from voice.recognizers.recognizer import Recognizer
from voice.records import CallRecords
from voice.settings import GatewaySettings
from voice.synthesizers.prompt_cache import CachedSynthesizer
from voice.synthesizers.synthesizer import SpeechStyle, Synthesizer

RECOGNIZERS = Registry("kefu.recognizers", "recognizer")
SYNTHESIZERS = Registry("kefu.synthesizers", "synthesizer")
STORES = Registry("kefu.stores", "store")


def gateway_settings(path: Path | None = None, *, overrides: Mapping[str, Any] | None = None) -> GatewaySettings:
    """The settings of `path`, else of the shipped `configs/gateway.yaml`. Raises SettingsError."""
    return load_settings(path or configs_root() / "gateway.yaml", GatewaySettings, overrides=overrides)


async def open_gateway(
    settings: GatewaySettings, *, pack_data: Path | None = None, progress: Progress = silent
) -> Gateway:
    """Trains what is not trained, loads and warms every engine.

    `pack_data` is where the packs' own backends keep their data (default: `packs/` in the data folder); `progress` is
    told how training goes.
    Raises KefuError: nothing stays open then.
    """
    opened: list[Any] = []
    try:
        rates_hz = (16000, 8000) if settings.sip.enabled else (16000,)
        synthesizer, style = await _open_synthesizer(settings, opened)
        store = STORES.get(settings.dialog.store)(settings.dialog.store_url)
        opened.append(store)
        await store.open()
        answerers = {}
        for name in settings.packs:
            pack = Pack.load(find_pack(name))
            data = (pack_data or data_root() / "packs") / pack.name
            answerers[pack.name] = await _open_answerer(pack, settings, data, opened, progress=progress)
            if isinstance(synthesizer, CachedSynthesizer):
                await synthesizer.warm(pack.fixed_prompts(), style=style, rates_hz=rates_hz)
        return Gateway(_shared(settings, answerers, synthesizer, style, store))
    except BaseException:
        for engine in reversed(opened):
            await engine.close()
        raise


def _shared(
    settings: GatewaySettings,
    answerers: dict[str, Answerer],
    synthesizer: Synthesizer,
    style: SpeechStyle,
    store: Store,
) -> Shared:
    directory = settings.records.directory
    return Shared(
        settings=settings,
        answerers=answerers,
        synthesizer=synthesizer,
        style=style,
        voice_activity=SileroModel(),
        store=store,
        records=CallRecords(Path(directory) if directory else None),
    )


async def _open_synthesizer(settings: GatewaySettings, opened: list[Any]) -> tuple[Synthesizer, SpeechStyle]:
    chosen = settings.synthesizer
    synthesizer: Synthesizer = SYNTHESIZERS.get(chosen.engine)(voice=chosen.voice, speed=chosen.speed)
    if chosen.cache:
        synthesizer = CachedSynthesizer(synthesizer, data_root() / "prompts")
    opened.append(synthesizer)
    await synthesizer.start()
    return synthesizer, SpeechStyle()


async def _open_answerer(
    pack: Pack, settings: GatewaySettings, data: Path, opened: list[Any], *, progress: Progress
) -> Answerer:
    checkpoint = await asyncio.to_thread(pack_checkpoint, pack.path, progress=progress)
    interpreter = await asyncio.to_thread(
        Interpreter.open, checkpoint, threads=settings.nlu.threads, currency=pack.domain.currency
    )
    opened.append(interpreter)
    recognizer: Recognizer = RECOGNIZERS.get(settings.recognizer.engine)(
        sentences=pack.sentences(),
        workers=settings.recognizer.workers,
        cache_directory=data_root() / "language_models" / pack.name,
    )
    opened.append(recognizer)
    await recognizer.start()
    agent = await asyncio.to_thread(
        Agent.open,
        pack,
        policy=settings.dialog.policy,
        data_directory=data,
        now=lambda: datetime.now().astimezone(),
    )
    opened.append(agent)
    return Answerer(agent=agent, interpreter=interpreter, recognizer=recognizer)


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound TCP socket; port 0 takes any free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound
