"""The training model: the network, its criterion and the running means of the loss parts."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from maskwatch.networks.anchors import anchors_for
from maskwatch.train.losses import LossWeights, detection_losses

LOSS_PARTS = ("face", "box", "state")


class DetectorTraining(keras.Model):
    """Wraps the network for ``fit``; what is saved and exported is ``network`` alone.

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
        """The sum of the parts; each part's mean over the epoch is kept as a metric."""
        parts = detection_losses(y, y_pred, self._anchors, self._weights)
        for name, value in parts.items():
            self._parts[name].update_state(value)
        return sum(parts.values())
