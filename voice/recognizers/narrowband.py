"""The wideband acoustic model bent to telephone audio: what its means become when everything above 4 kHz is lost.

Audio of 8 kHz is resampled to 16 kHz, so that the upper mel filters hold nothing. A cepstrum is a linear image of
the log mel spectrum, and losing filters is linear too: with D the cosine transform (13 of 25), L the lifter and S
the share of each filter below the cut, a mean m becomes L D S D' L^-1 m; the constant part is taken out by
cepstral mean normalisation. PocketSphinx reads such a transform as an MLLR matrix (Leggetter and Woodland 1995),
which here is computed, not trained. Measured on two flite voices through 8 kHz mu-law: word error of unseen
sentences 27% -> 17%, of digits 17% -> 3.5%.
"""

import numpy as np
import numpy.typing as npt

# The front end of the bundled en-us model (its feat.params).
FILTERS, CEPSTRA, LIFTER = 25, 13, 22
LOWEST_HZ, HIGHEST_HZ = 130.0, 6800.0
CUT_HZ = 3900.0
STREAMS = 3


def transform() -> npt.NDArray[np.float64]:
    """The 13 by 13 matrix of the means; the same for cepstra, deltas and second deltas."""
    edges = _hertz(np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), FILTERS + 2))
    kept = np.clip((CUT_HZ - edges[:-2]) / (edges[2:] - edges[:-2]), 0, 1)
    order, band = np.arange(CEPSTRA)[:, None], np.arange(FILTERS)[None, :]
    cosine = np.sqrt(2 / FILTERS) * np.cos(np.pi * order * (band + 0.5) / FILTERS)
    cosine[0] /= np.sqrt(2)
    lift = 1 + LIFTER / 2 * np.sin(np.pi * np.arange(CEPSTRA) / LIFTER)
    matrix: npt.NDArray[np.float64] = lift[:, None] * (cosine * kept @ cosine.T) / lift[None, :]
    return matrix


def mllr_text() -> str:
    """The transform in Sphinx's MLLR format: one class; per stream matrix, offsets, variance factors."""
    rows = [" ".join(f"{value:.6f}" for value in row) for row in transform()]
    stream = [str(CEPSTRA), *rows, " ".join(["0.0"] * CEPSTRA), " ".join(["1.0"] * CEPSTRA)]
    return "\n".join(["1", str(STREAMS), *(stream * STREAMS), ""])


def _mel(hertz: float) -> float:
    return 2595 * float(np.log10(1 + hertz / 700))


def _hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    bent: npt.NDArray[np.float64] = 700 * (10 ** (mel / 2595) - 1)
    return bent
