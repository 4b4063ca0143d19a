from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as pil

from annotation_files import write
from maskwatch.data.audit.duplicates import Duplicates, UnionFind, find_duplicates
from maskwatch.data.audit.fingerprints import fingerprint, thumbnail
from maskwatch.data.audit.hashes import hash_transforms
from maskwatch.data.audit.similarity import NO_SIMILARITY, compare
from maskwatch.data.audit.transforms import CENTRE, TRANSFORMS, WINDOWS, Transform, TransformPair
from maskwatch.frames import Image
from photos import photo, save, saved_again

PHOTOS = 40


def lit(image: Image, factor: float) -> Image:
    return np.clip(image * factor, 0, 255).astype(np.uint8)


def drawn_over(image: Image) -> Image:
    changed = image.copy()
    height, width = image.shape[:2]
    changed[height // 2 : height * 4 // 5, width // 5 : width * 3 // 4] = (170, 200, 230)
    return changed


WAYS: dict[str, Callable[[Image], Image]] = {
    "mirror": lambda image: image[:, ::-1],
    "poor JPEG": lambda image: saved_again(image, 40),
    "tenth off the left": lambda image: image[:, image.shape[1] // 10 :],
    "tenth off the bottom": lambda image: image[: -(image.shape[0] // 10)],
    "twentieth off all sides": lambda image: image[7:-7, 6:-6],
    "odd crop": lambda image: image[4:-11, 9:-3],
    "darker": lambda image: lit(image, 0.8),
    "lighter": lambda image: lit(image, 1.2),
    "half the size": lambda image: image[::2, ::2],
    "all": lambda image: lit(saved_again(image[4:-11, -9:2:-1], 40), 0.8),
}


def planted(folder: Path, way: Callable[[Image], Image]) -> Duplicates:
    """Groups of the photos and their twins, the twin of photo n at n + PHOTOS."""
    originals = [save(photo(n), folder / f"{n}.png") for n in range(PHOTOS)]
    twins = [save(way(photo(n)), folder / f"twin{n}.jpg") for n in range(PHOTOS)]
    return find_duplicates(fingerprint([*originals, *twins]))


@pytest.mark.parametrize("way", WAYS)
def test_planted_twins_are_found_and_nothing_else(tmp_path: Path, way: str) -> None:
    groups = planted(tmp_path, WAYS[way]).near
    assert np.mean(groups[:PHOTOS] == groups[PHOTOS:]) >= 0.95
    assert len(np.unique(groups[:PHOTOS])) == PHOTOS, "different photos were put into one group"


def test_a_part_drawn_over_makes_an_altered_copy(tmp_path: Path) -> None:
    found = planted(tmp_path, drawn_over)
    assert np.mean(found.altered[:PHOTOS] == found.altered[PHOTOS:]) >= 0.8
    assert np.mean(found.near[:PHOTOS] == found.near[PHOTOS:]) < 0.2
    assert len(np.unique(found.altered[:PHOTOS])) == PHOTOS
    assert {pair.kind for pair in found.pairs} <= {"near", "altered"}


@pytest.mark.parametrize("angle", [-23, -12, 8, 17, 28])
def test_a_turn_makes_an_altered_copy(tmp_path: Path, angle: int) -> None:
    def turned(image: Image) -> Image:
        return np.asarray(pil.fromarray(image[:, ::-1]).rotate(angle, pil.Resampling.BICUBIC))

    found = planted(tmp_path, turned)
    assert np.mean(found.altered[:PHOTOS] == found.altered[PHOTOS:]) >= 0.9
    assert len(np.unique(found.altered[:PHOTOS])) == PHOTOS
    assert all(pair.mirrored and abs(pair.angle - angle) <= 5 for pair in found.pairs if pair.angle)


def test_exact_copies_go_by_the_bytes_of_the_file(tmp_path: Path) -> None:
    first = save(photo(0), tmp_path / "a.png")
    copy = tmp_path / "b.png"
    copy.write_bytes(first.read_bytes())
    same_pixels = save(photo(0), tmp_path / "c.bmp")
    found = find_duplicates(fingerprint([first, copy, same_pixels, save(photo(1), tmp_path / "d.png")]))
    assert found.exact.tolist() == [0, 0, 2, 3]
    assert found.near.tolist() == [0, 0, 0, 3]
    assert [(pair.a, pair.b, pair.kind) for pair in found.pairs] == [(0, 1, "exact"), (0, 2, "near")]


def test_images_of_one_colour_are_alike_only_byte_by_byte(tmp_path: Path) -> None:
    paths = [save(np.full((40, 40, 3), shade, np.uint8), tmp_path / f"{shade}.png") for shade in (0, 120, 121, 255)]
    twin = tmp_path / "twin.png"
    twin.write_bytes(paths[0].read_bytes())
    assert find_duplicates(fingerprint([*paths, twin])).altered.tolist() == [0, 1, 2, 3, 0]


def test_unreadable_files_are_named_and_the_others_keep_their_places(tmp_path: Path) -> None:
    whole = save(photo(0), tmp_path / "whole.jpg")
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(whole.read_bytes()[:900])
    text = write(tmp_path / "text.jpg", "hello")
    prints = fingerprint([cut, whole, text, tmp_path / "gone.jpg"])
    assert prints.index.tolist() == [1]
    assert prints.sizes.tolist() == [[120, 150]]
    assert [line.split(":")[0] for line in prints.unreadable] == [str(cut), str(text), str(tmp_path / "gone.jpg")]


def test_nothing_to_compare(tmp_path: Path) -> None:
    found = find_duplicates(fingerprint([]))
    assert (len(found.near), found.pairs) == (0, [])


def fingerprint_of(image: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return thumbnail(image)[None]


def hashed(image: Image) -> dict[Transform, tuple[int, int]]:
    size = np.array([[image.shape[1], image.shape[0]]], np.int64)
    hashes = hash_transforms(fingerprint_of(image), size)
    return {
        transform: (int(hashes.dhash[row, 0]), int(hashes.phash[row, 0])) for row, transform in enumerate(TRANSFORMS)
    }


def bits(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return (a[0] ^ b[0]).bit_count(), (a[1] ^ b[1]).bit_count()


def test_hashes_by_their_definition() -> None:
    """A ramp from dark left to light right: every cell is lighter than its left neighbour, and none in the mirror."""
    ramp = np.repeat(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], 64, axis=0).repeat(3, axis=2)
    for transform, (dhash, _) in hashed(ramp).items():
        if not transform.angle:
            assert dhash.bit_count() == (0 if transform.mirrored else 64)


def test_a_window_hashes_like_the_image_cut_there() -> None:
    image = photo(3, 640, 640)
    plain, mirrored = hashed(image), hashed(np.ascontiguousarray(image[:, ::-1]))
    for window in (WINDOWS[4], WINDOWS[12], WINDOWS[24]):
        x1, y1, x2, y2 = (round(edge * 640) for edge in window)
        assert max(bits(plain[Transform(window)], hashed(image[y1:y2, x1:x2])[Transform()])) <= 4
        assert plain[Transform(window, mirrored=True)] == mirrored[Transform(window)]


@pytest.mark.parametrize("size", [(640, 640), (800, 500)])
def test_a_rotation_hashes_like_the_rotated_image(size: tuple[int, int]) -> None:
    image = photo(4, *size)
    for angle in (-25, 10, 30):
        turned = np.asarray(pil.fromarray(image).rotate(angle, pil.Resampling.BICUBIC))
        assert max(bits(hashed(image)[Transform(CENTRE, angle)], hashed(turned)[Transform(CENTRE)])) <= 6
        assert sum(bits(hashed(image)[Transform(CENTRE, -angle)], hashed(turned)[Transform(CENTRE)])) > 20


def test_similarity_of_the_same_of_another_and_of_uniform_images() -> None:
    one, other, size = fingerprint_of(photo(1))[0], fingerprint_of(photo(2))[0], (120, 150)
    plain = TransformPair("crop", Transform(), Transform())
    mirrored = TransformPair("crop", Transform(), Transform(mirrored=True))
    assert min(compare(one, one, plain, size)) > 0.99
    assert compare(one, one[:, ::-1], mirrored, size).detail > 0.99
    assert compare(one, other, plain, size).detail < 0.5
    assert compare(one, other, plain, size, 0.9) == NO_SIMILARITY
    grey = np.full_like(one, 128)
    assert compare(grey, grey, plain, size).shared == 0


def test_sets_are_merged_and_copies_are_independent() -> None:
    sets = UnionFind(5)
    sets.join(3, 1)
    other = sets.copy()
    other.join(4, 3)
    assert sets.numbers().tolist() == [0, 1, 2, 1, 4]
    assert other.numbers().tolist() == [0, 1, 2, 1, 1]
