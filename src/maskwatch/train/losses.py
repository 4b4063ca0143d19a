"""Detection loss: quality focal loss for faces, generalized IoU for boxes, cross-entropy for states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keras import ops

from maskwatch.detections import MaskState
from maskwatch.networks.outputs import decode, face_logit
from maskwatch.train.assign import Assignment, assign
from maskwatch.train.targets import BOX, BOX_WEIGHT, ROLE, STATE, TWO_CLASS, Role


@dataclass(frozen=True)
class LossWeights:
    """Weights of the loss parts, and of the three states in the state loss."""

    face: float = 1.0
    box: float = 1.5
    state: float = 1.0
    states: tuple[float, float, float] = (1.0, 1.0, 1.0)


def detection_losses(targets: Any, raw: Any, anchors: Any, weights: LossWeights) -> dict[str, Any]:
    """The weighted loss parts, scalars by name.

    Args:
        targets: (B, G, 8), see `maskwatch.train.targets`.
        raw: (B, A, 8), outputs of the network.
        anchors: (A, 3).
        weights: of the parts.
    """
    targets = _without_padding(targets)
    predicted, logit = decode(raw, anchors), face_logit(raw)
    is_face = ops.cast(targets[..., ROLE] == Role.face, "float32")
    score = ops.stop_gradient(ops.sigmoid(logit))
    assignment = assign(targets[..., BOX], is_face, anchors, ops.stop_gradient(predicted), score)
    matched = ops.take_along_axis(targets, ops.expand_dims(assignment.target_index, 2), axis=1)
    positive = ops.cast(assignment.positive, "float32")

    face = _face_loss(logit, targets, matched, assignment)
    box_weight = matched[..., BOX_WEIGHT] * positive
    box = 1 - _generalized_iou(predicted, matched[..., BOX])
    box = ops.sum(box_weight * box) / ops.maximum(ops.sum(box_weight), 1)
    state = _state_loss(raw[..., 5:], matched[..., STATE], matched[..., TWO_CLASS], weights.states)
    state = ops.sum(positive * state) / ops.maximum(ops.sum(positive), 1.0)
    return {"face": weights.face * face, "box": weights.box * box, "state": weights.state * state}


def _face_loss(logit: Any, targets: Any, matched: Any, assignment: Assignment) -> Any:
    """Scalar loss of the face scores: the target of a positive anchor is its IoU, rescaled; of a loose box, 1."""
    positive = ops.cast(assignment.positive, "float32")
    quality = ops.clip((assignment.iou - 0.2) / 0.5, 0.2, 1.0)
    quality = positive * ops.where(matched[..., BOX_WEIGHT] > 0, quality, 1.0)
    counted = ops.maximum(positive, 1 - ignore_mask(targets, assignment.pairwise_iou))
    return ops.sum(counted * _quality_focal(logit, quality)) / ops.maximum(ops.sum(quality), 1.0)


def _quality_focal(logit: Any, quality: Any) -> Any:
    """Quality focal loss (Li et al., Generalized Focal Loss, NeurIPS 2020), beta = 2."""
    score = ops.sigmoid(logit)
    entropy = ops.relu(logit) - logit * quality + ops.softplus(-ops.abs(logit))
    return ops.square(ops.stop_gradient(ops.abs(quality - score))) * entropy


def _generalized_iou(a: Any, b: Any) -> Any:
    """Generalized IoU (B, A) of boxes ``a`` and ``b``, both (B, A, 4) (Rezatofighi et al., CVPR 2019)."""
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
    """Cross-entropy (B, A); with two-class labels, predicting ``worn_incorrectly`` costs nothing."""
    log_p = ops.log_softmax(logits, axis=-1)
    truth = ops.one_hot(ops.cast(state, "int32"), len(MaskState))
    exact = -ops.sum(truth * log_p, axis=-1)
    incorrect = ops.one_hot(MaskState.worn_incorrectly, len(MaskState))
    allowed = ops.maximum(truth, incorrect)
    either = -ops.logsumexp(log_p + ops.log(allowed + 1e-9), axis=-1)
    weight = ops.sum(truth * ops.convert_to_tensor(weights, "float32"), axis=-1)
    return weight * ops.where(two_class > 0, either, exact)


def ignore_mask(targets: Any, iou: Any) -> Any:
    """Float (B, A): 1 for predictions in an ignored region, or on a face with a loose box.

    The labels neither confirm nor refute these predictions.

    Args:
        targets: (B, G, 8).
        iou: (B, G, A) of every target box with every predicted box.
    """
    role = targets[..., ROLE]
    unclear = (role == Role.ignore) | ((role == Role.face) & (targets[..., BOX_WEIGHT] == 0))
    unclear = ops.cast(unclear, "float32")
    return ops.cast(ops.max(iou * ops.expand_dims(unclear, 2), axis=1) > 0.2, "float32")


def _without_padding(targets: Any) -> Any:
    """The rows up to the last one that any image of the batch fills: time grows with rows, and most are padding."""
    rows = ops.sum(ops.cast(targets[..., ROLE] != Role.padding, "int32"), axis=1)
    return targets[:, : ops.maximum(ops.max(rows), 1)]
