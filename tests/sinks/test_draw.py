from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from maskwatch.detections import Detections, MaskState
from maskwatch.sinks.draw import DrawStyle, draw
from maskwatch.sinks.tiles import Label
from maskwatch.styles import STYLES, contrast, ink


def faces_at(*boxes: tuple[float, float, float, float], states: list[int] | None = None) -> Detections:
    xyxy = np.array(boxes, np.float32).reshape(-1, 4)
    states = states or [0] * len(xyxy)
    return Detections(xyxy, np.full(len(xyxy), 0.9, np.float32), np.eye(3, dtype=np.float32)[states])


def plain(height: int, width: int, value: int = 128) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_the_input_is_untouched_and_only_the_surroundings_of_a_face_change():
    image = plain(720, 1280)
    drawn = draw(image, faces_at((600, 300, 700, 420)))
    assert (image == 128).all()
    changed = np.argwhere((drawn != 128).any(axis=2))
    assert changed[:, 0].min() > 240
    assert changed[:, 0].max() < 440
    assert changed[:, 1].min() > 580
    assert changed[:, 1].max() < 800
    assert (drawn[330:400, 620:680] == 128).all(), "the face itself stays visible"


def test_no_faces_give_a_copy():
    image = plain(4, 5)
    drawn = draw(image, Detections.empty())
    assert np.array_equal(image, drawn)
    assert not np.shares_memory(image, drawn)


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (2, 3), (16, 16), (64, 64), (37, 1280)])
def test_images_of_any_size(size: tuple[int, int]):
    height, width = size
    boxes = faces_at(
        (0, 0, width, height), (-9, -9, 4, 4), (width + 5, 2, width + 9, 9), (0, 0, 0, 0), states=[0, 1, 2, 1]
    )
    drawn = draw(plain(height, width), boxes)
    assert drawn.shape == (height, width, 3)
    assert (drawn != 128).any()


def test_a_mirrored_view_and_a_read_only_image_can_be_drawn_on():
    image = plain(60, 80)[:, ::-1]
    image.setflags(write=False)
    assert (draw(image, faces_at((10, 30, 30, 50))) != 128).any()


@pytest.mark.parametrize("state", list(MaskState))
def test_each_state_shows_its_colour(state: MaskState):
    drawn = draw(plain(480, 640), faces_at((200, 200, 300, 330), states=[int(state)]))
    distance = np.abs(drawn.astype(int) - STYLES[state].colour).sum(axis=2)
    assert (distance == 0).sum() > 300
    for other in set(MaskState) - {state}:
        assert (np.abs(drawn.astype(int) - STYLES[other].colour).sum(axis=2) == 0).sum() == 0


def test_states_differ_without_colour():
    assert len({STYLES[state].line for state in MaskState}) == 3
    assert len({STYLES[state].sign for state in MaskState}) == 3
    assert len({STYLES[state].label for state in MaskState}) == 3
    on_edge = []
    for state in MaskState:
        drawn = draw(plain(600, 600), faces_at((200, 200, 400, 400), states=[int(state)]), DrawStyle(labels=False))
        coloured = np.abs(drawn[300, 180:220].astype(int) - STYLES[state].colour).sum(axis=1) < 60
        edge = np.abs(drawn[230:370, 199].astype(int) - STYLES[state].colour).sum(axis=1) < 60
        on_edge.append((int((np.diff(coloured.astype(int)) == 1).sum()), float(edge.mean())))
    solid, dashed, double = on_edge
    assert solid == (1, 1.0), "one line without gaps"
    assert 0.3 < dashed[1] < 0.8, "a line with gaps"
    assert double[0] == 2, "two lines side by side"


def test_colours_are_far_apart_for_colour_blind_people():
    """CIEDE2000 after the simulation of Machado et al. 2009 at full severity; 10 is visible at a glance."""
    color = pytest.importorskip("skimage.color", reason="needs the extra 'demo'")
    simulations = {
        "normal": (1, 0, 0, 0, 1, 0, 0, 0, 1),
        "protanopia": (0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998),
        "deuteranopia": (0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881),
        "tritanopia": (1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900),
    }
    for name, matrix in simulations.items():
        seen = []
        for style in STYLES.values():
            value = np.array(style.colour) / 255
            linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
            linear = np.clip(np.reshape(matrix, (3, 3)) @ linear, 0, 1)
            value = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
            seen.append(color.rgb2lab(value[None, None])[0, 0])
        distances = [float(color.deltaE_ciede2000(a, b)) for a, b in combinations(seen, 2)]
        assert min(distances) > 20, f"{name}: {distances}"


def test_label_text_is_readable_on_its_background():
    for style in STYLES.values():
        assert contrast(ink(style.colour), style.colour) >= 4.5, f"{style.label}: below WCAG AA"


@pytest.mark.parametrize("corner", [(0, 0), (560, 0), (0, 360), (560, 360), (-40, 100), (600, 100)])
def test_labels_at_the_border_are_whole(corner: tuple[int, int]):
    x, y = corner
    style = STYLES[MaskState.without_mask]
    drawn = draw(plain(480, 640), faces_at((x, y, x + 80, y + 120), states=[2]))
    assert any(_shows(drawn, Label(style.sign, f"{style.label} 90%", size, style.colour)) for size in range(8, 40))


def _shows(drawn: np.ndarray, label: Label) -> bool:
    """Whether all pixels of the label, except its blended corners, are somewhere in the image."""
    width, height = label.pixels
    black, white = plain(height, width, 0), plain(height, width, 255)
    label.paste(black, 0, 0)
    label.paste(white, 0, 0)
    opaque = (black == white).all(axis=2)
    row, column = np.argwhere(opaque & (black == ink(label.colour)).all(axis=2))[0]
    ink_at = (drawn == ink(label.colour)).all(axis=2)[row : len(drawn) - height + row + 1, column:]
    for top, left in np.argwhere(ink_at[:, : drawn.shape[1] - width + 1]):
        window = drawn[top : top + height, left : left + width]
        if np.array_equal(window[opaque], black[opaque]):
            return True
    return False


def test_percentages_and_tracker_ids_change_the_label():
    image, box = plain(300, 300), np.array([[100, 100, 200, 220]], np.float32)
    scores = np.array([[1, 0, 0]], np.float32)
    one = Detections(box, np.array([0.9], np.float32), scores)
    other = Detections(box, np.array([0.6], np.float32), scores)
    tracked = Detections(box, np.array([0.9], np.float32), scores, np.array([7]))
    assert not np.array_equal(draw(image, one), draw(image, other))
    assert not np.array_equal(draw(image, one), draw(image, tracked))
    assert np.array_equal(draw(image, one), draw(image, tracked, DrawStyle(tracker_ids=False)))


def test_letters_and_lines_grow_with_the_image():
    def drawn_rows(scale: int) -> float:
        image = plain(480 * scale, 640 * scale)
        faces = faces_at((100 * scale, 200 * scale, 160 * scale, 280 * scale))
        changed = (draw(image, faces) != 128).any(axis=2).any(axis=1)
        return float(changed.sum()) / scale

    assert drawn_rows(1) == pytest.approx(drawn_rows(4), rel=0.2)


@pytest.mark.parametrize("side", [12, 60, 200])
def test_an_unsure_state_is_marked_in_the_label_and_keeps_its_colours(side: int):
    image = np.full((300, 400, 3), 128, np.uint8)
    sure = Detections(
        np.array([[100, 80, 100 + side, 80 + side]], np.float32),
        np.array([0.9], np.float32),
        np.array([[0.5, 0.4, 0.1]], np.float32),
    )
    plain, marked = draw(image, sure), draw(image, replace(sure, ambiguity_margin=0.2))
    assert (plain != marked).any()
    assert (plain == draw(image, replace(sure, ambiguity_margin=0.05))).all()
