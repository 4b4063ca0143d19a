from __future__ import annotations

import pytest

from maskwatch.evaluate.estimates import Proportion


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # statsmodels.stats.proportion.proportion_confint(hits, total, method="wilson")
    [(5, 10, 0.236593, 0.763407), (0, 10, 0.0, 0.277533), (10, 10, 0.722467, 1.0), (13, 18, 0.491267, 0.875001)],
)
def test_wilson_interval(hits: int, total: int, low: float, high: float) -> None:
    share = Proportion.of(hits, total)
    assert share.value == pytest.approx(hits / total)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-5)


def test_nothing_counted_has_no_share() -> None:
    assert Proportion.of(0, 0) == Proportion(0, 0, None, None, None)
