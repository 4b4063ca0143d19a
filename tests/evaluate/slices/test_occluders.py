from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import maskwatch
from maskwatch.evaluate.slices.occluders import OCCLUDERS, draw_occluder

BOX = np.array([100, 60, 180, 160], np.float32)
SKIN = (205, 160, 135)


def portrait() -> np.ndarray:
    image = np.full((240, 300, 3), (90, 110, 100), np.uint8)
    image[60:160, 100:180] = SKIN
    return image


@pytest.mark.parametrize("kind", OCCLUDERS)
def test_the_mouth_is_covered_and_the_eyes_are_not(kind: str) -> None:
    for seed in range(5):
        image = portrait()
        drawn = draw_occluder(image, BOX, kind, np.random.default_rng(seed))
        assert np.array_equal(image, portrait())
        changed = (drawn != image).any(axis=2)
        left, right = round(100 + 0.42 * 80), round(100 + 0.58 * 80)
        mouth = changed[round(60 + 0.76 * 100) : round(60 + 0.86 * 100), left:right]
        assert mouth.mean() > 0.9
        assert not changed[60 : 60 + 35, 100:150].any()
        assert not changed[:50].any()


@pytest.mark.parametrize("kind", OCCLUDERS)
def test_the_light_of_the_image_falls_on_it(kind: str) -> None:
    bright = draw_occluder(portrait(), BOX, kind, np.random.default_rng(0))
    dark = draw_occluder((portrait() * 0.4).astype(np.uint8), BOX, kind, np.random.default_rng(0))
    mouth = slice(136, 146), slice(134, 146)
    assert dark[mouth].mean() < 0.7 * bright[mouth].mean()


@pytest.mark.parametrize("box", [(-30, -20, 40, 60), (270, 200, 330, 290), (500, 500, 560, 570), (10, 10, 12, 13)])
@pytest.mark.parametrize("kind", OCCLUDERS)
def test_faces_at_the_border_beyond_it_and_tiny_ones(kind: str, box: tuple[int, int, int, int]) -> None:
    image = portrait()
    drawn = draw_occluder(image, np.array(box, np.float32), kind, np.random.default_rng(0))
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8


def test_kinds_differ_and_a_seed_repeats_itself() -> None:
    first = {kind: draw_occluder(portrait(), BOX, kind, np.random.default_rng(1)) for kind in OCCLUDERS}
    again = {kind: draw_occluder(portrait(), BOX, kind, np.random.default_rng(1)) for kind in OCCLUDERS}
    assert all(np.array_equal(first[kind], again[kind]) for kind in OCCLUDERS)
    assert len({image.tobytes() for image in first.values()}) == len(OCCLUDERS)


def test_training_never_draws_them() -> None:
    folder = Path(maskwatch.__file__).parent
    files = [*(folder / "train").rglob("*.py"), *(folder / "data").rglob("*.py")]
    assert files
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            assert not any("evaluate.slices" in name for name in names), path
