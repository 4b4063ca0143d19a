"""What the outputs of the single-shot network mean: boxes, and how sure it is of a face."""

from __future__ import annotations

from typing import Any

from keras import ops

from maskwatch.networks.anchors import CENTRE_VARIANCE, SIZE_VARIANCE


def decode(raw: Any, anchors: Any) -> Any:
    """Boxes xyxy (B, A, 4) in input pixels from SSD corrections (B, A, 4) and anchors (A, 3)."""
    centre = anchors[:, :2] + raw[..., :2] * CENTRE_VARIANCE * anchors[:, 2:]
    half = ops.exp(ops.clip(raw[..., 2:4], -10, 10) * SIZE_VARIANCE) * anchors[:, 2:] / 2
    return ops.concatenate([centre - half, centre + half], axis=-1)


def face_logit(raw: Any) -> Any:
    """Log-odds (B, A) of "any face" against background: the states' logits joined."""
    return ops.logsumexp(raw[..., 5:], axis=-1) - raw[..., 4]
