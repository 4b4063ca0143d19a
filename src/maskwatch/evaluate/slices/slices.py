"""Metrics by slice: crowds, degraded images, colours of masks and skin, and drawn occluders.

Face sizes are size ranges of the report itself. Images with loose boxes are excluded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import Dataset
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detections import REPORTED_STATES, STATE_NAMES, Detections, MaskState
from maskwatch.errors import DataError
from maskwatch.evaluate.detection import DetectFaces, DetectionOptions, evaluate_detection
from maskwatch.evaluate.intervals import Estimate, FloatArray, Proportion, ResampledMetric, image_weights
from maskwatch.evaluate.pairing import Faces, Pairing, pair
from maskwatch.evaluate.slices.corruptions import CORRUPTIONS
from maskwatch.evaluate.slices.face_colours import MASK_COLOURS, NOT_MEASURED, SKIN_TONES
from maskwatch.evaluate.slices.predictions import Prediction, SlicePredictions
from maskwatch.evaluate.slices.report import FaceSlice, ImageSlice, SliceReport
from maskwatch.evaluate.tasks import ALL_SIZES, STATE_TASKS

CROWDS = (("1 face", 1, 1), ("2-4 faces", 2, 4), ("5-9 faces", 5, 9), ("10 faces and more", 10, 10**9))
_UNMASKED = int(MaskState.without_mask)


def evaluate_slices(
    detector: DetectFaces,
    dataset: Dataset,
    predictions: Sequence[Detections],
    options: DetectionOptions,
    on_progress: Callable[[int], None] = lambda _: None,
) -> SliceReport:
    """Evaluate a detector on slices of a data set, and on degraded versions of its images.

    The detector runs on every image once per corruption, and on images with unmasked faces once per occluder.

    Args:
        detector: reports confidences down to 0.01.
        dataset: labelled images.
        predictions: the detections in each image as stored, in the same order.
        options: the protocol; size ranges and AP50-95 are not computed.
        on_progress: called after each image with the number of images done.

    Raises:
        DataError: when all images have loose boxes.
        SourceError: when an image cannot be read.
    """
    stored = [(image, found) for image, found in zip(dataset, predictions, strict=True) if image.boxes != "loose"]
    if not stored:
        raise DataError(f"{dataset.name}: slices need images whose boxes are not loose; leave out --slices")
    collected = SlicePredictions()
    for done, (labelled, faces) in enumerate(stored, start=1):
        collected.add(detector, labelled_pixels(labelled), labelled, faces, seed=done)
        on_progress(done)
    evaluator = _SliceEvaluator(replace(options, size_ranges=False, ap50_95=False))
    images = [evaluator.images("as stored", "all", stored), *evaluator.crowds(stored)]
    for corruption, changed in zip(CORRUPTIONS, collected.corrupted, strict=True):
        images.append(evaluator.images(corruption.kind, corruption.name, changed, stored))
    occluded = [evaluator.occluded(kind, changed) for kind, changed in collected.occluded.items()]
    return SliceReport(options.at_confidence, tuple(images), (*evaluator.colours(stored, collected), *occluded))


@dataclass(frozen=True)
class _SliceEvaluator:
    options: DetectionOptions

    def images(
        self, kind: str, name: str, chosen: Sequence[Prediction], stored: Sequence[Prediction] | None = None
    ) -> ImageSlice:
        """Metrics of some images; with ``stored``, also the change from the same images as stored."""
        dataset = Dataset([image for image, _ in chosen])
        report = evaluate_detection(dataset, [found for _, found in chosen], self.options).box_policies[0]
        metrics = report.all_sizes
        return ImageSlice(
            kind=kind,
            name=name,
            images=len(chosen),
            masked=metrics.tasks["masked"].faces,
            unmasked=metrics.tasks["without_mask"].faces,
            mean_ap=metrics.mean_ap,
            masked_ap=metrics.tasks["masked"].ap,
            unmasked_ap=metrics.tasks["without_mask"].ap,
            change=None if stored is None else self._change(chosen, stored),
            masked_recall=metrics.at_threshold.recall["masked"],
            unmasked_recall=metrics.at_threshold.recall["unmasked"],
            label_accuracy=metrics.at_threshold.label_accuracy,
        )

    def crowds(self, stored: Sequence[Prediction]) -> Iterator[ImageSlice]:
        """Images by their number of labelled faces."""
        for name, fewest, most in CROWDS:
            chosen = [prediction for prediction in stored if fewest <= len(prediction[0].xyxy) <= most]
            if chosen:
                yield self.images("crowd", name, chosen)

    def colours(self, stored: Sequence[Prediction], collected: SlicePredictions) -> Iterator[FaceSlice]:
        """Faces by mask colour and by skin tone."""
        faces, predicted = self._predicted_states(stored)
        masked = faces.state != _UNMASKED
        for kind, names, values, counted in (
            ("mask colour", MASK_COLOURS, collected.mask_colour, masked),
            ("skin tone", SKIN_TONES, collected.skin_tone, np.ones_like(masked)),
        ):
            for name in (*names, NOT_MEASURED):
                chosen = (np.array(values, dtype=str) == name) & counted
                yield _face_slice(kind, name, faces, predicted, chosen)

    def occluded(self, kind: str, changed: Sequence[Prediction]) -> FaceSlice:
        """Unmasked faces with one occluder drawn over the mouth."""
        if not changed:
            empty = Proportion.of(0, 0)
            return FaceSlice("drawn occluder", kind, empty, empty, dict.fromkeys(REPORTED_STATES, empty))
        faces, predicted = self._predicted_states(changed)
        return _face_slice("drawn occluder", kind, faces, predicted, np.ones(len(faces), np.bool_))

    def _pairing(self, chosen: Sequence[Prediction]) -> Pairing:
        lowest = self.options.lowest_confidence
        return pair([image for image, _ in chosen], [found.with_confidence(lowest) for _, found in chosen])

    def _predicted_states(self, chosen: Sequence[Prediction]) -> tuple[Faces, NDArray[np.int64]]:
        """The labelled faces, and the predicted state of each; -1 for a missed face."""
        pairing = self._pairing(chosen)
        predicted, _ = pairing.predicted_states(self.options.at_confidence, self.options.iou)
        return pairing.labelled, predicted

    def _change(self, changed: Sequence[Prediction], stored: Sequence[Prediction]) -> Estimate:
        """Change of the mean AP; both sides share the resampled images."""
        weights = image_weights(len(stored), self.options.resamples, self.options.seed)
        return self._mean_ap(changed, weights).change_from(self._mean_ap(stored, weights)).estimate()

    def _mean_ap(self, chosen: Sequence[Prediction], weights: FloatArray) -> ResampledMetric:
        pairing = self._pairing(chosen)
        rankings = [pairing.ranking(task, ALL_SIZES, self.options.iou) for task in STATE_TASKS]
        return ResampledMetric.mean([ResampledMetric.average_precision(ranking, weights) for ranking in rankings])


def _face_slice(
    kind: str, name: str, faces: Faces, predicted: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> FaceSlice:
    """Counts over chosen faces; predicted states count only in three-class images."""
    detected = chosen & (predicted >= 0)
    three_class = detected & faces.three_class
    decided = three_class & (predicted < len(STATE_NAMES))
    total = int(three_class.sum())
    return FaceSlice(
        kind=kind,
        name=name,
        recall=Proportion.of(int(detected.sum()), int(chosen.sum())),
        label_accuracy=Proportion.of(int((decided & (predicted == faces.state)).sum()), int(decided.sum())),
        predicted={
            name: Proportion.of(int((three_class & (predicted == index)).sum()), total)
            for index, name in enumerate(REPORTED_STATES)
        },
    )
