from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotation_files import write
from maskwatch.data import LabelledImage
from maskwatch.data.pixels import check_sizes, labelled_pixels, stored_size, upright_size
from maskwatch.errors import DataError
from maskwatch.images import read_image
from photos import photo, save, save_turned


@pytest.mark.parametrize("side", [150, 120])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_position_that_labels_name_or_their_size_tells(tmp_path: Path, orientation: int, side: int) -> None:
    image = photo(0, 120, side)
    path = save_turned(image, tmp_path / "a.png", orientation)
    stored = read_image(path, apply_orientation=False)
    named = LabelledImage(path, 120, side, upright=True)
    assert np.array_equal(labelled_pixels(named), image)
    as_stored = LabelledImage(path, *stored_size(path))
    assert np.array_equal(labelled_pixels(as_stored), stored)
    assert upright_size(path) == (120, side)
    check_sizes([named, as_stored])


@pytest.mark.parametrize("kind", ["tif", "jpg", "webp"])
def test_sizes_are_those_of_the_decoded_image(tmp_path: Path, kind: str) -> None:
    path = save_turned(photo(0), tmp_path / f"a.{kind}", 6)
    for upright, size in ((False, stored_size(path)), (True, upright_size(path))):
        assert read_image(path, apply_orientation=upright).shape[1::-1] == size


def test_only_an_upright_image_fits(tmp_path: Path) -> None:
    path = save_turned(photo(0), tmp_path / "a.png", 6)
    labelled = LabelledImage(path, 120, 150)
    check_sizes([labelled])
    assert np.array_equal(labelled_pixels(labelled), photo(0))
    with pytest.raises(DataError, match="120 x 150 pixels, but its annotation says 150 x 120"):
        labelled_pixels(LabelledImage(path, 150, 120, upright=True))


def test_other_sizes_are_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    path = save(photo(0), tmp_path / "a.png")
    for upright in (False, True):
        labelled = LabelledImage(path, 150, 120, upright=upright)
        with pytest.raises(DataError, match="120 x 150 pixels, but its annotation says 150 x 120"):
            check_sizes([labelled])
        with pytest.raises(DataError, match="but its annotation says"):
            labelled_pixels(labelled)
    with pytest.raises(DataError, match="not a readable image"):
        check_sizes([LabelledImage(write(tmp_path / "b.png", "no image"), 120, 150)])
