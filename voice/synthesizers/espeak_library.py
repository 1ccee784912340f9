"""ctypes binding to libespeak-ng (from the `espeakng-loader` wheel). Its state is global to the process.

Every use goes through one lock; the library is initialised by the first user and terminated after the last.
Constants and structures are those of espeak-ng's `speak_lib.h` 1.52.
"""

import ctypes
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import espeakng_loader
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from voice.errors import EngineError

Samples = npt.NDArray[np.int16]
OnSamples = Callable[[Samples], bool]

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 0x1
_END_PAUSE = 0x1000
_IPA = 0x2
_POSITION_CHARACTER = 1
_RATE, _VOLUME, _PITCH, _RANGE, _WORD_GAP = 1, 2, 3, 4, 7
_BUFFER_MS = 40
_OK = 0
# path_home in the library holds 160 bytes, "/espeak-ng-data" included; longer paths are cut silently.
_LONGEST_DATA_PATH = 140

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


class Prosody(Struct, frozen=True, kw_only=True):
    """espeak's own scales: `rate` in words a minute (80..450), `pitch` and `range` 0..100, `gap` in 10 ms."""

    rate: int
    pitch: int
    range: int
    gap: int


class EspeakLibrary:
    """One user's handle; `speak` may be called from any thread, one at a time across the process."""

    _lock = threading.RLock()
    _users = 0
    _library: ctypes.CDLL | None = None
    _rate_hz = 0
    _voice = ""
    _link: tempfile.TemporaryDirectory[str] | None = None
    _on_samples: OnSamples | None = None

    def __init__(self) -> None:
        """Raises EngineError when the library or its data can't be loaded."""
        cls = EspeakLibrary
        with cls._lock:
            if cls._users == 0:
                cls._initialise()
            cls._users += 1
        self._open = True

    @property
    def rate_hz(self) -> int:
        return EspeakLibrary._rate_hz

    @property
    def version(self) -> str:
        """The library's own version, such as "1.52.0"."""
        with self._lock:
            return _text(self._loaded().espeak_Info(None)).split()[0]

    def voices(self) -> Mapping[str, str]:
        """Language tag of every voice ("en-gb", "en-us", ...), sorted, with the library's identifier for it."""
        with self._lock:
            found: dict[str, str] = {}
            for voice in self._loaded().espeak_ListVoices(None):
                if not voice:
                    break
                # `languages` is a list of (priority byte, tag) pairs; the first names the voice.
                found.setdefault(_text(voice.contents.languages[1:]), _text(voice.contents.identifier))
            return dict(sorted(found.items()))

    def variants(self) -> tuple[str, ...]:
        """Names that may follow a voice after a plus sign ("en-gb+f2")."""
        folder = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
        return tuple(sorted(path.name for path in folder.iterdir()))

    def check_voice(self, voice: str) -> str:
        """The library's identifier of "tag" or "tag+variant". Raises EngineError, which lists the known names."""
        tag, plus, variant = voice.partition("+")
        voices = self.voices()
        if tag not in voices:
            raise EngineError(f"unknown espeak voice {tag!r}; known: {', '.join(voices)}")
        if plus and variant not in self.variants():
            raise EngineError(f"unknown espeak variant {variant!r}; known: {', '.join(self.variants())}")
        return voices[tag] + plus + variant

    def speak(self, text: str, *, voice: str, prosody: Prosody, pause: bool, on_samples: OnSamples) -> None:
        """Blocks until `text` is spoken or `on_samples` returns False; `pause` adds a sentence's pause.

        `on_samples` is called with blocks of at most 40 ms at `rate_hz`. Raises EngineError.
        """
        cls = EspeakLibrary
        with cls._lock:
            library = self._loaded()
            self._select(library, voice)
            for parameter, value in (
                (_RATE, prosody.rate),
                (_VOLUME, 100),
                (_PITCH, prosody.pitch),
                (_RANGE, prosody.range),
                (_WORD_GAP, prosody.gap),
            ):
                library.espeak_SetParameter(parameter, value, 0)
            data = text.encode() + b"\0"
            flags = _UTF8 | (_END_PAUSE if pause else 0)
            cls._on_samples = on_samples
            try:
                status = library.espeak_Synth(data, len(data), 0, _POSITION_CHARACTER, 0, flags, None, None)
            finally:
                cls._on_samples = None
            if status != _OK:
                raise EngineError(f"espeak failed with status {status}")

    def phonemes(self, text: str, *, voice: str) -> str:
        """How `voice` would say `text`, in IPA with stress marks. Raises EngineError."""
        with EspeakLibrary._lock:
            library = self._loaded()
            self._select(library, voice)
            rest = ctypes.c_char_p(text.encode() + b"\0")
            clauses: list[str] = []
            # Each call reads one clause and moves the pointer behind it; NULL at the end.
            while rest.value is not None:
                clauses.append(_text(library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA) or b""))
            return " ".join(clauses).strip()

    def close(self) -> None:
        """Gives the handle back; idempotent."""
        cls = EspeakLibrary
        with cls._lock:
            if not self._open:
                return
            self._open = False
            cls._users -= 1
            if cls._users == 0 and cls._library is not None:
                cls._library.espeak_Terminate()
                cls._library = None
                if cls._link is not None:
                    cls._link.cleanup()
                    cls._link = None

    def _loaded(self) -> ctypes.CDLL:
        library = EspeakLibrary._library
        if not self._open or library is None:
            raise EngineError("espeak is closed")
        return library

    def _select(self, library: ctypes.CDLL, voice: str) -> None:
        if voice == EspeakLibrary._voice:
            return
        identifier = self.check_voice(voice)
        if library.espeak_SetVoiceByName(identifier.encode()) != _OK:
            raise EngineError(f"espeak refused voice {voice!r}")
        EspeakLibrary._voice = voice

    @classmethod
    def _initialise(cls) -> None:
        try:
            library = ctypes.CDLL(espeakng_loader.get_library_path())
            data = espeakng_loader.get_data_path()
        except (OSError, RuntimeError) as error:
            raise EngineError(f"espeak-ng can't be loaded: {error}") from error
        if len(data.encode()) > _LONGEST_DATA_PATH:
            cls._link = tempfile.TemporaryDirectory(prefix="kefu-espeak-")
            short = Path(cls._link.name) / "espeak-ng-data"
            short.symlink_to(data)
            data = str(short)
        library.espeak_Info.restype = ctypes.c_char_p
        library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        library.espeak_SetSynthCallback.argtypes = (_Callback,)
        library.espeak_Synth.argtypes = (
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        )
        rate_hz = library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, data.encode(), _DONT_EXIT)
        if rate_hz <= 0:
            raise EngineError(f"espeak-ng did not accept its data at {data}")
        library.espeak_SetSynthCallback(_on_audio)
        cls._library, cls._rate_hz, cls._voice = library, rate_hz, ""


def _deliver(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
    on_samples = EspeakLibrary._on_samples
    if on_samples is None or not samples or count <= 0:
        return 0
    # The buffer is the library's own and is overwritten after this call.
    block = np.ctypeslib.as_array(samples, shape=(count,)).astype(np.int16, copy=True)
    return 0 if on_samples(block) else 1


_on_audio = _Callback(_deliver)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
