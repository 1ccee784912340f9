from pathlib import Path

import pytest

from tests.voice.recognizers.speech import SENTENCES
from voice.recognizers.language_model import LanguageModel, language_model


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the language model of the tests' sentences is kept for the session."""
    return tmp_path_factory.mktemp("language-model")


@pytest.fixture(scope="session")
def model(cache: Path) -> LanguageModel:
    return language_model(SENTENCES, cache)
