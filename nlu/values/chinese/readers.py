"""The readers of Chinese, by kind."""

from collections.abc import Mapping

from nlu.values.reading import Reader

READERS: Mapping[str, Reader] = {}
