"""Latency and throughput of language understanding, end to end, of every graph a model has and of torch beside them.

    python benchmarks/understanding.py --model models/banking77 --data banking77/test.csv
    python benchmarks/understanding.py --model banking --data configs/packs/banking/nlu --texts 200

One utterance at a time on one thread through `Interpreter.interpret`, then 16 at a time on two threads. The engines
take turns within the run; the best of three rounds counts. Prints one JSON line an engine, then one of the whole run.
"""

import argparse
import random
from pathlib import Path

from nlu.corpus.reading import read_corpus
from nlu.evaluation.latency import ROUNDS, measure_latency
from nlu.locations import find_model
from nlu.terminal import clear_errors, print_json, progress_bar


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a model's folder, or a pack's name")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="texts, in any format Kefu reads")
    parser.add_argument("--texts", type=int, default=300, help="how many of them")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--no-torch", action="store_true", help="leave the torch model out")
    given = parser.parse_args()
    with clear_errors(), progress_bar("measuring") as bar:
        texts = [example.text for example in read_corpus(given.data).examples]
        chosen = random.Random(0).sample(texts, min(given.texts, len(texts)))
        model = find_model(given.model)
        report = measure_latency(model, chosen, rounds=given.rounds, with_torch=not given.no_torch, progress=bar)
    for engine in report.engines:
        print_json(engine)
    print_json({name: getattr(report, name) for name in report.__struct_fields__ if name != "engines"})


if __name__ == "__main__":
    main()
