from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as pil

from annotation_files import write
from maskwatch.data import Dataset, LabelledImage, read_dataset
from maskwatch.data.collection import Collection, read_collection
from maskwatch.data.convert import convert
from maskwatch.data.formats.folders import read_folders
from maskwatch.data.split import SplitOptions, joined_groups, stratify
from maskwatch.data.write_split import split_collection
from maskwatch.errors import DataError, UsageError
from photos import photo, save

PHOTOS = 30


@pytest.fixture
def faces(tmp_path: Path) -> Collection:
    """Thirty photos in two classes, ten of them with a mirrored or a poorer twin, five of these in the other class."""
    root = tmp_path / "faces"
    for number in range(PHOTOS):
        name = "with_mask" if number % 3 else "without_mask"
        save(photo(number), root / name / f"{number}.jpg")
        if number < 5:
            save(photo(number)[:, ::-1], root / name / f"{number} twin.jpg")
        elif number < 10:
            save(photo(number), root / ("without_mask" if number % 3 else "with_mask") / f"{number} twin.jpg", 40)
    return read_collection([root])


def cells(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    with pil.open(path) as opened:
        return np.asarray(opened.convert("L").resize((24, 24)), float)


def likest(a: Path, b: Path) -> float:
    """Correlation of two images, plain or mirrored; written here on its own, to judge the split from outside."""
    one, other = cells(a), cells(b)
    return max(float(np.corrcoef(one.ravel(), x.ravel())[0, 1]) for x in (other, other[:, ::-1]))


def across(root: Path) -> list[float]:
    images = read_folders(root).images
    return [likest(a.path, b.path) for i, a in enumerate(images) for b in images[:i] if a.split != b.split]


def test_no_copy_lies_in_two_splits(faces: Collection, tmp_path: Path) -> None:
    report = split_collection(faces, tmp_path / "out", SplitOptions(val=0.2, test=0.3))
    assert report.method == "split by duplicate group"
    assert (report.groups, report.leaking) == (10, {"exact": 0, "near": 0, "altered": 0})
    assert report.check.pairs == 0
    assert max(across(tmp_path / "out")) < 0.9
    assert sum(report.images.values()) == len(faces.paths) == PHOTOS + 10
    assert report.images == {"train": 20, "val": 8, "test": 12}


def test_the_naive_split_leaks_and_is_called_so(faces: Collection, tmp_path: Path) -> None:
    report = split_collection(faces, tmp_path / "out", SplitOptions(val=0, test=0.5, naive=True))
    assert "naive" in report.method
    assert report.leaking["near"] > 0
    assert report.check.pairs > 0
    assert max(across(tmp_path / "out")) > 0.95
    assert "naive" in json.loads((tmp_path / "out" / "split.json").read_text())["method"]


def test_same_seed_same_split(faces: Collection, tmp_path: Path) -> None:
    def members(name: str, seed: int) -> dict[str, str]:
        split_collection(faces, tmp_path / name, SplitOptions(seed=seed))
        return {face.path.name: face.split for face in read_folders(tmp_path / name)}

    first = members("a", 1)
    assert members("b", 1) == first
    assert members("c", 2) != first


def test_images_are_copied_and_the_originals_stay(faces: Collection, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in faces.paths}
    split_collection(faces, tmp_path / "out")
    split_collection(faces, tmp_path / "linked", link=True)
    assert {path: path.read_bytes() for path in faces.paths} == before
    written = read_folders(tmp_path / "out")
    assert Counter(face.path.read_bytes() for face in written) == Counter(before.values())
    inodes = {path.stat().st_ino for path in faces.paths}
    assert not inodes & {face.path.stat().st_ino for face in written}
    assert inodes == {face.path.stat().st_ino for face in read_folders(tmp_path / "linked")}


def test_a_split_can_be_split_again_and_keeps_its_groups(faces: Collection, tmp_path: Path) -> None:
    split_collection(faces, tmp_path / "one")
    again = read_collection([tmp_path / "one"])
    report = split_collection(again, tmp_path / "two", SplitOptions(seed=3))
    first = {face.path.name: face.group for face in read_folders(tmp_path / "one")}
    second: dict[int | None, set[str]] = {}
    for face in read_folders(tmp_path / "two"):
        second.setdefault(first[face.path.name], set()).add(face.split)
    assert all(len(splits) == 1 for splits in second.values())
    assert report.groups == 10


def test_unreadable_images_are_left_out_and_named(faces: Collection, tmp_path: Path) -> None:
    write(faces.paths[0], "no image")
    report = split_collection(faces, tmp_path / "out")
    assert sum(report.images.values()) == len(faces.paths) - 1
    assert [line.split(":")[0] for line in report.problems] == [str(faces.paths[0])]


def boxed(labelled: Dataset, tmp_path: Path) -> Collection:
    twins = [LabelledImage(save(photo(n), tmp_path / "twins" / f"t{n}.jpg"), 120, 150, group=100 + n) for n in range(3)]
    convert(Dataset([*labelled, *twins]), tmp_path / "set", "coco")
    return read_collection([tmp_path / "set"])


def test_images_with_boxes_as_a_folder_and_as_a_file(labelled: Dataset, tmp_path: Path) -> None:
    collection = boxed(labelled, tmp_path)
    for name in ("folder", "file.json"):
        report = split_collection(collection, tmp_path / name, SplitOptions(val=0, test=0.4))
        dataset = read_dataset(tmp_path / name)
        assert dataset.splits == report.images
        assert dataset.counts() == {"with_mask": 2, "worn_incorrectly": 1, "without_mask": 2}
        split_of = {image.path.stem: image.split for image in dataset}
        assert all(split_of[f"t{n}"] == split_of[f"p{n}"] for n in range(3))
        assert {image.labels for image in dataset} == {"2class", "3class"}
    content = json.loads((tmp_path / "file.json").read_text())
    assert content["info"]["split"]["method"] == "split by duplicate group"
    assert content["images"][0]["file_name"].startswith("set/images/")


def test_targets_that_do_not_fit(faces: Collection, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="need a folder"):
        split_collection(faces, tmp_path / "out.json")
    save(photo(0), tmp_path / "taken" / "mine.png")
    with pytest.raises(UsageError, match="exists and is not empty"):
        split_collection(faces, tmp_path / "taken")
    for path in faces.paths:
        path.write_bytes(b"")
    with pytest.raises(DataError, match="no image can be read"):
        split_collection(faces, tmp_path / "out")


@pytest.mark.parametrize(("val", "test"), [(-0.1, 0.2), (0.5, 0.5), (0, 0), (0.1, 1.2)])
def test_shares_must_leave_something(val: float, test: float) -> None:
    with pytest.raises(UsageError, match="with a sum below 1"):
        SplitOptions(val=val, test=test)


def test_stratify_keeps_units_whole_and_classes_even() -> None:
    random = np.random.default_rng(0)
    units = random.integers(0, 400, 1000)
    classes = np.eye(3)[random.choice(3, 1000, p=(0.6, 0.3, 0.1))]
    shares = np.array([0.7, 0.1, 0.2])
    parts = stratify(units, classes, shares, seed=0)
    assert all(len(set(parts[units == unit].tolist())) == 1 for unit in np.unique(units))
    for kind in range(3):
        got = np.bincount(parts[classes[:, kind] == 1], minlength=3) / classes[:, kind].sum()
        assert np.abs(got - shares).max() < 0.03


def test_given_groups_join_found_ones() -> None:
    found = np.array([0, 0, 2, 3, 4, 5])
    assert joined_groups(found, [None, 7, 7, 8, 8, None]).tolist() == [0, 0, 0, 3, 3, 5]
