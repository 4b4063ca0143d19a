"""The COCO evaluation, for comparing with tables that others publish; MaskWatch's own protocol is in `detection`.

101 recall points, at most 100 boxes of a class in an image, sizes by area, ignored boxes as crowds, labels taken as
they stand. Agrees with faster-coco-eval, which agrees with pycocotools (``COCOeval``, iouType "bbox").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import Dataset
from maskwatch.detections import Detections, MaskState
from maskwatch.evaluate.average_precision import average_precision_101
from maskwatch.evaluate.matching import Pairs, greedy_match
from maskwatch.evaluate.options import IOU_RANGE
from maskwatch.evaluate.pairing import Pairing, pair
from maskwatch.evaluate.ranking import Ranking
from maskwatch.evaluate.size_bands import ALL_SIZES, SizeBand

MAX_DETECTIONS = 100


def _up_to(side: int) -> float:
    """A limit that a size of exactly ``side`` stays below: COCO counts it on both sides."""
    return float(np.nextafter(np.float32(side), np.float32(np.inf)))


SMALL = SizeBand("small", 0, _up_to(32))
MEDIUM = SizeBand("medium", 32, _up_to(96))
LARGE = SizeBand("large", 96)


@dataclass(frozen=True)
class CocoFigures:
    """COCO's summary figures, 0..1; None where there was nothing to find.

    Attributes:
        ap: mean over IoU 0.50, 0.55, ..., 0.95.
        ap50, ap75: at one IoU.
        ap_small, ap_medium, ap_large: like ``ap``, for faces of an area up to 32², 96², and over.
        ar100: the best recall with 100 boxes an image, mean over the same IoUs.
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
    """The figures of each state, and their means over the states that have labelled faces."""

    mean: CocoFigures
    states: dict[str, CocoFigures]

    def to_dict(self) -> dict[str, Any]:
        """The report in types that JSON knows."""
        return asdict(self)


def evaluate_coco(dataset: Dataset, predictions: Sequence[Detections]) -> CocoReport:
    """Judge what a detector found in each image, in the same order, as COCO does.

    Raises:
        ValueError: when the numbers of images and predictions differ.
    """
    images = [replace(image, labels="3class") for image in dataset]
    pairing = pair(images, predictions, size=_side_of_square)
    states = {state.name: _figures(pairing, state) for state in MaskState}
    means = {
        name: _mean([getattr(metrics, name) for metrics in states.values()])
        for name in CocoFigures.__dataclass_fields__
    }
    return CocoReport(CocoFigures(**means), states)


def _figures(pairing: Pairing, state: MaskState) -> CocoFigures:
    rankings = [_ranking(pairing, state, ALL_SIZES, iou) for iou in IOU_RANGE]
    precisions = [average_precision_101(ranking) for ranking in rankings]
    by_size = {
        band.name: _mean([average_precision_101(_ranking(pairing, state, band, iou)) for iou in IOU_RANGE])
        for band in (SMALL, MEDIUM, LARGE)
    }
    return CocoFigures(
        ap=_mean(precisions),
        ap50=precisions[IOU_RANGE.index(0.5)],
        ap75=precisions[IOU_RANGE.index(0.75)],
        ap_small=by_size["small"],
        ap_medium=by_size["medium"],
        ap_large=by_size["large"],
        ar100=_mean([_recall(ranking) for ranking in rankings]),
    )


def _ranking(pairing: Pairing, state: MaskState, band: SizeBand, iou: float) -> Ranking:
    order = _best_of_each_image(pairing, state)
    labelled = pairing.labelled.state == state
    counted = labelled & band.holds(pairing.labelled.size)
    crowd = np.ones(pairing.boxes - len(labelled), np.bool_)
    rank = np.full(len(pairing.found), -1, np.int64)
    rank[order] = np.arange(len(order))
    found, box = rank[pairing.pairs.found], pairing.pairs.box
    overlap = np.where(box < len(labelled), pairing.pairs.overlap, pairing.coverage)
    fits = (overlap >= iou) & np.concatenate([labelled, crowd])[box] & (found >= 0)
    match = greedy_match(
        Pairs(found[fits], box[fits], overlap[fits]),
        len(order),
        ignored=np.concatenate([~counted, crowd]),
        reusable=np.concatenate([np.zeros(len(labelled), np.bool_), crowd]),
    )
    hit = np.append(counted, False)[np.clip(match, -1, len(counted))]
    counts = hit | ((match < 0) & band.holds(pairing.found.size[order]))
    return Ranking(
        score=pairing.state_score[order][counts],
        hit=hit[counts],
        image=pairing.found.image[order][counts],
        positives=np.bincount(pairing.labelled.image[counted], minlength=pairing.images),
    )


def _best_of_each_image(pairing: Pairing, state: MaskState) -> NDArray[np.int64]:
    """Found boxes of one state, best first, at most `MAX_DETECTIONS` from each image."""
    found = np.flatnonzero(pairing.found.state == state)
    order = found[np.argsort(-pairing.state_score[found], kind="stable")]
    image = pairing.found.image[order]
    by_image = np.argsort(image, kind="stable")
    first = np.searchsorted(image[by_image], image[by_image])
    place = np.empty(len(order), np.int64)
    place[by_image] = np.arange(len(order)) - first
    return order[place < MAX_DETECTIONS]


def _recall(ranking: Ranking) -> float | None:
    total = int(ranking.positives.sum())
    return int(ranking.hit.sum()) / total if total else None


def _side_of_square(xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
    sides = xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]
    return np.asarray(np.sqrt(np.maximum(sides, 0).prod(axis=1)), np.float32)


def _mean(metrics: Sequence[float | None]) -> float | None:
    known = [figure for figure in metrics if figure is not None]
    return float(np.mean(known)) if known else None
