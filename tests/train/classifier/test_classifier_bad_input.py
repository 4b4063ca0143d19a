"""Classifier training on unusable data and files: a one-line error each, and no data loss."""

from __future__ import annotations

import shutil
from pathlib import Path

import onnx
import pytest
from PIL import Image

from maskwatch.data.face_arrays import read_faces
from maskwatch.data.formats.folders import read_folders
from maskwatch.errors import DataError, MaskWatchError, ModelError, SinkError
from maskwatch.evaluate.classification.classifiers import load_classifier
from maskwatch.train.classifier import ClassifierOptions, ClassifierResult, RunFolder
from maskwatch.train.classifier.networks import build_classifier
from maskwatch.train.classifier.splits import face_splits


def one_line(error: MaskWatchError) -> bool:
    return "\n" not in str(error) and len(str(error)) < 400


def test_an_empty_class_folder_is_named(split_faces: Path, tmp_path: Path) -> None:
    data = shutil.copytree(split_faces, tmp_path / "faces")
    (data / "val" / "worn_incorrectly").mkdir()
    splits = face_splits(ClassifierOptions((str(data),)))
    assert any("worn_incorrectly" in problem for problem in splits.problems)
    assert len(splits.classes) == 2


def test_only_empty_class_folders(tmp_path: Path) -> None:
    for name in ("with_mask", "without_mask"):
        (tmp_path / name).mkdir()
    with pytest.raises(DataError) as caught:
        face_splits(ClassifierOptions((str(tmp_path),)))
    assert one_line(caught.value)


def test_a_class_without_training_images_is_named(tmp_path: Path) -> None:
    for split, names in {"train": ("with_mask",), "val": ("with_mask", "without_mask")}.items():
        for name in names:
            (tmp_path / split / name).mkdir(parents=True)
            Image.new("RGB", (20, 20)).save(tmp_path / split / name / "a.png")
    with pytest.raises(DataError, match="without_mask") as caught:
        face_splits(ClassifierOptions((str(tmp_path),)))
    assert one_line(caught.value)


def test_unreadable_images_are_skipped_and_named(split_faces: Path, tmp_path: Path) -> None:
    data = shutil.copytree(split_faces, tmp_path / "faces")
    for name in ("empty.jpg", "text.png"):
        (data / "val" / "with_mask" / name).write_bytes(b"" if name == "empty.jpg" else b"no image")
    splits = face_splits(ClassifierOptions((str(data),)))
    problems: list[str] = []
    faces = read_faces(splits.val, splits.classes, 16, problems)
    assert len(faces) == 12
    assert len(problems) == 2
    assert {"empty.jpg", "text.png"} == {Path(p.split(":")[0]).name for p in problems}


def test_only_unreadable_images(tmp_path: Path) -> None:
    for name in ("with_mask", "without_mask"):
        (tmp_path / "train" / name).mkdir(parents=True)
        (tmp_path / "train" / name / "a.jpg").write_text("no image")
    data = read_folders(tmp_path)
    with pytest.raises(DataError, match="no face image can be read"):
        read_faces(data, tuple(data.classes), 16, [])


def test_truncated_onnx(trained: ClassifierResult, tmp_path: Path) -> None:
    whole = (trained.folder / "model.onnx").read_bytes()
    for share in (0.1, 0.5, 0.99):
        (tmp_path / "cut.onnx").write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(ModelError, match=r"cut\.onnx") as caught:
            load_classifier(tmp_path / "cut.onnx")
        assert one_line(caught.value)


def test_onnx_with_weights_in_another_file(trained: ClassifierResult, tmp_path: Path) -> None:
    model = onnx.load(str(trained.folder / "model.onnx"))
    path = tmp_path / "apart.onnx"
    onnx.save(model, str(path), save_as_external_data=True, location="weights.bin", size_threshold=0)
    with pytest.raises(ModelError, match="save it as one file") as caught:
        load_classifier(path)
    assert one_line(caught.value)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """A file size limit simulates the full disk."""
    resource = pytest.importorskip("resource", reason="file limits are POSIX")
    folder = RunFolder.create(tmp_path, "classifier", "full")
    first, second = (build_classifier("cnn20", 20, 2) for _ in range(2))
    folder.save_network(first)
    before, limits = folder.best.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(SinkError, match=r"model\.keras: cannot be written .*--resume") as caught:
            folder.save_network(second)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert one_line(caught.value)
    assert folder.best.read_bytes() == before
    assert [path.name for path in folder.path.iterdir()] == ["model.keras"]
