from __future__ import annotations

from maskwatch.data.groups import Groups


def test_groups_grow_together_and_copies_apart() -> None:
    groups = Groups(5)
    groups.join(3, 1)
    other = groups.copy()
    other.join(4, 3)
    assert groups.numbers().tolist() == [0, 1, 2, 1, 4]
    assert other.numbers().tolist() == [0, 1, 2, 1, 1]
