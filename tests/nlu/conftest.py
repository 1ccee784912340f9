"""A tiny encoder of random weights and a model trained on it: seconds instead of a minute."""

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from nlu.training.checkpoint import ensure_checkpoint
from nlu.training.settings import TrainingSettings

CORPUS = """\
version: "3.1"
nlu:
- intent: transfer
  examples: |
    - send [fifty pounds](amount) to [anna](person)
    - please send [twenty pounds](amount) to [james](person)
    - send [anna](person) [ten pounds](amount)
    - pay [james](person) [fifty pounds](amount)
    - pay [anna](person) from my [savings]{"entity": "account", "role": "from"}
    - send [ten pounds](amount) to my [savings]{"entity": "account", "role": "to"}
- intent: balance
  examples: |
    - what is my balance
    - how much money is in my account
    - my balance please
    - tell me my balance
    - how much is in my account
- intent: goodbye
  examples: |
    - goodbye
    - bye bye
    - goodbye and thanks
    - bye for now
    - okay bye
- synonym: reserve
  examples: |
    - savings
- lookup: person
  examples: |
    - anna
    - james
"""
SENTIMENT = """\
negative: [this is awful, i am so angry, terrible service]
neutral: [what is my balance, send fifty pounds, my account please]
positive: [thank you so much, that is lovely, great service thanks]
"""
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a two-layer BERT with a letter-wise WordPiece vocabulary."""
    folder = tmp_path_factory.mktemp("encoder")
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,?!'£-"
    words = sorted({word.strip('[](){}"') for word in (CORPUS + SENTIMENT).lower().split() if word.isalpha()})
    pieces = dict.fromkeys((*SPECIAL, *letters, *(f"##{letter}" for letter in letters), *words))
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]")
    wrapped.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=48, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_settings(tiny_encoder: Path) -> TrainingSettings:
    """Learns the tiny corpus by heart."""
    return TrainingSettings(
        encoder=str(tiny_encoder), epochs=40, batch=8, encoder_rate=2e-3, head_rate=5e-3, held_out=0.0,
        augment=False, tune_word_embeddings=True,
    )  # fmt: skip


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The corpus' and the sentiment data's files."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "nlu.yaml").write_text(CORPUS)
    (folder / "sentiment.yaml").write_text(SENTIMENT)
    return folder / "nlu.yaml", folder / "sentiment.yaml"


@pytest.fixture(scope="session")
def tiny_checkpoint(
    tmp_path_factory: pytest.TempPathFactory, tiny_data: tuple[Path, Path], tiny_settings: TrainingSettings
) -> Path:
    """The folder of a model trained on the tiny corpus."""
    corpus, sentiment = tiny_data
    return ensure_checkpoint(
        [corpus], directory=tmp_path_factory.mktemp("models"), settings=tiny_settings, sentiment=sentiment
    )
