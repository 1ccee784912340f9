"""The banking pack's own modules, imported from their files."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from nlu.locations import configs_root


@pytest.fixture(scope="session")
def banking() -> Path:
    return configs_root() / "packs" / "banking"


@pytest.fixture(scope="session")
def bank_module(banking: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("banking_bank_under_test", banking / "bank.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
