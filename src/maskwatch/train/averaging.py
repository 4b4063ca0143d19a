"""The running average of the weights, which detects better than the weights themselves (Polyak averaging)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np


@contextmanager
def averaged_weights(model: keras.Model) -> Iterator[None]:
    """Within the block the model holds the averages that its optimizer keeps (``use_ema=True``)."""
    averages = model.optimizer._model_variables_moving_average
    current = [np.array(variable.numpy()) for variable in model.trainable_variables]
    for variable, average in zip(model.trainable_variables, averages, strict=True):
        variable.assign(average)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, current, strict=True):
            variable.assign(value)
