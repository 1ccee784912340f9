"""Raw dialogue logs -> a folder of training candidates. Deterministic for the same files and settings."""

import csv
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlu.corpus.corpus import Corpus, Example
from nlu.corpus.splitting import split_corpus
from nlu.corpus.writing import SUFFIXES, write_splits
from nlu.errors import CorpusError, SettingsError
from nlu.preparation.candidates import Gathered, gather
from nlu.preparation.clustering import cluster, smallest_cluster
from nlu.preparation.labelling import Doubt, Labelled, doubts, suggest, weak_labels
from nlu.preparation.logs import read_logs
from nlu.preparation.report import PreparationReport, removed_for, write_report
from nlu.preparation.settings import PreparationSettings
from nlu.preparation.turns import roles_counted, with_roles
from nlu.progress import Progress


def prepare(settings: PreparationSettings, *, progress: Progress) -> PreparationReport:
    """Writes into `settings.out`:

    - `candidates/train`, `dev`, `test`: the labelled ones, which `kefu nlu train` reads;
    - `utterances.csv`: every candidate with all that is suggested for it;
    - `review.csv`: where cluster and model disagree, the model hesitates or near-duplicates differ;
    - `removed.csv`: what was left out, with file, line and reason;
    - `report.html` and `report.json`.

    Personal data is masked in all of them. Raises CorpusError, SettingsError or CheckpointError.
    """
    begun = time.monotonic()
    if settings.candidates not in SUFFIXES:
        raise SettingsError(f"unknown format {settings.candidates!r}; known: {', '.join(SUFFIXES)}")
    logs = read_logs(settings.data, settings.format, settings.layout)
    turns = with_roles(logs.turns, customers=settings.customers, agents=settings.agents)
    gathered = gather(turns, language=settings.language, keep_agents=settings.keep_agents)
    if not gathered.candidates:
        reasons = ", ".join(f"{item.count} {item.reason}" for item in removed_for(gathered.removed))
        raise CorpusError(f"no utterance of a customer is left of {len(turns)} turns: {reasons}; see --customer")
    texts = [candidate.text for candidate in gathered.candidates]
    # Embedding pulls in torch: seconds that wrong arguments must not cost.
    from nlu.preparation.embedding import embed

    def embedded(done: int, total: int) -> None:
        progress(done, total * (2 if settings.model else 1), "embedding")

    def labelled_so_far(done: int, total: int) -> None:
        progress(total + done, total * 2, "asking the model")

    vectors = embed(texts, encoder=settings.encoder, progress=embedded)
    smallest = settings.min_cluster or smallest_cluster(len(texts))
    clusters = cluster(texts, vectors, min_cluster=smallest)
    weak = (
        weak_labels(texts, settings.model, language=settings.language, progress=labelled_so_far)
        if settings.model
        else None
    )
    suggested, labelled = suggest(gathered.candidates, clusters, weak)
    found = doubts(labelled)
    splits = _write(settings, gathered, labelled, found)
    report = PreparationReport(
        out=str(settings.out),
        files=logs.files,
        turns=len(turns),
        dialogues=len({turn.dialogue for turn in turns}),
        roles=roles_counted(turns),
        repaired=gathered.repaired,
        masked=gathered.masked,
        removed=removed_for(gathered.removed),
        candidates=len(labelled),
        suggested_intents=suggested,
        unclustered=sum(not item.cluster for item in labelled),
        labelled=sum(splits.values()),
        splits=splits,
        review=dict(Counter(doubt.reason.partition(",")[0] for doubt in found)),
        model=str(settings.model or ""),
        faults=tuple(map(str, logs.faults)),
        seed=settings.seed,
        took_s=round(time.monotonic() - begun, 2),
    )
    write_report(report, settings.out)
    return report


def _write(
    settings: PreparationSettings, gathered: Gathered, labelled: Sequence[Labelled], found: Sequence[Doubt]
) -> dict[str, int]:
    """All tables and the training files; how many examples each of these has."""
    examples = tuple(Example(item.candidate.text, item.label) for item in labelled if item.label)
    splits = split_corpus(Corpus(examples=examples), settings.shares, seed=settings.seed)
    try:
        settings.out.mkdir(parents=True, exist_ok=True)
        _table(settings.out / "utterances.csv", _UTTERANCES, (_row(item) for item in labelled))
        _table(
            settings.out / "review.csv",
            ("reason", "text", "suggested", "model", "confidence", "file", "line"),
            ((d.reason, d.text, d.suggested, d.model, d.confidence, d.path, d.line) for d in found),
        )
        _table(
            settings.out / "removed.csv",
            ("reason", "text", "file", "line"),
            ((item.reason, item.text, item.path, item.line) for item in gathered.removed),
        )
    except OSError as error:
        raise CorpusError(f"{settings.out}: {error.strerror}") from error
    _drop_old(settings.out / "candidates")
    write_splits(splits, settings.out / "candidates", settings.candidates)
    parts = {"train": splits.train, "dev": splits.dev, "test": splits.test}
    return {name: len(part.examples) for name, part in parts.items() if part is not None and part.examples}


def _drop_old(folder: Path) -> None:
    """Files of an earlier run must not look like this one's."""
    for name in ("train", "dev", "test"):
        for suffix in filter(None, SUFFIXES.values()):
            (folder / f"{name}{suffix}").unlink(missing_ok=True)


_UTTERANCES = (
    *("text", "label", "suggested", "representative", "said", "model", "confidence", "margin", "out_of_scope"),
    *("file", "line", "dialogue"),
)


def _row(item: Labelled) -> tuple[object, ...]:
    weak, candidate = item.weak, item.candidate
    said = (weak.intent, weak.confidence, weak.margin, weak.out_of_scope) if weak else ("", "", "", "")
    return (
        *(candidate.text, item.label, item.cluster, item.representative or "", candidate.said),
        *(*said, candidate.path, candidate.line, candidate.dialogue),
    )


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
