"""The training model: network, losses, optimizer, and the running average of the weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras import ops

from maskwatch.networks.anchors import anchors_for
from maskwatch.train.losses import LossWeights, detection_losses
from maskwatch.train.options import Stage

LOSS_PARTS = ("face", "box", "state")
_WARM_UP_STEPS = 300
_AVERAGE_OVER_STEPS = 500


class DetectorTraining(keras.Model):
    """Wraps the network for ``fit``; only ``network`` is saved and exported.

    Args:
        network: from `build_single_shot`.
        size: side of the square training samples in pixels.
        weights: of the loss parts.
    """

    def __init__(self, network: keras.Model, size: int, weights: LossWeights) -> None:
        super().__init__(name="detector_training")
        self.network = network
        self._anchors = ops.convert_to_tensor(anchors_for(size, size))
        self._weights = weights
        self._parts = {name: keras.metrics.Mean(name=name) for name in LOSS_PARTS}

    def call(self, images: Any, training: bool = False) -> Any:
        """Raw outputs (B, A, 8) of the network for images uint8 (B, S, S, 3)."""
        return self.network(ops.cast(images, "float32"), training=training)

    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, *_: Any, **__: Any) -> Any:  # noqa: ARG002
        """The sum of the loss parts; a metric tracks the mean of each part over the epoch."""
        parts = detection_losses(y, y_pred, self._anchors, self._weights)
        for name, value in parts.items():
            self._parts[name].update_state(value)
        return sum(parts.values())


def build_optimizer(stage: Stage) -> keras.optimizers.Optimizer:
    """AdamW with warm-up, cosine decay to 1 %, gradient clipping and a running average of the weights (EMA)."""
    total = stage.total_steps
    warm_up = min(_WARM_UP_STEPS, total // 5)
    rate = keras.optimizers.schedules.CosineDecay(
        stage.learning_rate / 100,
        max(total - warm_up, 1),
        alpha=0.01,
        warmup_target=stage.learning_rate,
        warmup_steps=warm_up,
    )
    momentum = 1 - 1 / min(_AVERAGE_OVER_STEPS, max(total // 10, 2))
    return keras.optimizers.AdamW(rate, weight_decay=1e-4, clipnorm=5.0, use_ema=True, ema_momentum=momentum)


@contextmanager
def averaged_weights(model: keras.Model) -> Iterator[None]:
    """Within the block, ``model`` holds the averaged weights (Polyak averaging), which detect better."""
    averages = model.optimizer._model_variables_moving_average
    current = [np.array(variable.numpy()) for variable in model.trainable_variables]
    for variable, average in zip(model.trainable_variables, averages, strict=True):
        variable.assign(average)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, current, strict=True):
            variable.assign(value)
