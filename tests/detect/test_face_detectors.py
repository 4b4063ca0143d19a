from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from contracts import face_detector_contract
from face_images import FaceImage, ten_images
from face_networks import write_retinaface
from maskwatch import load_two_stage
from maskwatch.boxes import iou
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors import FACE_DETECTORS, load_face_detector
from maskwatch.detect.face_detectors.contract import reshaped, tidy
from maskwatch.errors import ModelError, UsageError

pytestmark = pytest.mark.skipif(
    find_spec("skimage") is None, reason="the portrait comes with the extra: pip install 'maskwatch[demo]'"
)


@pytest.fixture(scope="module")
def images() -> list[FaceImage]:
    return ten_images()


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASKWATCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("name", ["maskwatch", "haar"])
def test_included_detectors_keep_the_contract(name: str, images: list[FaceImage]) -> None:
    face_detector_contract(load_face_detector(name, imgsz=320, runtime=RuntimeOptions(threads=1)), images)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["res10", "yunet", "retinaface"])
def test_third_party_detectors_keep_the_contract(name: str, shared: Path, images: list[FaceImage]) -> None:
    detector = load_face_detector(name, shared / "models", runtime=RuntimeOptions(threads=1))
    face_detector_contract(detector, images)
    assert detector.name == name


@pytest.mark.shared
def test_yunet_files_of_fixed_and_of_any_size_agree(shared: Path, images: list[FaceImage]) -> None:
    fixed = load_face_detector("yunet", shared / "models/yunet_n_640_640.onnx", runtime=RuntimeOptions(threads=1))
    free = load_face_detector("yunet", shared / "models/yunet_n_dynamic.onnx", runtime=RuntimeOptions(threads=1))
    for image in images[:6]:
        one, other = (detector.detect(image.image, 0.5, 0.3) for detector in (fixed, free))
        assert len(one.xyxy) == len(other.xyxy)
        assert (iou(one.xyxy, other.xyxy).max(axis=1) > 0.9).all()
    assert load_face_detector("yunet", shared / "models/yunet_n_dynamic.onnx", imgsz=320).imgsz == 320
    with pytest.raises(UsageError, match="takes 640 only"):
        load_face_detector("yunet", shared / "models/yunet_n_640_640.onnx", imgsz=320)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "file"), [("yunet", "retinaface_mobilenet0.25.onnx"), ("retinaface", "yunet_n_640_640.onnx")]
)
def test_the_file_of_another_network_is_refused(name: str, file: str, shared: Path) -> None:
    with pytest.raises(ModelError, match=f"not a {name} network"):
        load_face_detector(name, shared / "models" / file)


def test_retinaface_reads_the_published_layout(tmp_path: Path) -> None:
    """One face planted at a prior of 64 px, in a file whose outputs have other names and another order."""
    path = write_retinaface(tmp_path / "published.onnx", side=160, stride=16, square=0, row=3, column=5)
    detector = load_face_detector("retinaface", path, runtime=RuntimeOptions(threads=1))
    assert detector.imgsz == 160
    found = detector.detect(np.zeros((320, 320, 3), np.uint8), 0.5, 0.4)
    centre_x, centre_y = 2 * (5.5 * 16 + 0.5 * 0.1 * 64), 2 * 3.5 * 16
    half = 64 * np.exp(0.2)
    expected = [centre_x - half, centre_y - half, centre_x + half, centre_y + half]
    assert found.xyxy.shape == (1, 4)
    assert found.xyxy[0].tolist() == pytest.approx(expected, abs=1e-3)
    assert found.score.tolist() == pytest.approx([0.9])


@pytest.mark.parametrize("name", ["res10", "yunet", "retinaface"])
def test_a_model_that_is_not_downloaded_names_the_command(name: str, empty_cache: Path) -> None:
    with pytest.raises(ModelError, match=f"maskwatch models fetch {name}"):
        load_face_detector(name)


@pytest.mark.parametrize("name", FACE_DETECTORS)
def test_a_missing_or_damaged_file_is_one_clear_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nothing"):
        load_face_detector(name, tmp_path / "nothing.onnx")
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"no model at all")
    (tmp_path / "opencv_face_detector.pbtxt").write_text("nor this")
    with pytest.raises(ModelError) as caught:
        load_face_detector(name, bad)
    assert "\n" not in str(caught.value)
    assert "bad.onnx" in str(caught.value)


def test_a_folder_without_the_file_says_which(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"contains no yunet_n_640_640\.onnx"):
        load_face_detector("yunet", tmp_path)


def test_unknown_names_and_options_out_of_range() -> None:
    with pytest.raises(UsageError, match=r"--face-detector dlib is not known; take one of maskwatch, haar"):
        load_face_detector("dlib")
    for name in ("maskwatch", "haar"):
        with pytest.raises(UsageError, match="--imgsz 10"):
            load_face_detector(name, imgsz=10)


def test_boxes_are_tidied() -> None:
    image = np.zeros((50, 100, 3), np.uint8)
    xyxy = np.array([[10, 10, 30, 30], [11, 10, 31, 30], [90, -20, 130, 20], [120, 10, 140, 30]], np.float32)
    found = tidy(xyxy, np.array([0.5, 0.7, 0.6, 0.9], np.float32), 0.5, image)
    assert found.xyxy.tolist() == [[11, 10, 31, 30], [90, 0, 100, 20]]
    assert found.score.tolist() == pytest.approx([0.7, 0.6])


def test_boxes_are_reshaped_about_their_middle() -> None:
    square = np.array([[0, 0, 100, 100]], np.float32)
    assert reshaped(square, width=0.8, height=0.5, down=0.1).tolist() == [[10, 35, 90, 85]]


PLUGIN = '''
import numpy as np

from maskwatch.detect.face_detectors.contract import FaceDetectorType, tidy


class CentreFaces:
    name, conf, iou = "centre", 0.5, 0.5

    def __init__(self, files, imgsz, runtime):
        self.imgsz = imgsz or 640

    def detect(self, image, conf, iou):
        """One face in the middle of every image."""
        height, width = image.shape[:2]
        box = np.array([[width / 4, height / 4, width * 3 / 4, height * 3 / 4]], np.float32)
        score = np.array([0.95], np.float32)
        return tidy(box[score >= conf], score[score >= conf], iou, image)


FACE_DETECTOR = FaceDetectorType(CentreFaces, help="the middle of the image")
'''


def test_a_face_detector_from_outside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file and one line in the registry add a face detector to commands, messages and the list of models."""
    (tmp_path / "centre_faces.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(FACE_DETECTORS, "centre", "centre_faces:FACE_DETECTOR")
    square = np.zeros((80, 80, 3), np.uint8)
    face_detector_contract(load_face_detector("centre"), [FaceImage("square", square, (20, 20, 60, 60))])
    faces = load_two_stage("centre", threads=1)(square)
    assert faces.xyxy.tolist() == [[20, 20, 60, 60]]
    assert faces.confidence.tolist() == pytest.approx([0.95])
    with pytest.raises(UsageError, match=r"take one of maskwatch, .*, centre$"):
        load_face_detector("dlib")
