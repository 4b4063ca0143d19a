"""Run a classifier over many faces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from maskwatch.evaluate.classification.files import Classifier

_BATCH = 64


def run_classifier(
    classifier: Classifier, faces: NDArray[np.uint8], progress: Callable[[int], None] | None = None
) -> NDArray[np.float32]:
    """Uncalibrated probabilities (N, C) of faces uint8 (N, S, S, 3), in batches.

    Args:
        classifier: what is run.
        faces: N faces of the classifier's size.
        progress: called after each batch with the number done so far.
    """
    parts = []
    for first in range(0, len(faces), _BATCH):
        parts.append(classifier.probabilities(faces[first : first + _BATCH]))
        if progress is not None:
            progress(min(first + _BATCH, len(faces)))
    return np.concatenate(parts)
