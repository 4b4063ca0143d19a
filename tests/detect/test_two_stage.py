from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier_files import two_states, write_classifier
from maskwatch import MaskState, load_two_stage
from maskwatch.boxes import iou
from maskwatch.detect.card import ModelCard
from maskwatch.detect.classifier import FaceClassifier
from maskwatch.detect.face_detectors.contract import FaceBoxes, tidy
from maskwatch.detect.options import InferenceOptions, open_detector
from maskwatch.detect.single_shot import SingleShotDetector
from maskwatch.detect.two_stage import TwoStageDetector
from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.errors import ModelError, UsageError
from maskwatch.frames import Image
from maskwatch.track import follow


class Planted:
    """A face detector that knows where the faces are."""

    name, conf, iou, imgsz = "planted", 0.5, 0.4, 640

    def __init__(self, *faces: tuple[float, float, float, float, float]) -> None:
        self.faces = np.array(faces, np.float32).reshape(-1, 5)
        self.asked: list[float] = []

    def detect(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        self.asked.append(conf)
        sure = self.faces[self.faces[:, 4] >= conf]
        return tidy(sure[:, :4], sure[:, 4], iou, image)


class Recorder(FaceClassifier):
    """A classifier that remembers what it was given."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.batches: list[list[tuple[int, ...]]] = []

    def __call__(self, faces: list[Image]) -> np.ndarray:  # type: ignore[override]
        self.batches.append([face.shape for face in faces])
        return super().__call__(faces)


@pytest.fixture
def classifier(tmp_path: Path) -> Recorder:
    return Recorder(
        write_classifier(tmp_path / "bright.onnx", ModelCard("bright", "0", "classifier", imgsz=8, margin=0.5))
    )


def half_bright() -> Image:
    image = np.zeros((100, 200, 3), np.uint8)
    image[:, 100:] = 255
    return image


def test_each_face_gets_the_state_of_its_own_pixels(classifier: Recorder) -> None:
    detector = TwoStageDetector(Planted((20, 20, 60, 60, 0.9), (130, 20, 170, 60, 0.8)), classifier)
    faces = detector(half_bright())
    assert faces.states == [MaskState.without_mask, MaskState.with_mask]
    assert faces.confidence.tolist() == pytest.approx([0.9, 0.8])
    assert faces.xyxy.tolist() == [[20, 20, 60, 60], [130, 20, 170, 60]]
    assert faces.state_scores.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert detector.name == "planted + bright"


def test_faces_are_cut_with_the_margin_on_the_card_and_classified_in_one_batch(classifier: Recorder) -> None:
    faces = [(10.0 + 30 * i, 30.0, 30.0 + 30 * i, 70.0, 0.9) for i in range(5)]
    TwoStageDetector(Planted(*faces), classifier)(half_bright())
    assert classifier.batches == [[(80, 40, 3)] * 5]


def test_faces_at_and_over_the_border(classifier: Recorder) -> None:
    edges = [(-9, -9, 3, 3, 0.9), (196, 95, 230, 140, 0.8), (0, 0, 200, 100, 0.7), (199.7, 10, 199.9, 10.2, 0.6)]
    faces = TwoStageDetector(Planted(*edges), classifier, conf=0.1)(half_bright())
    assert len(faces) == 4
    assert (faces.xyxy >= 0).all()
    assert (faces.xyxy <= [200, 100, 200, 100]).all()


def test_no_face_and_a_image_of_one_pixel(classifier: Recorder) -> None:
    detector = TwoStageDetector(Planted(), classifier)
    for image in (half_bright(), np.zeros((1, 1, 3), np.uint8)):
        faces = detector(image)
        assert len(faces) == 0
        assert faces.state_scores.shape == (0, 3)
    one = TwoStageDetector(Planted((0, 0, 1, 1, 0.9)), classifier, conf=0.1)(np.zeros((1, 1, 3), np.uint8))
    assert one.states == [MaskState.without_mask]


def test_a_classifier_of_two_states_gives_zero_for_the_third(tmp_path: Path) -> None:
    classifier = FaceClassifier(write_classifier(tmp_path / "two.onnx", two_states()))
    faces = TwoStageDetector(Planted((20, 20, 60, 60, 0.9)), classifier)(half_bright())
    assert faces.state_scores[0, MaskState.worn_incorrectly] == 0
    assert faces.state_scores.sum() == pytest.approx(1)


def test_states_are_calibrated_by_the_temperature_on_the_card(tmp_path: Path) -> None:
    scores = []
    for temperature in (1.0, 4.0):
        card = two_states(temperature=temperature)
        classifier = FaceClassifier(write_classifier(tmp_path / f"{temperature}.onnx", card))
        detector = TwoStageDetector(Planted((80, 20, 112, 60, 0.9)), classifier, conf=0.1)
        scores.append(detector(half_bright()).state_scores[0].astype(float))
    plain, calm = scores
    assert np.log(plain[2] / plain[0]) / np.log(calm[2] / calm[0]) == pytest.approx(4, rel=1e-3)


def test_the_threshold_is_on_the_face_detectors_score(classifier: Recorder) -> None:
    unclear = Planted((75, 20, 125, 60, 0.9))  # half dark, half bright
    assert len(TwoStageDetector(unclear, classifier, conf=0.95)(half_bright())) == 0
    faces = TwoStageDetector(unclear, classifier, conf=0.3)(half_bright())
    assert faces.confidence[0] == pytest.approx(0.9)
    assert faces.state_confidence[0] < 0.4
    assert unclear.asked == pytest.approx([0.95, 0.3])


def test_a_raw_prediction_gives_the_faces_of_any_higher_threshold(classifier: Recorder) -> None:
    detector = TwoStageDetector(Planted((20, 20, 60, 60, 0.9), (130, 20, 170, 60, 0.4)), classifier, conf=0.2)
    prediction = detector.predict_raw(half_bright())
    assert [len(prediction.detections(conf)) for conf in (None, 0.2, 0.5, 0.95)] == [2, 2, 1, 0]
    assert len(prediction.above(0.5).detections()) == 1
    with pytest.raises(UsageError, match=r"below the detector's, 0\.2"):
        prediction.detections(0.1)


def test_a_tracker_can_follow(classifier: Recorder) -> None:
    detector = TwoStageDetector(Planted((20, 20, 60, 60, 0.3)), classifier)
    assert len(detector(half_bright())) == 0
    follow(detector)
    assert len(detector(half_bright())) == 1


def test_bgr_images(tmp_path: Path) -> None:
    class Red(Planted):
        def detect(self, image: Image, conf: float, iou: float) -> FaceBoxes:
            assert image[0, 0].tolist() == [250, 10, 0]
            return super().detect(image, conf, iou)

    classifier = FaceClassifier(write_classifier(tmp_path / "bright.onnx"))
    image = np.full((40, 40, 3), (250, 10, 0), np.uint8)
    detector = TwoStageDetector(Red((5, 5, 30, 30, 0.9)), classifier, conf=0.1)
    rgb, bgr = detector(image), detector(np.ascontiguousarray(image[..., ::-1]), color="bgr")
    assert rgb.state_scores.tolist() == bgr.state_scores.tolist()
    with pytest.raises(UsageError, match="color 'rgba'"):
        detector(image, color="rgba")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="an image is a uint8 array"):
        detector(image[..., 0])


def test_more_faces_than_one_batch_holds(classifier: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maskwatch.detect.classifier.LARGEST_BATCH", 2)
    crops = [np.full((9, 9, 3), level, np.uint8) for level in (0, 255, 0, 255, 255)]
    assert classifier(crops).argmax(axis=1).tolist() == [2, 0, 2, 0, 0]


def test_the_portrait_with_what_is_there_at_once(tmp_path: Path) -> None:
    pytest.importorskip("skimage", reason="the portrait comes with the extra: pip install 'maskwatch[demo]'")
    from maskwatch.demo import FACE, demo_images

    path = write_classifier(tmp_path / "bright.onnx")
    for name in ("maskwatch", "haar"):
        faces = load_two_stage(name, path, conf=0.2, imgsz=320, threads=1)(demo_images()[0].image)
        assert isinstance(faces, Detections)
        assert iou(faces.xyxy[:1], np.array([FACE], np.float32)) > 0.5


def test_files_that_are_no_usable_classifier(tmp_path: Path) -> None:
    good = write_classifier(tmp_path / "good.onnx")
    truncated = tmp_path / "truncated.onnx"
    truncated.write_bytes(good.read_bytes()[:200])
    detector = write_classifier(tmp_path / "task.onnx", replace(two_states(), task="single_shot", classes=STATE_NAMES))
    wrong = {
        detector: "not a classifier",
        truncated: "not a model that ONNX Runtime can load .* copy or download it again",
        write_classifier(tmp_path / "count.onnx", two_states(), outputs=3): "3 outputs for the 2 states on its card",
        tmp_path / "old.h5": r"\.h5 files may run code .* refused",
        tmp_path / "old.pickle": r"\.pickle files may run code",
        tmp_path / "network.keras": r"give the model\.onnx that training put beside it",
        tmp_path / "nothing.onnx": "no such classifier; shipped: .*; or give the path of an .onnx file",
    }
    for path, expected in wrong.items():
        with pytest.raises(ModelError, match=expected) as told:
            load_two_stage("haar", path)
        assert "\n" not in str(told.value)


def test_weights_in_another_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(str(write_classifier(tmp_path / "whole.onnx")))
    path = tmp_path / "split.onnx"
    onnx.save_model(model, str(path), save_as_external_data=True, location="weights.bin", size_threshold=0)
    assert (tmp_path / "weights.bin").is_file()
    monkeypatch.chdir(tmp_path)  # where ONNX Runtime would look for it
    with pytest.raises(ModelError, match="keeps weights in another file, which is refused; save it as one file"):
        FaceClassifier(path)


def test_options_name_a_detector(tmp_path: Path) -> None:
    path = str(write_classifier(tmp_path / "bright.onnx"))
    assert isinstance(open_detector(InferenceOptions(threads=1)), SingleShotDetector)
    chosen = open_detector(
        InferenceOptions(face_detector="haar", classifier=path, threads=1, conf=0.7, iou=0.2, imgsz=320)
    )
    assert isinstance(chosen, TwoStageDetector)
    assert (chosen.thresholds.conf, chosen.thresholds.iou, chosen.imgsz) == (0.7, 0.2, 320)
    wrong = {
        "--detector other is not known": {"detector": "other"},
        "--tile: for --detector single-shot only": {"detector": "two-stage", "tile": True},
        "--model, --preset: for --detector single-shot only": {"classifier": path, "model": "a", "preset": "strict"},
        "--face-detector: for --detector two-stage only": {"detector": "single-shot", "face_detector": "haar"},
    }
    for expected, given in wrong.items():
        with pytest.raises(UsageError, match=expected):
            InferenceOptions(**given)  # type: ignore[arg-type]
