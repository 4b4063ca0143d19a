"""Contracts: one call checks everything that a sink, source or face detector promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from face_images import FaceImage
from maskwatch.boxes import iou
from maskwatch.detect.face_detectors.contract import FaceBoxes, FaceDetector
from maskwatch.detections import Detections
from maskwatch.errors import SinkError, SourceError
from maskwatch.frames import Frame, Image
from maskwatch.sinks.base import Sink
from maskwatch.sources.base import Source


def sink_contract(make_sink: Callable[[Path], Sink], folder: Path, *, writes_files: bool = True) -> None:
    """Check the promises of a sink; ``make_sink`` gets the folder for its files."""
    frames = _sink_frames()

    with make_sink(folder / "unused"):
        pass

    originals = [(frame.image.copy(), faces.xyxy.copy(), faces.state_scores.copy()) for frame, faces in frames]
    with make_sink(folder / "whole") as sink:
        for frame, faces in frames:
            sink.write(frame, faces)
    for (frame, faces), (image, xyxy, scores) in zip(frames, originals, strict=True):
        assert np.array_equal(frame.image, image), "a sink changed the image it was given"
        assert np.array_equal(faces.xyxy, xyxy), "a sink changed the boxes it was given"
        assert np.array_equal(faces.state_scores, scores), "a sink changed the scores it was given"

    for error in (KeyboardInterrupt, ValueError):
        begun = folder / error.__name__
        with pytest.raises(error):
            _write_and_raise(make_sink(begun), frames, error)
        if writes_files:
            kept = [path for path in begun.rglob("*") if path.is_file()]
            assert any(path.stat().st_size for path in kept), f"nothing was kept after {error.__name__}"

    left = [path.name for path in folder.rglob("*") if ".part" in path.name]
    assert left == [], "unfinished files are left"

    if writes_files:
        (folder / "file").write_text("in the way")
        with pytest.raises(SinkError, match="file"), make_sink(folder / "file" / "below"):
            raise AssertionError("entering succeeded below a plain file")


def _write_and_raise(sink: Sink, frames: list[tuple[Frame, Detections]], error: type[BaseException]) -> None:
    with sink:
        for frame, faces in frames:
            sink.write(frame, faces)
        raise error


def _sink_frames() -> list[tuple[Frame, Detections]]:
    """Frames of two cameras: many faces, none, boxes beyond the border, odd and tiny sizes, with and without IDs."""
    rng = np.random.default_rng(3)
    frames = []
    for source, sizes in {"first": [(48, 64), (48, 64), (33, 47)], "second": [(1, 1), (40, 5)]}.items():
        for index, (height, width) in enumerate(sizes):
            corners = rng.uniform(-5, [width, height], (index * 2, 2))
            xyxy = np.concatenate([corners, corners + rng.uniform(3, 30, corners.shape)], axis=1).astype(np.float32)
            scores = rng.dirichlet([1, 1, 1], len(xyxy)).astype(np.float32).reshape(-1, 3)
            ids = None if index % 2 else np.arange(len(xyxy), dtype=np.int64)
            faces = Detections(xyxy, rng.uniform(0.1, 1, len(xyxy)).astype(np.float32), scores, ids)
            image = rng.integers(0, 256, (height, width, 3), np.uint8)
            frames.append((Frame(image, index, index / 25, source, Fraction(25)), faces))
    return frames


def source_contract(make_source: Callable[[], Source], *, at_most: int = 20) -> None:
    """Check the promises of a source; ``make_source`` opens one with at least two frames, which can be read twice."""
    with make_source() as source:
        assert isinstance(source, Source)
        assert source.name
        first = _read_source(source, at_most)
        again = _read_source(source, at_most)
        if not source.live:
            assert [_position(frame) for frame in first] == [_position(frame) for frame in again]
            assert all(np.array_equal(a.image, b.image) for a, b in zip(first, again, strict=True))
            if not source.failures and len(first) < at_most:
                assert source.total in {None, len(first)}
    source.close()
    with pytest.raises(SourceError, match="closed"):
        iter(source)

    with make_source() as source:
        abandoned = iter(source)
        next(abandoned)
    assert next(abandoned, None) is None, "a closed source still gives frames"

    with make_source() as source:
        ended = iter(source)
        next(ended)
        next(iter(source))
        assert next(ended, None) is None, "two readings of one source continue side by side"


def _read_source(source: Source, at_most: int) -> list[Frame]:
    frames = list(islice(source, at_most))
    assert frames
    for frame in frames:
        assert frame.image.dtype == np.uint8
        assert frame.image.ndim == 3
        assert frame.image.shape[2] == 3
        assert frame.image.flags.c_contiguous
        assert frame.image.flags.writeable
        assert frame.source
        assert (frame.time_s is None) == (frame.rate is None)
    for before, after in pairwise(frames):
        if after.source != before.source:
            assert after.index == 0
            assert not after.time_s
        else:
            assert after.index > before.index
            assert (after.time_s or 0) >= (before.time_s or 0)
    assert all(isinstance(failure, SourceError) for failure in source.failures)
    assert all(text and "\n" not in text for text in [*map(str, source.failures), *source.notes])
    return frames


def _position(frame: Frame) -> tuple[str, int, float | None]:
    return frame.source, frame.index, frame.time_s


def face_detector_contract(detector: FaceDetector, images: Sequence[FaceImage]) -> None:
    """Check the promises of a face detector on any images, and that it detects ``FaceImage.face``."""
    assert detector.name
    assert 0 < detector.conf < 1
    assert 0 < detector.iou < 1
    assert detector.imgsz > 0
    alone = []
    for image in images:
        before = image.image.copy()
        frozen = image.image.copy()
        frozen.flags.writeable = False
        found = detector.detect(frozen, detector.conf, detector.iou)
        _check_found(found, image.image)
        assert np.array_equal(image.image, before), f"{image.name}: the image was changed"
        alone.append(found)

        sure = detector.detect(image.image, 0.9, detector.iou)
        assert len(sure.xyxy) <= len(found.xyxy), f"{image.name}: more faces at a higher threshold"
        assert (sure.score >= 0.9).all()

        if image.face is not None:
            overlaps = iou(found.xyxy, np.array([image.face], np.float32))
            assert len(overlaps), f"{image.name}: no face detected"
            assert overlaps.max() >= 0.5, f"{image.name}: overlap {overlaps.max():.2f} with the face"

    with ThreadPoolExecutor(4) as threads:
        again = threads.map(lambda image: detector.detect(image.image, detector.conf, detector.iou), images)
        for image, before, after in zip(images, alone, again, strict=True):
            assert np.array_equal(before.xyxy, after.xyxy), f"{image.name}: another result in other threads"
            assert np.array_equal(before.score, after.score)


def _check_found(found: FaceBoxes, image: Image) -> None:
    assert found.xyxy.dtype == np.float32
    assert found.score.dtype == np.float32
    assert found.xyxy.shape == (len(found.score), 4)
    assert ((found.score >= 0) & (found.score <= 1)).all()
    assert (np.diff(found.score) <= 0).all(), "not best first"
    assert (found.xyxy[:, 2:] > found.xyxy[:, :2]).all(), "an empty box"
    assert (found.xyxy >= 0).all()
    assert (found.xyxy <= [image.shape[1], image.shape[0]] * 2).all(), "a box outside the image"
