"""The model card of a folder, from its manifest. Pure.

After Mitchell et al. 2019, "Model Cards for Model Reporting".
"""

from collections.abc import Iterator, Mapping, Sequence

from nlu.model.facts import GraphFacts, Manifest
from nlu.model.labels import OUT_OF_SCOPE

_SHARES = ("accuracy", "f1", "recall", "precision", "auroc")

_USE = """\
```
kefu nlu interpret --model FOLDER "what a caller says"
kefu nlu evaluate --model FOLDER --data DATA
```

```python
from nlu.interpreter import Interpreter
from nlu.understanding import Utterance

interpreter = Interpreter.open(folder)
(found,) = interpreter.interpret_batch([Utterance(text="what a caller says")])
```
"""


def model_card(manifest: Manifest) -> str:
    """Markdown."""
    return "\n".join(_lines(manifest)) + "\n"


def _lines(manifest: Manifest) -> Iterator[str]:
    data, labels = manifest.data, manifest.labels
    yield "# A Kefu language understanding model\n"
    yield (
        f"Intents, entities, sentiment and out-of-scope of one utterance. Encoder: `{manifest.encoder}`, fine-tuned. "
        f"{len(labels.intents)} intents, {len(labels.entities)} entity types.\n"
    )
    yield "## Training data\n"
    if data.examples:
        yield f"{data.examples} examples ({data.dev_examples} more to choose and calibrate with); SHA-256 of the"
        yield f"training examples: `{data.sha256}`.\n"
    yield from _table(("intent", "examples"), _counts(labels.intents, data.intents))
    names = sorted({kind.name for kind in labels.entities})
    yield from _table(("entity", "spans"), _counts(names, data.entities))
    yield "## Measured\n"
    yield "On the dev set, or on examples held out of training (the first word says which):\n"
    yield from _table(("measure", "value"), [(_name(key), _value(key, v)) for key, v in manifest.metrics.items()])
    yield "## Graphs\n"
    yield "Agreement with the trained model on training texts; `auto` serves int8 when it is high enough.\n"
    yield from _table(
        ("graph", "MB", "texts", "intents equal", "tags equal", "entities equal", "largest logit difference"),
        [_graph(graph) for graph in manifest.graphs],
    )
    yield "## Limits\n"
    yield from _limits(manifest)
    yield "\n## Use\n"
    yield _USE
    yield "## Settings\n"
    yield from _table(("setting", "value"), [(key, f"`{value}`") for key, value in manifest.settings.items()])


def _limits(manifest: Manifest) -> Iterator[str]:
    labels, data = manifest.labels, manifest.data
    yield f"- Text beyond {manifest.max_pieces} pieces (words or parts of words) is not seen."
    if not labels.intents:
        yield "- The data had no intents: only entities and sentiment are understood."
    elif OUT_OF_SCOPE not in labels.intents:
        yield "- The data had no out-of-scope examples: what is out of scope is told by the intents' energy alone."
    rare = sorted(name for name, count in data.intents.items() if count < 10)
    if rare:
        yield f"- Intents with fewer than 10 examples, unreliable: {', '.join(rare)}."
    yield "- Sentiment was learnt from a small shipped set of customer-service sentences, in English."
    yield "- `check_texts.json` holds some of the training texts, to check graphs with; serving works without it."
    yield "- Probabilities are calibrated on data like the training data; elsewhere they are too sure."
    if any(graph.precision == "int8" and graph.made == "exported" for graph in manifest.graphs):
        yield "- In the int8 graph of this encoder, answers depend a little on what else is in the batch."


def _counts(names: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(name, str(counts.get(name, 0))) for name in names]


def _graph(graph: GraphFacts) -> tuple[str, ...]:
    return (
        f"{graph.precision} ({graph.made})",
        f"{graph.megabytes:.0f}",
        str(graph.texts),
        f"{graph.intent_agreement:.2%}",
        f"{graph.tag_agreement:.2%}",
        f"{graph.entity_agreement:.2%}",
        f"{graph.largest_difference:.2g}",
    )


def _name(key: str) -> str:
    return key.replace("_", " ")


def _value(key: str, value: float) -> str:
    return f"{value:.2%}" if key.endswith(_SHARES) else f"{value:g}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Nothing for no rows."""
    if not rows:
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
