"""The inference model: the trained network with decoded boxes and scores that sum to one, as it is exported."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from maskwatch.networks.anchors import LEVELS
from maskwatch.networks.outputs import decode, face_logit


class Decode(layers.Layer):
    """Network outputs to boxes and scores.

    Call with the image (B, H, W, 3), of which only the size matters, and the outputs (B, A, 8). Gives boxes (A, 4)
    in input pixels, face scores (A,), state scores (A, 3) of the first image.
    """

    def call(self, image: Any, raw: Any) -> tuple[Any, Any, Any]:
        """Decode one image."""
        shape = ops.shape(image)
        anchors = ops.concatenate([_level_anchors(shape[1], shape[2], level) for level in LEVELS])
        raw = raw[0]
        return decode(raw, anchors), ops.sigmoid(face_logit(raw)), ops.softmax(raw[:, 5:], axis=-1)

    def compute_output_shape(self, *_: Any) -> list[tuple[int | None, ...]]:
        """Shapes of the three outputs; the number of locations depends on the image."""
        return [(None, 4), (None,), (None, 3)]


def _level_anchors(height: Any, width: Any, level: Any) -> Any:
    """What `anchors_for` computes for one level, for sizes that are known only when the graph runs."""
    sides = len(level.sides)
    rows = (height + level.stride - 1) // level.stride
    columns = (width + level.stride - 1) // level.stride
    y = (ops.cast(ops.arange(rows), "float32") + 0.5) * level.stride
    x = (ops.cast(ops.arange(columns), "float32") + 0.5) * level.stride
    cell = ops.ones((rows, columns, sides, 1))
    parts = (
        x[None, :, None, None] * cell,
        y[:, None, None, None] * cell,
        ops.convert_to_tensor(np.array(level.sides, np.float32))[None, None, :, None] * cell,
    )
    return ops.reshape(ops.concatenate(parts, axis=-1), (-1, 3))


def build_inference(network: keras.Model) -> keras.Model:
    """The model to export: uint8 (1, H, W, 3) to boxes (A, 4), face scores (A,), state scores (A, 3)."""
    image = keras.Input((None, None, 3), batch_size=1, dtype="uint8", name="image")
    pixels = ops.cast(image, "float32")
    return keras.Model(image, list(Decode(name="decode")(pixels, network(pixels))), name="inference")
