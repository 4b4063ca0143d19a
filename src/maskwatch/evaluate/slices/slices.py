"""Figures by slice: crowds, worse images, colours of masks and skin, and things before the mouth that are no mask.

Face sizes are bands of the report itself. Images with loose boxes are left out.
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
from maskwatch.evaluate.average_precision import average_precision
from maskwatch.evaluate.bootstrap import Floats, ResampledCurves, image_weights, interval_95
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection
from maskwatch.evaluate.estimates import Estimate, Proportion
from maskwatch.evaluate.pairing import Faces, Pairing, pair
from maskwatch.evaluate.run import Detector
from maskwatch.evaluate.size_bands import ALL_SIZES
from maskwatch.evaluate.slices.corruptions import CORRUPTIONS
from maskwatch.evaluate.slices.face_colours import MASK_COLOURS, NOT_MEASURED, SKIN_TONES
from maskwatch.evaluate.slices.report import FaceSlice, ImageSlice, SliceReport
from maskwatch.evaluate.slices.views import Looked, SliceViews
from maskwatch.evaluate.tasks import STATE_TASKS

CROWDS = (("1 face", 1, 1), ("2-4 faces", 2, 4), ("5-9 faces", 5, 9), ("10 faces and more", 10, 10**9))
_UNMASKED = int(MaskState.without_mask)


def evaluate_slices(
    detector: Detector,
    dataset: Dataset,
    found: Sequence[Detections],
    options: DetectionOptions,
    progress: Callable[[int], None] = lambda _: None,
) -> SliceReport:
    """Judge a detector on slices of a data set, and on the same images made worse.

    Every image is looked at once for each corruption, and those with unmasked faces once for each occluder.

    Args:
        detector: reports down to confidence 0.01.
        dataset: labelled images.
        found: what the detector found in each of them as stored, in the same order.
        options: the protocol; bands and AP50-95 are left out.
        progress: called after each image with the number done so far.

    Raises:
        DataError: when all images have loose boxes.
        SourceError: when an image cannot be read.
    """
    stored = [pair_ for pair_ in zip(dataset, found, strict=True) if pair_[0].boxes != "loose"]
    if not stored:
        raise DataError(f"{dataset.name}: slices need images whose boxes are not loose; leave out --slices")
    seen = SliceViews()
    for done, (labelled, faces) in enumerate(stored, start=1):
        seen.predict_raw(detector, labelled_pixels(labelled), labelled, faces, seed=done)
        progress(done)
    judge = _Judge(replace(options, size_bands=False, ap50_95=False))
    images = [judge.images("as stored", "all", stored), *judge.crowds(stored)]
    for corruption, looked in zip(CORRUPTIONS, seen.corrupted, strict=True):
        images.append(judge.images(corruption.kind, corruption.name, looked, stored))
    occluded = [judge.occluded(kind, looked) for kind, looked in seen.occluded.items()]
    return SliceReport(options.at_confidence, tuple(images), (*judge.colours(stored, seen), *occluded))


@dataclass(frozen=True)
class _Judge:
    options: DetectionOptions

    def images(
        self, kind: str, name: str, looked: Sequence[Looked], stored: Sequence[Looked] | None = None
    ) -> ImageSlice:
        """Figures of some images; with ``stored``, also the change against the same images as stored."""
        column = evaluate_detection(Dataset([i for i, _ in looked]), [f for _, f in looked], self.options).columns[0]
        metrics = column.all_sizes
        return ImageSlice(
            kind=kind,
            name=name,
            images=len(looked),
            masked=metrics.tasks["masked"].faces,
            unmasked=metrics.tasks["without_mask"].faces,
            mean_ap=metrics.mean_ap,
            masked_ap=metrics.tasks["masked"].ap,
            unmasked_ap=metrics.tasks["without_mask"].ap,
            change=None if stored is None else self._change(looked, stored),
            masked_found=metrics.found.recall["masked"],
            unmasked_found=metrics.found.recall["unmasked"],
            right=metrics.found.label_accuracy,
        )

    def crowds(self, stored: Sequence[Looked]) -> Iterator[ImageSlice]:
        """Images by their number of labelled faces."""
        for name, fewest, most in CROWDS:
            chosen = [looked for looked in stored if fewest <= len(looked[0].xyxy) <= most]
            if chosen:
                yield self.images("crowd", name, chosen)

    def colours(self, stored: Sequence[Looked], seen: SliceViews) -> Iterator[FaceSlice]:
        """Faces by the colour of their mask, and by the tone of their skin."""
        faces, verdict = self._verdicts(stored)
        masked = faces.state != _UNMASKED
        for kind, names, values, counted in (
            ("mask colour", MASK_COLOURS, seen.mask_colour, masked),
            ("skin tone", SKIN_TONES, seen.skin_tone, np.ones_like(masked)),
        ):
            for name in (*names, NOT_MEASURED):
                chosen = (np.array(values, dtype=str) == name) & counted
                yield _face_slice(kind, name, faces, verdict, chosen)

    def occluded(self, kind: str, looked: Sequence[Looked]) -> FaceSlice:
        """Unmasked faces with a thing of one kind before the mouth."""
        if not looked:
            empty = Proportion.of(0, 0)
            return FaceSlice("drawn occluder", kind, empty, empty, dict.fromkeys(REPORTED_STATES, empty))
        faces, verdict = self._verdicts(looked)
        return _face_slice("drawn occluder", kind, faces, verdict, np.ones(len(faces), np.bool_))

    def _pairing(self, looked: Sequence[Looked]) -> Pairing:
        lowest = self.options.lowest_confidence
        return pair([i for i, _ in looked], [f.with_confidence(lowest) for _, f in looked])

    def _verdicts(self, looked: Sequence[Looked]) -> tuple[Faces, NDArray[np.int64]]:
        """The labelled faces, and what each is called, -1 where it is missed."""
        pairing = self._pairing(looked)
        verdict, _ = pairing.verdicts(self.options.at_confidence, self.options.iou)
        return pairing.labelled, verdict

    def _change(self, looked: Sequence[Looked], stored: Sequence[Looked]) -> Estimate:
        """Of the mean average precision; both sides share the resampled images."""
        weights = image_weights(len(stored), self.options.resamples, self.options.seed)
        before, after = (self._mean_ap(self._pairing(side), weights) for side in (stored, looked))
        if before[0] is None or after[0] is None:
            return Estimate(None)
        interval = interval_95(after[1] - before[1])
        return Estimate(after[0] - before[0], *(interval or ()))

    def _mean_ap(self, pairing: Pairing, weights: Floats) -> tuple[float | None, Floats]:
        rankings = [pairing.ranking(task, ALL_SIZES, self.options.iou) for task in STATE_TASKS]
        known = [(average_precision(r), ResampledCurves.of(r, weights).average_precision()) for r in rankings]
        known = [(value, samples) for value, samples in known if value is not None]
        if not known:
            return None, np.zeros(0, np.float32)
        samples = np.asarray(np.mean([samples for _, samples in known], axis=0), np.float32)
        return float(np.mean([value for value, _ in known if value is not None])), samples


def _face_slice(kind: str, name: str, faces: Faces, verdict: NDArray[np.int64], chosen: NDArray[np.bool_]) -> FaceSlice:
    """Counts over chosen faces; the right state is counted on images that tell incorrect wearing apart."""
    found = chosen & (verdict >= 0)
    judged = found & faces.three_class
    decided = judged & (verdict < len(STATE_NAMES))
    total = int(judged.sum())
    return FaceSlice(
        kind=kind,
        name=name,
        found=Proportion.of(int(found.sum()), int(chosen.sum())),
        right=Proportion.of(int((decided & (verdict == faces.state)).sum()), int(decided.sum())),
        verdicts={
            name: Proportion.of(int((judged & (verdict == index)).sum()), total)
            for index, name in enumerate(REPORTED_STATES)
        },
    )
