from __future__ import annotations

from pathlib import Path

import pytest

from maskwatch.errors import UsageError
from maskwatch.networks.single_shot import FAMILY
from maskwatch.train.options import plan_names, read_plan


def test_every_network_has_a_plan() -> None:
    assert set(plan_names()) == set(FAMILY)
    assert {read_plan(name).network for name in plan_names()} == set(FAMILY)


def test_plan_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("network: nano\nimgsz: 320\nstages:\n  - {epochs: 3, full_image_share: 0.5}\n")
    plan = read_plan(str(path))
    assert (plan.network, plan.imgsz, plan.stages[0].epochs, plan.stages[0].full_image_share) == ("nano", 320, 3, 0.5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("network: nano", "imgsz"),
        ("network: nano\nimgsz: 320\nstages: [{epoch: 3}]", "epoch"),
        ("network: nano\nimgsz: 320\nstages: [{epochs: 0}]", "out of range"),
        ("[1, 2]", "not a plan"),
        ("a: [", "not a plan"),
    ],
)
def test_plans_that_cannot_be_read(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=reason):
        read_plan(str(path))


def test_an_unknown_plan_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="base, nano, small"):
        read_plan("huge")
