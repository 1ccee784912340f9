"""JointBERT's folders: `seq.in` (words), `seq.out` (BIO tags) and `label` (intents), an utterance a line."""

import re
from collections.abc import Mapping
from pathlib import Path

from nlu.corpus.corpus import Corpus
from nlu.corpus.faults import Draft, Place
from nlu.corpus.layout import Layout
from nlu.corpus.source import Source, read_source
from nlu.corpus.tags import check_tag, chunks_of, example_of, words_and_tags

WORDS, TAGS, INTENTS = "seq.in", "seq.out", "label"

_BLANKS = re.compile(r"[ \t]+")


def is_jointbert(folder: Path) -> bool:
    """Whether the folder holds such a corpus."""
    return (folder / WORDS).is_file()


def read_jointbert(folder: Path, draft: Draft, layout: Layout) -> None:  # noqa: ARG001  one signature for all readers
    """Adds the utterances of the folder to `draft`; without a `label` file they have no intent.

    Files with different numbers of lines are an error that leaves the folder out: nobody knows which line is missing.
    """
    missing = [name for name in (WORDS, TAGS) if not (folder / name).is_file()]
    for name in missing:
        draft.error(Place(str(folder / name), 1), "missing; JointBERT's layout is seq.in, seq.out and label")
    if missing:
        return
    words, tags = read_source(folder / WORDS, draft), read_source(folder / TAGS, draft)
    intents = read_source(folder / INTENTS, draft) if (folder / INTENTS).is_file() else None
    if intents is None:
        draft.warning(Place(str(folder / INTENTS), 1), "missing; the utterances are read without intent")
    files = [source for source in (words, tags, intents) if source is not None]
    counts = {len(source.lines) for source in files}
    if len(counts) > 1:
        said = ", ".join(f"{source.path.name} has {len(source.lines)}" for source in files)
        draft.error(Place(str(folder / WORDS), min(counts) + 1), f"the files differ in their number of lines: {said}")
        return
    bad = frozenset().union(*(source.bad for source in files))
    for number in range(1, len(words.lines) + 1):
        if number not in bad:
            _add(number, words, tags, intents, draft)


def jointbert_files(corpus: Corpus) -> Mapping[str, str]:
    """File name -> content; `label` only when there are intents."""
    rows = [words_and_tags(example) for example in corpus.examples]
    files = {
        WORDS: "".join(" ".join(words) + "\n" for words, _ in rows),
        TAGS: "".join(" ".join(tag.replace(" ", "_") for tag in tags) + "\n" for _, tags in rows),
    }
    if corpus.intents:
        files[INTENTS] = "".join(example.intent + "\n" for example in corpus.examples)
    return files


def _add(number: int, words: Source, tags: Source, intents: Source | None, draft: Draft) -> None:
    said = _split(words.lines[number - 1])
    tagged = _split(tags.lines[number - 1])
    intent = intents.lines[number - 1].strip() if intents else ""
    if not said:
        draft.error(words.place(number), "empty line")
        return
    if intents is not None and not intent:
        draft.error(intents.place(number), "no intent")
        return
    if len(said) != len(tagged):
        draft.error(tags.place(number), f"{len(said)} words in {WORDS}, but {len(tagged)} tags")
        return
    try:
        for tag in tagged:
            check_tag(tag)
    except ValueError as error:
        draft.error(tags.place(number), str(error))
        return
    chunks = chunks_of(tagged)
    for index in chunks.begun_inside:
        draft.warning(tags.place(number), f"word {index + 1}: {tagged[index]} begins an entity, and is read so")
    draft.add(example_of(said, chunks.chunks, intent), words.place(number))


def _split(line: str) -> list[str]:
    return _BLANKS.split(line.strip()) if line.strip() else []
