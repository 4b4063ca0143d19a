from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotation_files import boxes
from maskwatch.data import Dataset, LabelledImage
from maskwatch.errors import DataError
from maskwatch.train.train_val_split import training_and_validation
from photos import photo, save, saved_again

PHOTOS = 12


def labelled(path: Path, group: int | None = None) -> LabelledImage:
    return LabelledImage(path, 120, 150, boxes((10, 20, 40, 60)), np.array([0]), group=group)


@pytest.fixture
def twins(tmp_path: Path) -> Dataset:
    """Photos, and each of them mirrored and saved again, as ``NUMBER.png`` and ``NUMBER_twin.jpg``."""
    paths = [save(photo(n), tmp_path / f"{n}.png") for n in range(PHOTOS)]
    paths += [save(saved_again(photo(n)[:, ::-1], 40), tmp_path / f"{n}_twin.jpg") for n in range(PHOTOS)]
    return Dataset([labelled(path) for path in paths], "twins")


def stems(dataset: Dataset) -> list[str]:
    return sorted(image.path.stem for image in dataset)


def test_copies_are_held_out_together(twins: Dataset) -> None:
    chosen = []
    for seed in (0, 1, 2):
        training, validation = training_and_validation([twins], seed)
        assert (len(training), len(validation)) == (2 * PHOTOS - 2, 2)
        assert {image.split for image in validation} == {"val"}
        (first, second) = stems(validation)
        assert second == f"{first}_twin"
        assert stems(training_and_validation([twins], seed)[1]) == [first, second]
        chosen.append(first)
    assert len(set(chosen)) > 1


def test_given_groups_and_detected_copies_are_joined(twins: Dataset) -> None:
    """Half of the photos belong together, so all of their twins do as well."""
    half = {str(n) for n in range(PHOTOS // 2)}
    grouped = [labelled(image.path, 7 if image.path.stem in half else None) for image in twins]
    for seed in range(3):
        held_out = stems(training_and_validation([Dataset(grouped)], seed)[1])
        assert len(held_out) == (PHOTOS if half & set(held_out) else 2)
        assert len(held_out) == 2 * len({stem.removesuffix("_twin") for stem in held_out})


def test_with_given_groups_images_are_not_compared() -> None:
    images = [labelled(Path(f"gone{n}.png"), group=n // 2) for n in range(20)]
    _, validation = training_and_validation([Dataset(images)], 0)
    assert len(validation) == 2
    assert len({image.group for image in validation}) == 1


def test_unreadable_images_are_groups_of_their_own(twins: Dataset) -> None:
    """Loading reports them later."""
    twins.images[0].path.write_text("no image")
    _, validation = training_and_validation([Dataset([*twins, labelled(Path("gone.png"))])], 0)
    assert len(validation) in (1, 2)


def test_copies_alone_are_too_few(twins: Dataset) -> None:
    copies = Dataset([labelled(save(photo(0), twins.images[0].path.with_name(f"copy{n}.png"))) for n in range(20)])
    with pytest.raises(DataError, match=r"20 images \(1 without their copies\) are too few to hold some out"):
        training_and_validation([copies], 0)
