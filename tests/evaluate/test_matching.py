from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maskwatch.evaluate.matching import UNMATCHED, Pairs, greedy_match


def _match(
    pairs: list[tuple[int, int, float]],
    found: int,
    boxes: int,
    ignored: set[int] = frozenset(),
    reusable: set = frozenset(),
) -> list[int]:
    columns = list(zip(*pairs, strict=True)) or [[], [], []]
    return greedy_match(
        Pairs(np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2], np.float32)),
        found,
        np.array([g in ignored for g in range(boxes)], bool),
        np.array([g in reusable for g in range(boxes)], bool),
    ).tolist()


def test_better_score_chooses_first_and_the_other_takes_what_is_left() -> None:
    assert _match([(0, 0, 0.6), (1, 0, 0.9), (1, 1, 0.5)], found=2, boxes=2) == [0, 1]


def test_of_several_free_boxes_the_one_with_most_overlap_is_taken() -> None:
    assert _match([(0, 0, 0.6), (0, 1, 0.8)], found=1, boxes=2) == [1]


def test_a_labelled_box_is_preferred_to_an_ignored_one_with_more_overlap() -> None:
    assert _match([(0, 0, 0.9), (0, 1, 0.5)], found=1, boxes=2, ignored={0}) == [1]


def test_an_ignored_box_is_taken_once_and_a_reusable_one_again_and_again() -> None:
    pairs = [(0, 0, 0.9), (1, 0, 0.9)]
    assert _match(pairs, found=2, boxes=1, ignored={0}) == [0, UNMATCHED]
    assert _match(pairs, found=2, boxes=1, ignored={0}, reusable={0}) == [0, 0]


def test_nothing_to_match() -> None:
    assert _match([], found=2, boxes=0) == [UNMATCHED, UNMATCHED]


@given(st.data())
def test_agrees_with_the_rule_written_as_two_loops(data: st.DataObject) -> None:
    found, boxes = data.draw(st.integers(0, 6)), data.draw(st.integers(1, 6))
    overlap = np.array(data.draw(st.lists(st.integers(0, 10**6), min_size=found * boxes, max_size=found * boxes)))
    overlap = overlap.reshape(found, boxes) / 10**6
    ignored = data.draw(st.sets(st.integers(0, boxes - 1)))
    reusable = data.draw(st.sets(st.sampled_from(sorted(ignored)))) if ignored else set()
    pairs = [(d, g, overlap[d, g]) for d in range(found) for g in range(boxes) if overlap[d, g] >= 0.5]

    taken: set[int] = set()
    expected = []
    for d in range(found):
        best = UNMATCHED
        for group in (set(range(boxes)) - ignored, ignored):
            if best != UNMATCHED:
                continue
            for g in sorted(group):
                free = g not in taken or g in reusable
                if (
                    free
                    and overlap[d, g] >= 0.5
                    and (best == UNMATCHED or np.float32(overlap[d, g]) > np.float32(overlap[d, best]))
                ):
                    best = g
        taken.add(best)
        expected.append(best)
    assert _match(pairs, found, boxes, ignored, reusable) == expected
