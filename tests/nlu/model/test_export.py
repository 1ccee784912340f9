"""The graphs answer like the model, whatever the model's shape, and say how well."""

import logging
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel

from nlu.errors import CheckpointError
from nlu.model import export
from nlu.model.agreement import compare, graph_outputs, model_outputs, prepare, sample
from nlu.model.export import LARGEST_DIFFERENCE, disagreement, random_texts, write_graphs, write_model
from nlu.model.facts import GRAPH, SMALL_GRAPH
from nlu.model.fused_graph import can_fuse, fused_graph
from nlu.model.joint import JointModel
from nlu.model.linear_layers import Linear, float_linear, int8_linear, round_rows, smoothing
from nlu.model.serving import Graph, groups

SHAPES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48}


def joint_model(*, intents: int = 4, tags: int = 7, kind: str = "bert", **shape: Any) -> JointModel:
    torch.manual_seed(3)
    given = SHAPES | {"vocab_size": 90, "max_position_embeddings": 64, "pad_token_id": 0} | shape
    encoder = AutoModel.from_config(AutoConfig.for_model(kind, **given))  # type: ignore[no-untyped-call]  # untyped there
    model = JointModel(encoder, intents=intents, tags=tags).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


@pytest.mark.parametrize(("intents", "tags"), [(4, 7), (4, 1), (1, 3)])
def test_fused_graphs_equal_the_model(tmp_path: Path, intents: int, tags: int) -> None:
    model = joint_model(intents=intents, tags=tags)
    facts = write_graphs(tmp_path, model, [])
    assert [(one.precision, one.made) for one in facts] == [("fp32", "fused"), ("int8", "fused")]
    assert facts[0].largest_difference < 1e-5
    assert facts[1].largest_difference < 0.2
    assert disagreement(model, tmp_path / GRAPH) < LARGEST_DIFFERENCE
    assert facts[0].intent_agreement == facts[0].tag_agreement == facts[0].entity_agreement == 1.0


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
def test_a_corpus_without_intents(tmp_path: Path) -> None:
    model = joint_model(intents=0, tags=3)
    facts = write_graphs(tmp_path, model, [])
    assert {one.made for one in facts} == {"fused"}
    found = Graph(tmp_path / SMALL_GRAPH).run(random_texts(model))
    assert found.intent.shape == (16, 0)


def test_roberta_begins_its_positions_behind_the_padding(tmp_path: Path) -> None:
    model = joint_model(kind="roberta", pad_token_id=1)
    assert can_fuse(model.encoder)
    assert write_graphs(tmp_path, model, [])[0].largest_difference < 1e-5


def test_others_are_not_fused() -> None:
    assert not can_fuse(joint_model(hidden_act="relu").encoder)


def test_a_fused_graph_that_differs_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    model, right = joint_model(), fused_graph(joint_model(), float_linear, {})
    wrong = fused_graph(joint_model(layer_norm_eps=0.3), float_linear, {})
    monkeypatch.setattr(export, "fused_graph", lambda *_: wrong)
    monkeypatch.setattr(export, "_write_exported", lambda folder, *_, **__: onnx.save(right, folder / GRAPH))
    with caplog.at_level(logging.WARNING):
        (fact,) = write_graphs(tmp_path, model, [], precisions=("fp32",))
    assert "differs from the model" in caplog.text
    assert fact.made == "exported"
    assert fact.largest_difference < LARGEST_DIFFERENCE


@pytest.mark.slow
def test_an_encoder_that_is_not_fused_is_exported(tmp_path: Path) -> None:
    facts = write_graphs(tmp_path, joint_model(hidden_act="relu"), [])
    assert [(one.precision, one.made) for one in facts] == [("fp32", "exported"), ("int8", "exported")]
    assert facts[0].largest_difference < LARGEST_DIFFERENCE
    assert facts[1].largest_difference < 0.3


def test_no_graph_that_differs_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = fused_graph(joint_model(layer_norm_eps=0.3), float_linear, {})
    monkeypatch.setattr(export, "can_fuse", lambda _: False)
    monkeypatch.setattr(export, "_write_exported", lambda folder, *_, **__: onnx.save(wrong, folder / GRAPH))
    with pytest.raises(CheckpointError, match="answers are not the model's"):
        write_graphs(tmp_path, joint_model(), [])


@pytest.mark.parametrize("linear", [float_linear, int8_linear])
def test_a_batch_equals_its_singles(tmp_path: Path, linear: Linear) -> None:
    model = joint_model()
    path = tmp_path / GRAPH
    onnx.save(fused_graph(model, linear, {}), path)
    texts = random_texts(model)
    graph = Graph(path)
    together = graph.run(texts)
    for row, text in enumerate(texts):
        alone = graph.run([text])
        np.testing.assert_allclose(together.intent[row], alone.intent[0], atol=1e-4)
        np.testing.assert_allclose(together.tags[row][: len(text.ids)], alone.tags[0], atol=1e-4)


def test_the_folder_says_how_well_its_graphs_agree(tiny_encoder: Path, tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_file(str(tiny_encoder / "tokenizer.json"))
    model = joint_model(vocab_size=tokenizer.get_vocab_size())
    facts = write_model(tmp_path, model, tokenizer, texts=["send anna ten pounds", "okay bye", " ", "okay bye"])
    assert [one.texts for one in facts] == [2, 2]
    assert msgspec.json.decode((tmp_path / "check_texts.json").read_bytes()) == sample(
        ["okay bye", "send anna ten pounds"]
    )
    assert (tmp_path / SMALL_GRAPH).stat().st_size < (tmp_path / GRAPH).stat().st_size


def test_agreement_counts_what_differs(tiny_encoder: Path, tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_file(str(tiny_encoder / "tokenizer.json"))
    model = joint_model(vocab_size=tokenizer.get_vocab_size())
    texts = prepare(["send anna ten pounds", "okay bye"], tokenizer, max_pieces=16)
    write_graphs(tmp_path, model, texts)
    expected = model_outputs(model, texts)
    found = graph_outputs(tmp_path / GRAPH, texts)
    assert compare(texts, expected, found, model.crf.transitions()).intent_agreement == 1.0
    found[0] = found[0]._replace(intent=-found[0].intent)
    wrong = compare(texts, expected, found, model.crf.transitions())
    assert wrong.intent_agreement == 0.5
    assert wrong.tag_agreement == 1.0
    assert wrong.largest_difference > 0.1


def test_smoothing_changes_nothing_but_the_scale() -> None:
    draw = np.random.default_rng(0)
    weights = draw.normal(size=(5, 8)).astype(np.float32)
    reach = draw.uniform(0.1, 30.0, 8).astype(np.float32)
    factors = smoothing(weights, reach)
    assert np.log(factors).mean() == pytest.approx(0.0, abs=1e-5)
    inputs = draw.normal(size=(3, 8)).astype(np.float32)
    np.testing.assert_allclose((inputs / factors) @ (weights * factors).T, inputs @ weights.T, rtol=1e-4, atol=1e-5)
    assert (reach / factors).max() / (reach / factors).min() < reach.max() / reach.min()


def test_rounded_rows_are_near() -> None:
    weights = np.random.default_rng(0).normal(size=(6, 9)).astype(np.float32)
    weights[2] = 0.0
    rounded, steps = round_rows(weights)
    assert np.abs(rounded).max() <= 63
    np.testing.assert_allclose(rounded * steps[:, None], weights, atol=float(steps.max()) / 2 + 1e-6)


def test_groups_hold_every_text_once_and_waste_little() -> None:
    lengths = [3, 40, 5, 41, 4, 12, 39, 6]
    assert groups(lengths) == [[3, 1, 6], [5, 7, 2], [4, 0]]
    assert groups([]) == []
    assert groups([7] * 5) == [[0, 1, 2, 3, 4]]


def test_every_thread_gets_a_group_when_there_is_enough_to_do() -> None:
    assert groups([20] * 5, at_least=2) == [[0, 1, 2], [3, 4]]
    assert groups([4] * 5, at_least=2) == [[0, 1, 2, 3, 4]]
    assert groups([200], at_least=2) == [[0]]
    assert len(groups([30] * 16, at_least=4)) == 4
