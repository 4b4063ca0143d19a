"""What the single-shot network is punished for: missed and false faces, box edges, and wrong states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keras import ops

from maskwatch.detections import MaskState
from maskwatch.networks.outputs import decode, face_logit
from maskwatch.train.assign import assign
from maskwatch.train.targets import Role


@dataclass(frozen=True)
class LossWeights:
    """Weights of the parts of the loss, and of the three states in the state part."""

    face: float = 1.0
    box: float = 1.5
    state: float = 1.0
    states: tuple[float, float, float] = (1.0, 1.0, 1.0)


def detection_losses(targets: Any, raw: Any, anchors: Any, weights: LossWeights) -> dict[str, Any]:
    """The weighted parts of the loss, scalars by name.

    Args:
        targets: (B, G, 8), see `maskwatch.train.targets`.
        raw: (B, A, 8), outputs of the network.
        anchors: (A, 3).
        weights: of the parts.
    """
    targets = _filled(targets)
    boxes, role = targets[..., :4], targets[..., 4]
    predicted, logit = decode(raw, anchors), face_logit(raw)
    is_face = ops.cast(role == Role.face, "float32")
    plan = assign(boxes, is_face, anchors, ops.stop_gradient(predicted), ops.stop_gradient(ops.sigmoid(logit)))
    positive = ops.cast(plan.positive, "float32")
    matched = ops.take_along_axis(targets, ops.expand_dims(plan.row, 2), axis=1)
    box_weight = matched[..., 6] * positive

    quality = ops.clip((plan.iou - 0.2) / 0.5, 0.2, 1.0)
    quality = positive * ops.where(matched[..., 6] > 0, quality, 1.0)
    count = ops.maximum(ops.sum(positive), 1.0)
    counted = ops.maximum(positive, 1 - ignore_mask(role, targets[..., 6], plan.every_iou))
    face = ops.sum(counted * _quality_focal(logit, quality)) / ops.maximum(ops.sum(quality), 1.0)
    box = ops.sum(box_weight * (1 - _generalized_iou(predicted, matched[..., :4]))) / ops.maximum(
        ops.sum(box_weight), 1
    )
    state = ops.sum(positive * _state_loss(raw[..., 5:], matched[..., 5], matched[..., 7], weights.states)) / count
    return {"face": weights.face * face, "box": weights.box * box, "state": weights.state * state}


def _quality_focal(logit: Any, quality: Any) -> Any:
    """Quality focal loss (Li et al., Generalized Focal Loss, NeurIPS 2020), beta = 2."""
    score = ops.sigmoid(logit)
    entropy = ops.relu(logit) - logit * quality + ops.softplus(-ops.abs(logit))
    return ops.square(ops.stop_gradient(ops.abs(quality - score))) * entropy


def _generalized_iou(a: Any, b: Any) -> Any:
    """Generalized IoU (B, A) of boxes at the same place in ``a`` and ``b`` (Rezatofighi et al., CVPR 2019)."""
    width = ops.relu(ops.minimum(a[..., 2], b[..., 2]) - ops.maximum(a[..., 0], b[..., 0]))
    height = ops.relu(ops.minimum(a[..., 3], b[..., 3]) - ops.maximum(a[..., 1], b[..., 1]))
    shared = width * height
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    union = ops.maximum(area_a + area_b - shared, 1e-6)
    hull = (ops.maximum(a[..., 2], b[..., 2]) - ops.minimum(a[..., 0], b[..., 0])) * (
        ops.maximum(a[..., 3], b[..., 3]) - ops.minimum(a[..., 1], b[..., 1])
    )
    return shared / union - (hull - union) / ops.maximum(hull, 1e-6)


def _state_loss(logits: Any, state: Any, two_class: Any, weights: tuple[float, float, float]) -> Any:
    """Cross-entropy (B, A); where incorrect wearing was not marked, it is never called wrong."""
    log_p = ops.log_softmax(logits, axis=-1)
    truth = ops.one_hot(ops.cast(state, "int32"), len(MaskState))
    exact = -ops.sum(truth * log_p, axis=-1)
    incorrect = ops.one_hot(MaskState.worn_incorrectly, len(MaskState))
    allowed = ops.maximum(truth, incorrect)
    either = -ops.logsumexp(log_p + ops.log(allowed + 1e-9), axis=-1)
    weight = ops.sum(truth * ops.convert_to_tensor(weights, "float32"), axis=-1)
    return weight * ops.where(two_class > 0, either, exact)


def ignore_mask(role: Any, box_weight: Any, iou: Any) -> Any:
    """Float (B, A): 1 where a prediction may be right though no label says so.

    That is inside an ignored region, or on a face whose box is loose (its place is known, its edges are not).
    """
    vague = (role == Role.ignore) | ((role == Role.face) & (box_weight == 0))
    vague = ops.cast(vague, "float32")
    return ops.cast(ops.max(iou * ops.expand_dims(vague, 2), axis=1) > 0.2, "float32")


def _filled(targets: Any) -> Any:
    """The rows up to the last that any image of the batch fills: most batches need few, and time grows with them."""
    rows = ops.sum(ops.cast(targets[..., 4] != Role.padding, "int32"), axis=1)
    return targets[:, : ops.maximum(ops.max(rows), 1)]
