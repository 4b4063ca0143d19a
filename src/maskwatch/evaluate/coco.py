"""The COCO evaluation, for comparison with published tables; MaskWatch's own protocol is in `detection`.

It uses 101 recall points, at most 100 detections per class and image, sizes by area, ignore regions as crowds, and
labels unchanged. It agrees with faster-coco-eval, and so with pycocotools (``COCOeval``, iouType "bbox").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import Dataset
from maskwatch.detections import Detections, MaskState
from maskwatch.evaluate.average_precision import Ranking, average_precision_101
from maskwatch.evaluate.matching import Pairs, greedy_match
from maskwatch.evaluate.options import IOU_RANGE
from maskwatch.evaluate.pairing import Pairing, pair
from maskwatch.evaluate.tasks import ALL_SIZES, FaceSizeRange

MAX_DETECTIONS = 100


def _up_to(side: int) -> float:
    """A limit just above ``side``: COCO counts a size of exactly ``side`` in both ranges."""
    return float(np.nextafter(np.float32(side), np.float32(np.inf)))


SMALL = FaceSizeRange("small", 0, _up_to(32))
MEDIUM = FaceSizeRange("medium", 32, _up_to(96))
LARGE = FaceSizeRange("large", 96)


@dataclass(frozen=True)
class CocoMetrics:
    """COCO's summary metrics, 0..1; None without labelled faces.

    Attributes:
        ap: mean over IoU 0.50, 0.55, ..., 0.95.
        ap50, ap75: at IoU 0.50 and 0.75.
        ap_small, ap_medium, ap_large: like ``ap``, for faces with an area up to 32², up to 96², and larger.
        ar100: the best recall with 100 detections per image, mean over the same IoUs.
    """

    ap: float | None
    ap50: float | None
    ap75: float | None
    ap_small: float | None
    ap_medium: float | None
    ap_large: float | None
    ar100: float | None


@dataclass(frozen=True)
class CocoReport:
    """The metrics of each state, and their means over the states that have labelled faces."""

    mean: CocoMetrics
    states: dict[str, CocoMetrics]

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON types."""
        return asdict(self)


def evaluate_coco(dataset: Dataset, predictions: Sequence[Detections]) -> CocoReport:
    """Evaluate the detections in each image, in the same order, as COCO does.

    Raises:
        ValueError: when the numbers of images and predictions differ.
    """
    images = [replace(image, labels="3class") for image in dataset]
    pairing = pair(images, predictions, size=_side_of_square)
    states = {state.name: _metrics(pairing, state) for state in MaskState}
    means = {
        name: _mean([getattr(metrics, name) for metrics in states.values()])
        for name in CocoMetrics.__dataclass_fields__
    }
    return CocoReport(CocoMetrics(**means), states)


def _metrics(pairing: Pairing, state: MaskState) -> CocoMetrics:
    rankings = [_ranking(pairing, state, ALL_SIZES, iou) for iou in IOU_RANGE]
    precisions = [average_precision_101(ranking) for ranking in rankings]
    by_size = {
        size.name: _mean([average_precision_101(_ranking(pairing, state, size, iou)) for iou in IOU_RANGE])
        for size in (SMALL, MEDIUM, LARGE)
    }
    return CocoMetrics(
        ap=_mean(precisions),
        ap50=precisions[IOU_RANGE.index(0.5)],
        ap75=precisions[IOU_RANGE.index(0.75)],
        ap_small=by_size["small"],
        ap_medium=by_size["medium"],
        ap_large=by_size["large"],
        ar100=_mean([_recall(ranking) for ranking in rankings]),
    )


def _ranking(pairing: Pairing, state: MaskState, size_range: FaceSizeRange, iou: float) -> Ranking:
    order = _best_of_each_image(pairing, state)
    labelled = pairing.labelled.state == state
    counted = labelled & size_range.contains(pairing.labelled.size)
    crowd = np.ones(pairing.boxes - len(labelled), np.bool_)
    rank = np.full(len(pairing.detected), -1, np.int64)
    rank[order] = np.arange(len(order))
    detection, box = rank[pairing.pairs.detection], pairing.pairs.box
    overlap = np.where(box < len(labelled), pairing.pairs.overlap, pairing.coverage)
    fits = (overlap >= iou) & np.concatenate([labelled, crowd])[box] & (detection >= 0)
    match = greedy_match(
        Pairs(detection[fits], box[fits], overlap[fits]),
        len(order),
        ignored=np.concatenate([~counted, crowd]),
        reusable=np.concatenate([np.zeros(len(labelled), np.bool_), crowd]),
    )
    hit = np.append(counted, False)[np.clip(match, -1, len(counted))]
    counts = hit | ((match < 0) & size_range.contains(pairing.detected.size[order]))
    return Ranking(
        score=pairing.state_score[order][counts],
        hit=hit[counts],
        image=pairing.detected.image[order][counts],
        positives=np.bincount(pairing.labelled.image[counted], minlength=pairing.images),
    )


def _best_of_each_image(pairing: Pairing, state: MaskState) -> NDArray[np.int64]:
    """Detections of one state, best first, at most `MAX_DETECTIONS` from each image."""
    detections = np.flatnonzero(pairing.detected.state == state)
    order = detections[np.argsort(-pairing.state_score[detections], kind="stable")]
    image = pairing.detected.image[order]
    by_image = np.argsort(image, kind="stable")
    first = np.searchsorted(image[by_image], image[by_image])
    rank = np.empty(len(order), np.int64)
    rank[by_image] = np.arange(len(order)) - first
    return order[rank < MAX_DETECTIONS]


def _recall(ranking: Ranking) -> float | None:
    total = int(ranking.positives.sum())
    return int(ranking.hit.sum()) / total if total else None


def _side_of_square(xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
    sides = xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]
    return np.asarray(np.sqrt(np.maximum(sides, 0).prod(axis=1)), np.float32)


def _mean(metrics: Sequence[float | None]) -> float | None:
    known = [value for value in metrics if value is not None]
    return float(np.mean(known)) if known else None
