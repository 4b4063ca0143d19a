from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maskwatch.data.audit.duplicates import Duplicates
from maskwatch.data.audit.fingerprints import fingerprint
from maskwatch.data.audit.leakage import crossings, random_split_leakage
from maskwatch.data.audit.pixel_check import check_pixels
from photos import photo, save


def duplicates(exact: list[int], near: list[int], altered: list[int]) -> Duplicates:
    return Duplicates(*(np.array(groups, np.int64) for groups in (exact, near, altered)), pairs=[])


def test_distinct_images_leak_nothing_and_copies_all() -> None:
    apart, one = list(range(100)), [0] * 100
    found = random_split_leakage(duplicates(apart, apart, one))
    assert (found.exact, found.near, found.altered) == (0, 0, 1)
    assert "Random 80/20 split: 0.0% (+- 0.0%)" in found.line


def test_pairs_leak_as_often_as_chance_says() -> None:
    """In a random split an image's only twin is in train with probability 800 / 999."""
    twins = np.repeat(np.arange(500), 2).tolist()
    found = random_split_leakage(duplicates(list(range(1000)), twins, twins), repeats=30)
    assert found.near == pytest.approx(800 / 999, abs=0.02)
    assert found.near == found.altered
    assert found == random_split_leakage(duplicates(list(range(1000)), twins, twins), repeats=30)
    assert found != random_split_leakage(duplicates(list(range(1000)), twins, twins), repeats=30, seed=1)


def test_crossings_count_the_images_of_each_side() -> None:
    groups = duplicates([0, 1, 2, 3, 4], [0, 0, 0, 3, 4], [0, 0, 0, 3, 3])
    found = crossings(groups, ["train", "train", "test", "test", "val"])
    assert {(c.part, c.other): (c.images, c.exact, c.near, c.altered) for c in found} == {
        ("train", "test"): (2, 0, 2, 2),
        ("test", "train"): (2, 0, 1, 1),
        ("test", "val"): (2, 0, 0, 1),
        ("val", "test"): (1, 0, 0, 1),
    }
    assert crossings(groups, ["all"] * 5) == []


def test_the_pixel_check_sees_copies_and_mirrors_across_splits_only(tmp_path: Path) -> None:
    paths = [save(photo(n), tmp_path / f"{n}.png") for n in range(4)]
    paths += [save(photo(0), tmp_path / "copy.jpg"), save(photo(1)[:, ::-1], tmp_path / "mirror.jpg")]
    paths += [save(photo(2), tmp_path / "beside.jpg"), save(np.zeros((9, 9, 3), np.uint8), tmp_path / "black.png")]
    prints = fingerprint(paths)
    check = check_pixels(prints, ["train"] * 4 + ["test", "test", "train", "test"])
    assert (check.pairs, check.images) == (2, 4)
    assert {(Path(a).name, Path(b).name) for _, a, b in check.worst} == {("0.png", "copy.jpg"), ("1.png", "mirror.jpg")}
    assert check.highest > 0.99
    nothing = check_pixels(prints, ["train"] * 8)
    assert (nothing.pairs, nothing.highest) == (0, 0)


def test_the_pixel_check_agrees_with_numpys_own_correlation(tmp_path: Path) -> None:
    paths = [save(photo(n, 64, 64), tmp_path / f"{n}.png") for n in (0, 1)]
    prints = fingerprint(paths)
    cells = prints.thumbs.reshape(2, 32, 2, 32, 2, 3).mean(axis=(2, 4))
    plain = np.corrcoef(cells[0].ravel(), cells[1].ravel())[0, 1]
    mirrored = np.corrcoef(cells[0].ravel(), cells[1][:, ::-1].ravel())[0, 1]
    assert check_pixels(prints, ["a", "b"]).highest == pytest.approx(max(plain, mirrored, 0), abs=1e-5)
