"""Allowance forwards: first-order conditions, clearing, and limits of the equilibrium."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon.cli.main import exit_code
from dualcarbon.errors import InputError
from dualcarbon.international.finance.hedging import forward_market
from dualcarbon.report.html import write_report

prices = st.lists(st.floats(1.0, 300.0), min_size=2, max_size=6).filter(
    lambda p: max(p) - min(p) > 1.0
)
amounts = st.floats(0.1, 1e4)


@given(prices, amounts, amounts, st.floats(0.0, 1e5))
def test_positions_are_what_each_side_wants_and_clear(
    spot: list[float], exposure: float, tolerance: float, investors: float
) -> None:
    row = forward_market(spot, exposure, tolerance=tolerance, investors=[investors]).iloc[0]
    p = np.array(spot)
    variance = float(((p - p.mean()) ** 2).mean())
    gain = p.mean() - row["forward_price"]
    emitters = exposure + tolerance * gain / variance
    others = investors * gain / variance
    assert emitters + others == pytest.approx(0.0, abs=1e-9 * exposure + 1e-12)
    assert emitters == pytest.approx(row["hedged_share"] * exposure, abs=1e-9 * exposure)
    cost = -exposure * p + emitters * (p - row["forward_price"])
    assert cost.std() == pytest.approx(row["cost_sd"], rel=1e-6, abs=1e-9 * exposure)
    assert (cost.std() / (exposure * p.std())) ** 2 == pytest.approx(row["variance_left"], abs=1e-6)


def test_more_investors_hedge_more_for_less() -> None:
    table = forward_market((60.0, 90.0, 150.0), 100.0, tolerance=500.0, investors=(0.0, 500.0, 1e9))
    assert table["premium"].is_monotonic_decreasing
    assert table["hedged_share"].to_list() == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)
    assert table["variance_left"].to_list() == pytest.approx([1.0, 0.25, 0.0], abs=1e-6)
    weighted = forward_market((60.0, 90.0), 1.0, tolerance=1.0, weights=(3.0, 1.0)).iloc[0]
    assert weighted["mean_price"] == pytest.approx(67.5)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"prices": (60.0,)}, "variance"),
        ({"prices": (60.0, -1.0)}, "prices"),
        ({"exposure": 0.0}, "exposure"),
        ({"tolerance": -1.0}, "tolerance"),
        ({"investors": (-1.0,)}, "investors"),
        ({"weights": (1.0,)}, "weights"),
    ],
)
def test_what_cannot_be_is_refused(more: dict[str, object], words: str) -> None:
    given_ = {"prices": (60.0, 90.0), "exposure": 1.0, "tolerance": 1.0, **more}
    with pytest.raises(InputError, match=words):
        forward_market(**given_)  # type: ignore[arg-type]


def test_it_has_a_verb_and_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terms = ["finance", "hedge", "--prices", "60,90", "--exposure", "10", "--tolerance", "50"]
    for lang, words in (("en", "hedged"), ("zh", "套保比例")):
        page = tmp_path / f"{lang}.html"
        assert exit_code([*terms, "--lang", lang]) == 0
        assert words in capsys.readouterr().out
        write_report({"hedging": forward_market((60.0, 90.0), 1.0, tolerance=1.0)}, page,
                     lang=lang, meta={})  # fmt: skip
        assert words in page.read_text(encoding="utf-8").lower()
