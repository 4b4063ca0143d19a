"""The benchmark decodes its peers as their authors do."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from maskwatch.boxes import iou
from maskwatch.data import Dataset, LabelledImage, read_dataset
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection, run_detector
from maskwatch.images import read_image

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not (ROOT / "benchmarks").is_dir(), reason="benchmarks are in the repository only")


@pytest.fixture(autouse=True)
def _repository_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)


@pytest.fixture(scope="module")
def crowd(shared: Path) -> np.ndarray:
    images = read_dataset(shared / "data/detection/annotations.json").split("val")
    most = max(images, key=lambda image: len(image.xyxy))
    return cv2.resize(read_image(most.path, apply_orientation=False), (640, 480))


@pytest.mark.shared
def test_yunet_gives_the_boxes_of_opencv(shared: Path, crowd: np.ndarray) -> None:
    from benchmarks.peers.yunet import YuNetS

    peer = YuNetS(shared / "models")
    peer.threshold = 0.3
    ours = peer(crowd)
    reference = cv2.FaceDetectorYN.create(str(shared / "models/yunet_s_640_640.onnx"), "", (640, 480), 0.3, 0.3, 5000)
    rows = reference.detect(np.ascontiguousarray(crowd[..., ::-1]))[1]
    theirs = np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:4]], axis=1).clip(0, [640, 480] * 2)
    assert len(ours) == len(rows) > 3
    assert iou(ours.xyxy, theirs.astype(np.float32)).max(axis=1).min() > 0.95
    assert sorted(ours.confidence) == pytest.approx(sorted(rows[:, 14]), abs=0.01)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("module", "name", "face", "masked"),
    [
        ("aizoo", "Aizoo360", 0.90, 0.88),
        ("ultraface", "UltraFace640", 0.90, 0.88),
        ("yunet", "YuNetN", 0.90, 0.87),
        ("res10", "Res10", 0.68, 0.62),
    ],
)
def test_a_peer_is_as_good_as_it_is_known_to_be(
    shared: Path, module: str, name: str, face: float, masked: float
) -> None:
    peer: Any = getattr(pytest.importorskip(f"benchmarks.peers.{module}"), name)(shared / "models")
    data = read_dataset(shared / "data/detection/annotations.json").split("val")
    metrics = evaluate_detection(data, run_detector(peer, data), DetectionOptions.quick()).headline()
    assert metrics["face"] > face
    assert metrics["masked"] > masked


def test_the_frame_is_the_image_with_about_five_faces(tmp_path: Path) -> None:
    from benchmarks.peers.timing import frame_of

    images = []
    for faces, level in ((1, 10), (4, 200), (12, 90)):
        path = tmp_path / f"{faces}.png"
        Image.new("RGB", (100, 50), (level, level, level)).save(path)
        boxes = np.tile(np.array([[1, 1, 9, 9]], np.float32), (faces, 1))
        images.append(LabelledImage(path, 100, 50, boxes, np.zeros(faces, np.int64)))
    frame = frame_of(Dataset(images))
    assert frame.shape == (480, 640, 3)
    assert int(frame.max()) == 200


def test_ours_alone_is_measured_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.peers.__main__ import main

    voc = "<annotation><size><width>64</width><height>48</height></size><filename>a.png</filename>{}</annotation>"
    box = "<bndbox><xmin>4</xmin><ymin>4</ymin><xmax>40</xmax><ymax>44</ymax></bndbox>"
    (tmp_path / "val").mkdir()
    (tmp_path / "val/a.xml").write_text(voc.format(f"<object><name>with_mask</name>{box}</object>"))
    Image.new("RGB", (64, 48)).save(tmp_path / "val/a.png")
    arguments = [str(tmp_path), "--ours", "small", "--imgsz", "64", "--rounds", "1", "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["peers", *arguments])
    main()
    (row,) = csv.DictReader((tmp_path / "out/peers_val.csv").read_text().splitlines())
    assert (row["split"], row["images"], row["saw_domain"], row["without_mask"]) == ("val", "1", "", "")
    assert float(row["cpu_ms"]) > 0
    assert row["cpu"]
