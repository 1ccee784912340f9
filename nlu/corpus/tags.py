"""Tags of words (IOB1, BIO, IOBES, BILOU) to chunks and back. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nlu.corpus.corpus import Example
from nlu.understanding import Entity

OUTSIDE = "O"

_BEGIN, _INSIDE, _END, _SINGLE = "B", "IM", "EL", "SUW"
_PREFIXES = frozenset(_BEGIN + _INSIDE + _END + _SINGLE)


class Chunk(NamedTuple):
    """Words `first` to `end` (exclusive) are one entity."""

    name: str
    first: int
    end: int


class Chunks(NamedTuple):
    """The chunks, and the words where one is begun by a tag that continues (I-), or by B- where no chunk of the
    same name ends: the first are normal in IOB1 and odd in BIO, the others the other way round."""

    chunks: tuple[Chunk, ...]
    begun_inside: tuple[int, ...]
    begun: tuple[int, ...]


def check_tag(tag: str) -> None:
    """Raises ValueError unless it is O or a prefix with a name: B-city."""
    if tag == OUTSIDE:
        return
    prefix, joint, name = tag.partition("-")
    if prefix not in _PREFIXES or not joint:
        raise ValueError(f"{tag!r} is no tag: expected O or B-, I- (E-, S-, L-, U-) with a name")
    if not name:
        raise ValueError(f"tag {tag!r} names no entity")


def is_tag(text: str) -> bool:
    """Whether `check_tag` is content."""
    try:
        check_tag(text)
    except ValueError:
        return False
    return True


def chunks_of(tags: Sequence[str]) -> Chunks:
    """Chunks of checked tags of any of the schemes: they only differ in what is written where a chunk begins or ends.

    A tag that continues a chunk that is not there begins one, as in the CoNLL scorer.
    """
    chunks: list[Chunk] = []
    begun_inside: list[int] = []
    begun: list[int] = []
    open_name, first = "", 0
    ended = ""  # the name of the chunk that ended with the word before
    for index, tag in enumerate((*tags, OUTSIDE)):
        prefix, _, name = tag.partition("-")
        continues = bool(open_name) and prefix in _INSIDE + _END and name == open_name
        if not continues and open_name:
            chunks.append(Chunk(open_name, first, index))
            ended, open_name = open_name, ""
        if prefix == OUTSIDE:
            ended = ""
            continue
        if not continues:
            (begun_inside if prefix in _INSIDE + _END else begun if ended != name else []).append(index)
            open_name, first = name, index
        ended = ""
        if prefix in _END + _SINGLE:
            chunks.append(Chunk(open_name, first, index + 1))
            ended, open_name = open_name, ""
    return Chunks(tuple(chunks), tuple(begun_inside), tuple(begun))


def example_of(words: Sequence[str], chunks: Iterable[Chunk], intent: str) -> Example:
    """The words joined by single spaces, with the chunks as entities."""
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    text = " ".join(words)
    entities = []
    for chunk in chunks:
        start, end = starts[chunk.first], starts[chunk.end - 1] + len(words[chunk.end - 1])
        entities.append(Entity(name=chunk.name, text=text[start:end], start=start, end=end))
    return Example(text, intent, tuple(entities))


def words_and_tags(example: Example, *, scheme: str = "BIO") -> tuple[list[str], list[str]]:
    """Words split at white space and at the edges of entities, with their tags; `scheme` is BIO, IOB1 or IOBES.

    An entity with role and group is tagged name.role.group, the only place that column files have for them.
    """
    words: list[str] = []
    tags: list[str] = []
    done = 0
    for entity in example.entities:
        outside = example.text[done : entity.start].split()
        inside = entity.text.split()
        name = ".".join(part for part in (entity.name, entity.role, entity.group) if part)
        words += outside + inside
        tags += [OUTSIDE] * len(outside) + _entity_tags(name, len(inside), scheme, before=tags if not outside else [])
        done = entity.end
    rest = example.text[done:].split()
    return words + rest, tags + [OUTSIDE] * len(rest)


def _entity_tags(name: str, count: int, scheme: str, *, before: Sequence[str]) -> list[str]:
    if scheme == "IOBES":
        return (
            [f"S-{name}"] if count == 1 else [f"B-{name}", *[f"I-{name}"] * (count - 2), f"E-{name}"][: max(count, 0)]
        )
    touching = bool(before) and before[-1][2:] == name
    first = "B" if scheme == "BIO" or touching else "I"
    return [f"{first}-{name}", *[f"I-{name}"] * (count - 1)]
