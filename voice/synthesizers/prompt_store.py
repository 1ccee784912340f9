"""Spoken prompts on disk: one checked file each, written atomically, the least recently used dropped."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

_DIGEST_BYTES = 32
_SUFFIX = ".prompt"


class PromptStore:
    """A folder of prompts. A file is the SHA-256 of its audio followed by the audio (PCM16).

    Reading a damaged file removes it. Several processes may share a folder.
    """

    def __init__(self, directory: Path, *, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes

    def open(self) -> None:
        """Makes the folder. Raises OSError."""
        self._directory.mkdir(parents=True, exist_ok=True)

    def read(self, key: str) -> bytes | None:
        """The audio kept under `key`, None when there is none (any more)."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        digest, audio = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        if hashlib.sha256(audio).digest() != digest:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return audio

    def write(self, key: str, audio: bytes) -> None:
        """Keeps `audio`, then drops the least recently used files over the bound. Raises OSError."""
        handle, temporary = tempfile.mkstemp(dir=self._directory, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(audio).digest())
                file.write(audio)
            Path(temporary).replace(self._path(key))
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._trim()

    def _trim(self) -> None:
        known: list[tuple[float, int, Path]] = []
        for path in self._directory.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                seen = path.stat()
                known.append((seen.st_mtime_ns, seen.st_size, path))
        total = sum(size for _, size, _ in known)
        for _, size, path in sorted(known):
            if total <= self._max_bytes:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size

    def _path(self, key: str) -> Path:
        return self._directory / f"{key}{_SUFFIX}"
