"""The floor plan, enforced: imports run voice -> dialog -> nlu, no cycles, short files, short functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("nlu", "dialog", "voice")
LONGEST_FILE = 500
LONGEST_FUNCTION = 80
SHORT_FUNCTION = 40
SHORT_SHARE = 0.95
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc"}
SOCKETS = {"socket", "ssl", "http", "urllib", "httpx", "aiohttp", "requests", "websockets", "fastapi", "uvicorn"}
WORDS_ONLY = {"nlu/training/sound_alikes.py": "pocketsphinx"}
"""What reads the pronunciation dictionary and word frequencies that a recognizer's wheel brings, and hears nothing."""
AUDIO = {"pipecat", "soundfile", "soxr", "pocketsphinx", "espeakng_loader", "aiosipua", "aiortp"}


def sources() -> list[Path]:
    return sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_only_run_downwards(layer: str) -> None:
    above = LAYERS[LAYERS.index(layer) + 1 :]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] == layer
        for name in imported(path)
        if name.split(".")[0] in above
    ]
    assert not wrong


def test_no_import_cycles() -> None:
    modules = {module_name(path): path for path in sources()}
    graph = {name: {i for i in imported(path) if i in modules and i != name} for name, path in modules.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"import cycle: {' -> '.join((*trail[trail.index(name) :], name))}"
        if name not in done:
            for following in sorted(graph[name]):
                visit(following, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_nlu_knows_no_audio_and_no_sockets() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] == "nlu"
        for name in imported(path)
        if name.split(".")[0] in AUDIO | SOCKETS and name.split(".")[0] != WORDS_ONLY.get(str(path.relative_to(ROOT)))
    ]
    assert not wrong


def test_dialog_has_sockets_only_in_actions_and_store() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] == "dialog"
        and path.relative_to(ROOT).parts[1] not in ("actions", "store.py")
        for name in imported(path)
        if name.split(".")[0] in AUDIO | SOCKETS
    ]
    assert not wrong


def test_only_build_reads_the_gateway_settings_file() -> None:
    readers = [str(p.relative_to(ROOT)) for p in sources() if '"gateway.yaml"' in p.read_text()]
    assert set(readers) <= {"voice/build.py", "nlu/locations.py"}


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_short_and_well_named(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE
    assert path.stem not in VAGUE_NAMES
    assert ast.get_docstring(ast.parse(path.read_text())) or path.name == "__init__.py", "module without docstring"


def test_functions_are_short() -> None:
    lengths = [entry for path in sources() for entry in functions(path)]
    assert not [name for name, lines in lengths if lines > LONGEST_FUNCTION]
    short = sum(lines < SHORT_FUNCTION for _, lines in lengths) / len(lengths)
    assert short >= SHORT_SHARE
