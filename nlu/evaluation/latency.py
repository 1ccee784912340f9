"""How fast a model answers: one utterance after another on one thread, and in batches on two.

All graphs, and the torch model, are measured in turns within one run, so that their ratios hold on a busy machine too;
CPU time is given beside the time waited.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from msgspec import Struct

from nlu.errors import CorpusError
from nlu.interpreter import Interpreter
from nlu.model.facts import GRAPH_FILES, Precision
from nlu.model.manifest import TOKENIZER, read_folder
from nlu.progress import Progress, silent
from nlu.understanding import Utterance

BATCH = 16
BATCH_THREADS = 2
ROUNDS = 3
"""Each takes all texts through every graph; the best round counts, as other work on the machine only adds."""

_WARM_UP = 10


class Latency(Struct, frozen=True, kw_only=True):
    """Of one engine. `p50_ms` .. `p99_ms`: from the call of `Interpreter.interpret` to its answer, one utterance at a
    time, one thread; `cpu_ms` is the mean CPU time of that. `per_second`: utterances through `interpret_batch`, 16 at a
    time, two threads; "torch" is the model alone, without tokenizer, tags and values.
    """

    engine: Literal["int8", "fp32", "torch"]
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms: float
    per_second: float


class LatencyReport(Struct, frozen=True, kw_only=True):
    """`served` is the graph that "auto" takes. `ratios` are the engines' p50 over that of fp32. `load` is the number of
    processes that wanted the cores in the minute before: above `cores`, times are of a machine that was busy.
    """

    model: str
    served: Precision
    texts: int
    pieces: float
    cores: int
    load: float
    engines: tuple[Latency, ...]
    ratios: dict[str, float]


def measure_latency(
    model: Path,
    texts: Sequence[str],
    *,
    rounds: int = ROUNDS,
    with_torch: bool = True,
    progress: Progress = silent,
) -> LatencyReport:
    """`texts` are said one after the other; a few hundred typical ones are enough.

    Raises CheckpointError, and CorpusError for no texts.
    """
    if not texts:
        raise CorpusError("no texts to measure with")
    load = os.getloadavg()[0]
    manifest = read_folder(model)
    measures: dict[str, Callable[[], Latency]] = {}
    for precision in GRAPH_FILES:
        if GRAPH_FILES[precision] in manifest.files:
            measures[precision] = partial(_measure_served, model, precision, texts)
    if with_torch:
        measures["torch"] = _torch_measure(model, texts)
    found: dict[str, list[Latency]] = {name: [] for name in measures}
    for number in range(rounds):
        for name, measure in measures.items():
            progress(number, rounds, name)
            found[name].append(measure())
    progress(rounds, rounds, "done")
    engines = tuple(best(of_one) for of_one in found.values())
    base = next(one.p50_ms for one in engines if one.engine == "fp32")
    return LatencyReport(
        model=str(model),
        served=manifest.served("auto"),
        texts=len(texts),
        pieces=_mean_pieces(model, texts),
        cores=os.cpu_count() or 1,
        load=round(load, 2),
        engines=engines,
        ratios={one.engine: round(one.p50_ms / base, 3) for one in engines},
    )


def best(rounds: Sequence[Latency]) -> Latency:
    """The least of each time, and the highest rate."""
    return Latency(
        engine=rounds[0].engine,
        p50_ms=min(one.p50_ms for one in rounds),
        p95_ms=min(one.p95_ms for one in rounds),
        p99_ms=min(one.p99_ms for one in rounds),
        cpu_ms=min(one.cpu_ms for one in rounds),
        per_second=max(one.per_second for one in rounds),
    )


def _measure_served(model: Path, precision: Precision, texts: Sequence[str]) -> Latency:
    said = [Utterance(text=text) for text in texts]

    async def one_by_one() -> tuple[list[float], float]:
        interpreter = Interpreter.open(model, precision=precision, threads=1)
        for utterance in said[:_WARM_UP]:
            await interpreter.interpret(utterance)
        waited, spent = [], time.process_time()
        for utterance in said:
            began = time.perf_counter()
            await interpreter.interpret(utterance)
            waited.append(time.perf_counter() - began)
        spent = time.process_time() - spent
        await interpreter.close()
        return waited, spent

    waited, spent = asyncio.run(one_by_one())
    batched = Interpreter.open(model, precision=precision, threads=BATCH_THREADS)
    return _latency(precision, waited, spent, lambda begin: batched.interpret_batch(said[begin : begin + BATCH]))


def _torch_measure(model: Path, texts: Sequence[str]) -> Callable[[], Latency]:
    """The model as it was trained, alone: texts are tokenised before."""
    # A serving process has no torch; this is the one part of a measurement that needs it.
    import torch
    from tokenizers import Tokenizer

    from nlu.model.agreement import model_outputs, prepare
    from nlu.model.export import load_model

    loaded, manifest = load_model(model)
    prepared = prepare(texts, Tokenizer.from_file(str(model / TOKENIZER)), max_pieces=manifest.max_pieces)

    def measure() -> Latency:
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        waited, spent = [], time.process_time()
        for text in prepared:
            began = time.perf_counter()
            model_outputs(loaded, [text])
            waited.append(time.perf_counter() - began)
        spent = time.process_time() - spent
        torch.set_num_threads(BATCH_THREADS)
        try:
            return _latency("torch", waited, spent, lambda at: model_outputs(loaded, prepared[at : at + BATCH]))
        finally:
            torch.set_num_threads(before)

    return measure


def _latency(
    engine: Literal["int8", "fp32", "torch"], waited: Sequence[float], cpu_s: float, batch: Callable[[int], object]
) -> Latency:
    """From the seconds of each text and the CPU seconds of all; `batch` answers the texts from a number on."""
    batch(0)
    began = time.perf_counter()
    for begin in range(0, len(waited), BATCH):
        batch(begin)
    took_s = time.perf_counter() - began
    p50, p95, p99 = (round(float(value) * 1000, 3) for value in np.percentile(waited, [50, 95, 99]))
    return Latency(
        engine=engine, p50_ms=p50, p95_ms=p95, p99_ms=p99, cpu_ms=round(cpu_s / len(waited) * 1000, 3),
        per_second=round(len(waited) / took_s, 1),
    )  # fmt: skip


def _mean_pieces(model: Path, texts: Sequence[str]) -> float:
    interpreter = Interpreter.open(model, precision="fp32")
    return round(sum(len(interpreter.pieces(text).ids) for text in texts) / len(texts), 1)
