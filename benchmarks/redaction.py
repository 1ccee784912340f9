"""Recall of redaction on generated personal data, and how often it touches clean utterances.

    python benchmarks/redaction.py --json redaction.json
    python benchmarks/redaction.py --clean ../shared/data/banking77/test.csv --clean ../shared/data/snips/test/seq.in

An instance counts as found only when every character of it that carries information is masked. `--sentences
developed` uses the carriers the detector was developed with, `held-out` the others.
"""

import argparse
import csv
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import msgspec
import yaml
from msgspec import Struct
from redaction_forms import END, FILL, FORMS
from redaction_sentences import CARRIERS, CLEAN, CLEAN_ZH, LEADS, LEADS_ZH, TAILS, TAILS_ZH
from rich.console import Console
from rich.table import Table

from nlu.redaction.redaction import find_personal
from nlu.values.spelling import spell_number

_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
_PERSONAL = re.compile(
    r"\((?:\w*code|\w*number|person|name|phone|email|digits)\)|\"(?:\w*code|\w*number|person|name)\""
)
"""An example annotated with personal data is not clean."""
_DATE_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d %B", "%B %d, %Y", "%A")
_PLACE = re.compile(r"\{(\w+)\}")


class Case(Struct, frozen=True):
    """An utterance with a secret; `carrying` are the offsets of the characters that must be masked."""

    kind: str
    form: str
    language: str
    held_out: bool
    text: str
    carrying: frozenset[int]

    @property
    def reach(self) -> str:
        """Kind, language and form."""
        return f"{self.kind} {self.language} {self.form}"


def cases(rng: Random, count: int, *, sentences: str) -> Iterator[Case]:
    """`count` instances, the kinds and forms in turn."""
    reaches = [(kind, reach) for kind, forms in FORMS.items() for reach in forms]
    for index in range(count):
        kind, (language, form) = reaches[index % len(reaches)]
        carriers = list(enumerate(CARRIERS[kind, language]))
        every = min(4, len(carriers))
        chosen = [
            pair
            for pair in carriers
            if sentences == "all" or (pair[0] % every == every - 1) == (sentences == "held-out")
        ]
        number, carrier = rng.choice(chosen)
        text, carrying = _composed(rng, carrier, FORMS[kind][language, form](rng), language, spoken=form == "spoken")
        yield Case(kind, form, language, number % every == every - 1, text, carrying)


def _composed(rng: Random, carrier: str, secret: str, language: str, *, spoken: bool) -> tuple[str, frozenset[int]]:
    if language == "en":
        before, after = carrier.split("{}")
        before, after = rng.choice(LEADS) + before, after + rng.choice(TAILS)
        if spoken and rng.random() < 0.7:  # as a recognizer writes: no case, no punctuation
            before, after = (re.sub(r"[,.?:]", "", part).lower() for part in (before, after))
    else:
        before, after = carrier.split("{}")
        before, after = rng.choice(LEADS_ZH) + before, after + rng.choice(TAILS_ZH)
    plain, carrying, filler = "", set(), False
    for sign in secret:
        if sign in (FILL, END):
            filler = sign == FILL
            continue
        if sign.isalnum() and not filler:
            carrying.add(len(before) + len(plain))
        plain += sign
    return before + plain + after, frozenset(carrying)


def clean_utterances(rng: Random, count: int) -> Iterator[str]:
    """Sentences about money, dates, times and counts, written and spoken; every eighth is Chinese."""
    for index in range(count):
        chinese = index % 8 == 7
        pieces = _PLACE.split(rng.choice(CLEAN_ZH if chinese else CLEAN))
        values = _values_zh(rng) if chinese else _values(rng, spoken=rng.random() < 0.5)
        yield "".join(rng.choice(values[piece]) if at % 2 else piece for at, piece in enumerate(pieces))


def _values(rng: Random, *, spoken: bool) -> dict[str, list[str]]:
    day = date(2026, 1, 1) + timedelta(days=rng.randrange(600))
    return _spoken_values(rng, day) if spoken else _written_values(rng, day)


def _spoken_values(rng: Random, day: date) -> dict[str, list[str]]:
    amount, count, large = (spell_number(rng.randint(*ends)) for ends in ((1, 9999), (2, 60), (1000, 90000)))
    hour, minute, year = spell_number(rng.randint(1, 12)), rng.choice((0, 15, 30, 45)), rng.randint(1980, 2030)
    clock = f"{hour} {spell_number(minute)}" if minute else hour
    two = spell_number(year % 100) if year % 100 > 9 else f"oh {spell_number(year % 100)}"
    dates = (f"on the third of {day:%B}", f"on {day:%A}", f"on {day:%B} the fifth twenty twenty six")
    return {
        "money": [f"{amount} pounds", f"{amount} dollars", f"{count} pounds fifty"],
        "count": [count],
        "percent": [f"{count} percent"],
        "large": [large],
        "time": [clock, f"half past {hour}", f"{clock} p m", f"quarter to {hour}"],
        "day": ["tomorrow", "next tuesday", *(each.lower() for each in dates)],
        "year": [f"{'nineteen' if year < 2000 else 'twenty'} {two}" if year % 100 else spell_number(year)],
        "ordinal": ["third", "twenty first"],
    }


def _written_values(rng: Random, day: date) -> dict[str, list[str]]:
    amount, count, large = rng.randint(1, 9999), rng.randint(2, 60), rng.randint(1000, 90000)
    hour, minute = rng.randint(1, 12), rng.choice((0, 15, 30, 45))
    price, exact = f"{amount}.{count:02d}", f"${amount:,}.{count:02d}"
    return {
        "money": [f"£{amount}", exact, f"{amount} pounds", f"€{amount}", price, f"£{amount / 10:.1f}k"],
        "count": [str(count)],
        "percent": [f"{count}%", f"{count}.5 percent"],
        "large": [str(large), f"{large:,}"],
        "time": [f"{hour}:{minute:02d}", f"{hour}.{minute:02d}pm", f"{hour} pm", f"{hour + 11}:{minute:02d}"],
        "day": ["tomorrow", *(f"on {day.strftime(form)}" for form in _DATE_FORMS)],
        "year": [str(rng.randint(1980, 2030))],
        "ordinal": ["3rd", "21st"],
    }


def _values_zh(rng: Random) -> dict[str, list[str]]:
    amount, count, large = rng.randint(1, 9999), rng.randint(2, 60), rng.randint(1000, 90000)
    year = rng.randint(1990, 2030)
    spelt = "".join("零一二三四五六七八九"[int(digit)] for digit in str(year))
    return {
        "money": [f"{amount}元", f"{amount}块", "一千二百块", "三万五千元", f"¥{amount}"],
        "count": [str(count), "三", "十二"],
        "percent": [f"{count}%", "百分之三点五"],
        "large": [str(large), "一万两千"],
        "year": [str(year), spelt],
        "day": ["明天", "下周三", f"{year}年5月3日", "五月三号", f"{spelt}年十月一日"],
        "time": ["三点半", "10点", "15:30", "两点一刻"],
    }


def pack_sentences(packs: Path) -> Iterator[str]:
    """The training sentences of every pack without personal data, without their annotation."""
    for path in sorted(packs.glob("*/nlu/*.y*ml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", ()):
            if "intent" in item:
                for line in item["examples"].splitlines():
                    if _PERSONAL.search(line):
                        continue
                    yield _ENTITY.sub(r"\1", line.strip().removeprefix("- "))


def file_sentences(path: Path) -> Iterator[str]:
    """The `text` column of a CSV file, or the lines of any other."""
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            yield from (row["text"] for row in csv.DictReader(file))
        else:
            yield from (line.strip() for line in file)


def missed(case: Case) -> bool:
    """Whether a character that carries information stays."""
    masked = {at for span in find_personal(case.text, language=case.language) for at in range(span.start, span.end)}
    return not case.carrying <= masked


class Recall(Struct, frozen=True):
    """How many instances of a kind there were, and the share that was found."""

    instances: int
    recall: float


class Touched(Struct, frozen=True):
    """How many clean utterances of a source were changed, and which."""

    utterances: int
    touched: int
    share: float
    texts: list[str]


class Report(Struct, frozen=True):
    """What is printed and written; `misses` are kind, text, and the text as it was left."""

    recall: Recall
    held_out: Recall
    ms_per_utterance: float
    kinds: dict[str, Recall]
    misses: list[tuple[str, str, str]]
    clean: dict[str, Touched]


def measure(drawn: list[Case], sources: dict[str, list[str]]) -> Report:
    """Masks everything once."""
    began_s = time.perf_counter()
    lost = [case for case in drawn if missed(case)]
    spent_ms = 1000 * (time.perf_counter() - began_s) / max(len(drawn), 1)
    kinds = sorted({case.reach for case in drawn})
    return Report(
        recall=_recall(drawn, lost),
        held_out=_recall([case for case in drawn if case.held_out], lost),
        ms_per_utterance=round(spent_ms, 3),
        kinds={kind: _recall([case for case in drawn if case.reach == kind], lost) for kind in kinds},
        misses=[(case.reach, case.text, _left(case)) for case in lost],
        clean={name: _touched(texts) for name, texts in sources.items()},
    )


def _recall(drawn: list[Case], lost: list[Case]) -> Recall:
    missed_here = sum(case in drawn for case in lost)
    return Recall(len(drawn), 1 - missed_here / max(len(drawn), 1))


def _touched(texts: list[str]) -> Touched:
    changed = [text for text in texts if find_personal(text)]
    return Touched(len(texts), len(changed), len(changed) / max(len(texts), 1), changed)


def _left(case: Case) -> str:
    masked = {at for span in find_personal(case.text, language=case.language) for at in range(span.start, span.end)}
    return "".join("*" if at in masked else sign for at, sign in enumerate(case.text))


def _show(report: Report, examples: int) -> None:
    console, table = Console(), Table(title="Redaction: recall")
    for column in ("kind", "instances", "recall %"):
        table.add_column(column)
    for name, row in report.kinds.items():
        table.add_row(name, str(row.instances), f"{100 * row.recall:.1f}")
    console.print(table)
    for kind, text, left in report.misses[:examples]:
        console.print(f"missed {kind}: {text!r}\n    -> {left!r}", markup=False)
    for name, clean in report.clean.items():
        for text in clean.texts[:examples]:
            console.print(f"touched in {name}: {text!r}", markup=False)
        console.print(f"{name}: {clean.touched} of {clean.utterances} touched, {100 * clean.share:.2f} %", markup=False)
    console.print(
        f"recall {100 * report.recall.recall:.2f} % of {report.recall.instances}, with held-out sentences "
        f"{100 * report.held_out.recall:.2f} % of {report.held_out.instances}; "
        f"{report.ms_per_utterance} ms an utterance"
    )


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=int, default=2000)
    parser.add_argument("--clean-count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sentences", choices=("all", "developed", "held-out"), default="all")
    parser.add_argument("--clean", type=Path, action="append", default=[], help="CSV with a text column, or lines")
    parser.add_argument("--packs", type=Path, default=Path("configs/packs"))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--examples", type=int, default=1000, help="misses shown of each sort")
    given = parser.parse_args()
    sources = {
        "generated": list(clean_utterances(Random(given.seed + 1), given.clean_count)),
        "packs": list(pack_sentences(given.packs)),
        **{str(path): list(file_sentences(path)) for path in given.clean},
    }
    report = measure(list(cases(Random(given.seed), given.instances, sentences=given.sentences)), sources)
    _show(report, given.examples)
    if given.json:
        given.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))


if __name__ == "__main__":
    main()
