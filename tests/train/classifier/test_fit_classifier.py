from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskwatch.data.face_arrays import read_faces
from maskwatch.data.formats.folders import read_folders
from maskwatch.detect import load_detector
from maskwatch.detect.classifier import FaceClassifier
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detections import MaskState
from maskwatch.errors import DataError, ModelError, UsageError
from maskwatch.evaluate.classification.compare import compare_runs
from maskwatch.evaluate.classification.evaluate import evaluate_classifier
from maskwatch.train.classifier import ClassifierOptions, ClassifierResult, RunFolder
from maskwatch.train.classifier.loader import FaceLoader
from maskwatch.train.classifier.splits import face_splits
from maskwatch.weights import find_model

FILES = [
    *("model.keras", "model.onnx", "config.json", "history.csv", "report.json", "report.txt"),
    *("curves.png", "confusion.png", "roc.png", "reliability.png", "mistakes.png"),
]


def test_training_leaves_a_complete_run_folder(trained: ClassifierResult) -> None:
    assert sorted(path.name for path in trained.folder.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (trained.folder / name).stat().st_size > 0
    report = json.loads((trained.folder / "report.json").read_text())
    assert report["split"] == trained.evaluated_on == "test"
    assert report["accuracy"]["total"] == report["images"] == 16
    assert report["export_difference"] < 1e-4
    assert report["start"] == "none"


def test_it_learns_the_task(trained: ClassifierResult) -> None:
    assert trained.report.accuracy.hits >= 14


def test_the_best_epoch_has_the_lowest_validation_loss(trained: ClassifierResult) -> None:
    rows = RunFolder(trained.folder).read_history()
    losses = [row["val_loss"] for row in rows]
    assert trained.epoch == 1 + losses.index(min(losses))


def test_unreadable_images_are_named(trained: ClassifierResult) -> None:
    assert len(trained.problems) == 1
    assert "broken.jpg" in trained.problems[0]


def test_the_keras_file_opens_without_maskwatch(trained: ClassifierResult) -> None:
    code = (
        "import sys, keras, numpy as np\n"
        f"model = keras.saving.load_model({str(trained.folder / 'model.keras')!r})\n"
        "scores = np.asarray(model(np.full((1, 20, 20, 3), 200, 'uint8')))\n"
        "assert 'maskwatch' not in sys.modules\n"
        "print(scores.shape, abs(scores.sum() - 1) < 1e-5)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 2) True"


def test_both_files_give_the_same_results(trained: ClassifierResult, split_faces: Path) -> None:
    of_keras, of_onnx = (evaluate_classifier(trained.folder / f"model.{s}", split_faces) for s in ("keras", "onnx"))
    assert of_keras.report.confusion == of_onnx.report.confusion == trained.report.confusion
    np.testing.assert_allclose(of_keras.report.scores, of_onnx.report.scores, atol=1e-4)
    assert of_keras.report.reliability.temperature == of_onnx.report.reliability.temperature
    assert "6 val" not in of_onnx.report.reliability.source
    assert "12 val" in of_keras.report.reliability.source


def test_model_file_classifies_faces_of_any_size(trained: ClassifierResult, split_faces: Path) -> None:
    classifier = FaceClassifier(trained.folder / "model.onnx", RuntimeOptions(threads=1))
    masked = np.asarray(Image.open(split_faces / "train" / "with_mask" / "0.png"))
    unmasked = np.asarray(Image.open(split_faces / "train" / "without_mask" / "0.png"))
    scores = classifier([masked.repeat(3, axis=0), unmasked])
    assert scores.shape == (2, 3)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert (scores[:, MaskState.worn_incorrectly] == 0).all()
    assert scores[0, 0] > scores[1, 0]
    assert classifier([]).shape == (0, 3)


def test_a_classifier_is_no_detector(trained: ClassifierResult) -> None:
    with pytest.raises(ModelError, match="detector"):
        load_detector(trained.folder / "model.onnx")
    with pytest.raises(ModelError, match="not a classifier"):
        FaceClassifier(find_model("small"))


def test_states_unknown_to_the_model(trained: ClassifierResult, tmp_path: Path) -> None:
    for name in ("with_mask", "worn_incorrectly"):
        (tmp_path / name).mkdir()
        Image.new("RGB", (20, 20)).save(tmp_path / name / "a.png")
    with pytest.raises(DataError, match="--map worn_incorrectly=ignore"):
        evaluate_classifier(trained.folder / "model.onnx", tmp_path)
    found = evaluate_classifier(trained.folder / "model.onnx", tmp_path, rename=["worn_incorrectly=ignore"])
    assert found.report.images == 1


def test_comparison(trained: ClassifierResult, tmp_path: Path) -> None:
    comparison = compare_runs([trained.folder])
    (run,) = comparison.runs
    assert (run.run, run.arch, run.start) == ("toy", "cnn20 20 px", "random")
    assert run.accuracy == trained.report.accuracy
    assert any("do not rank" in remark for remark in comparison.remarks)
    report = json.loads((trained.folder / "report.json").read_text())
    (tmp_path / "report.json").write_text(json.dumps(report | {"evaluated_images": "others"}))
    remarks = compare_runs([trained.folder, tmp_path]).remarks
    assert any("not evaluated on the same images" in remark for remark in remarks)
    (tmp_path / "report.json").write_text("{}")
    with pytest.raises(UsageError, match="not the report"):
        compare_runs([tmp_path])
    with pytest.raises(UsageError, match="cannot be read"):
        compare_runs([tmp_path / "nothing"])


def test_runs_are_never_overwritten(trained: ClassifierResult) -> None:
    with pytest.raises(UsageError, match="choose another --name"):
        RunFolder.create(trained.folder.parents[1], "classifier", "toy")


def test_rare_classes_are_drawn_more_often(split_faces: Path) -> None:
    faces = read_faces(read_folders(split_faces).split("val"), (MaskState.with_mask, MaskState.without_mask), 8, [])
    faces.labels[:] = [0] * 11 + [1]
    options = ClassifierOptions(("x",), balance="sampling", batch=12, augment=False)
    loader = FaceLoader(faces, options, 2)
    rare = 0
    for _ in range(50):
        rare += int(loader[0][1].sum())
        loader.on_epoch_end()
    assert 200 < rare < 400


def test_same_seed_same_batches(split_faces: Path) -> None:
    faces = read_faces(read_folders(split_faces).split("val"), (MaskState.with_mask, MaskState.without_mask), 16, [])
    options = ClassifierOptions(("x",), batch=4, seed=3)
    first, second = FaceLoader(faces, options, 2), FaceLoader(faces, options, 2)
    np.testing.assert_array_equal(first[1][0], second[1][0])
    second.on_epoch_end()
    assert not np.array_equal(first[1][0], second[1][0])


def test_data_without_splits_is_split_by_group_or_naively(unsplit_faces: Path) -> None:
    clean = face_splits(ClassifierOptions((str(unsplit_faces),)))
    assert "duplicate group" in clean.method
    assert len(clean.train) + len(clean.val) + len(clean.test) == 40
    assert "naive" in face_splits(ClassifierOptions((str(unsplit_faces),), naive=True)).method


def test_one_class_is_not_enough(split_faces: Path, tmp_path: Path) -> None:
    (tmp_path / "with_mask").mkdir()
    Image.new("RGB", (20, 20)).save(tmp_path / "with_mask" / "a.png")
    with pytest.raises(DataError, match="needs with_mask and without_mask"):
        face_splits(ClassifierOptions((str(tmp_path),)))


@pytest.mark.parametrize("changes", [{"epochs": 0}, {"size": 4}, {"learning_rate": 1.5}, {"balance": "luck"}])
def test_settings_out_of_range(changes: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"out of range|unknown"):
        ClassifierOptions(("x",), **changes)  # type: ignore[arg-type]


def test_settings_survive_the_run_folder(tmp_path: Path) -> None:
    options = ClassifierOptions(("x",), seed=7, rename=("a=with_mask",))
    options.save(tmp_path / "config.json")
    assert ClassifierOptions.load(tmp_path / "config.json") == options
