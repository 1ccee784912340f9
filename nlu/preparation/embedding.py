"""Utterances as vectors of a frozen encoder."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from nlu.model.encoder import load_encoder

_BATCH = 128
_MAX_PIECES = 64


def embed(texts: Sequence[str], *, encoder: str, progress: Callable[[int, int], None]) -> NDArray[np.float32]:
    """(texts, width): mean of the pieces' states, of unit length. `progress` gets texts done and in all.

    On a CPU in bfloat16, which is half again as fast and moves cosines by less than 0.01. Raises CheckpointError.
    """
    loaded = load_encoder(encoder, texts=texts)
    model = loaded.model
    model.train(False)
    pieces = [encoding.ids[:_MAX_PIECES] for encoding in loaded.tokenizer.encode_batch(list(texts))]
    order = sorted(range(len(texts)), key=lambda index: len(pieces[index]))
    found: NDArray[np.float32] = np.zeros((len(texts), 0), dtype=np.float32)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for begin in range(0, len(order), _BATCH):
            rows = order[begin : begin + _BATCH]
            width = max(1, max(len(pieces[row]) for row in rows))
            ids = torch.zeros((len(rows), width), dtype=torch.long)
            mask = torch.zeros_like(ids)
            for at, row in enumerate(rows):
                ids[at, : len(pieces[row])] = torch.tensor(pieces[row], dtype=torch.long)
                mask[at, : len(pieces[row])] = 1
            states = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
            vectors = torch.nn.functional.normalize(means, dim=1).numpy()
            if not found.shape[1]:
                found = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
            found[rows] = vectors
            progress(min(begin + _BATCH, len(order)), len(order))
    return found
