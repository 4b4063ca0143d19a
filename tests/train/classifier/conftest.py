from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("keras", reason="training needs the extra: pip install 'maskwatch[train]'")

from maskwatch.train.classifier import ClassifierOptions, ClassifierResult, RunFolder, train_classifier

NAMES = ("with_mask", "without_mask")


def write_face(path: Path, masked: bool, rng: np.random.Generator) -> None:
    """A "face" of 24 px: skin with noise, and a blue lower half where masked."""
    face = np.clip(rng.normal((190, 140, 120), 25, (24, 24, 3)), 0, 255).astype(np.uint8)
    if masked:
        face[13:, 4:20] = np.clip(rng.normal((120, 170, 220), 15, (11, 16, 3)), 0, 255)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(face).save(path)


def write_faces(root: Path, counts: dict[str, int], seed: int = 0) -> Path:
    """``root/<split>/<class>/<n>.png``; the split "" writes class folders without splits."""
    rng = np.random.default_rng(seed)
    for split, count in counts.items():
        for name in NAMES:
            for i in range(count):
                write_face(root / split / name / f"{i}.png", name == "with_mask", rng)
    return root


@pytest.fixture(scope="session")
def split_faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_faces(tmp_path_factory.mktemp("data") / "faces", {"train": 24, "val": 6, "test": 8})


@pytest.fixture(scope="session")
def trained(split_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> ClassifierResult:
    """One run of the smallest network; one training image is not an image file."""
    faces = shutil.copytree(split_faces, tmp_path_factory.mktemp("broken") / "faces")
    (faces / "train" / "with_mask" / "broken.jpg").write_text("no image")
    options = ClassifierOptions((str(faces),), name="toy", arch="cnn20", epochs=6, batch=8)
    folder = RunFolder.create(tmp_path_factory.mktemp("runs"), "classifier", "toy")
    options.save(folder.options)
    return train_classifier(options, folder)


@pytest.fixture
def unsplit_faces(tmp_path: Path) -> Path:
    return write_faces(tmp_path / "faces", {"": 20}, seed=5)
