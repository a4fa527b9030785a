"""What splitting a supply chain costs, by technology: limits and the closed form."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon.cli.main import exit_code
from dualcarbon.errors import InputError
from dualcarbon.international.learning.localised import localisation
from dualcarbon.report.html import write_report


@given(st.floats(0.0, 1.0), st.floats(1.0, 20.0))
def test_premium_is_its_closed_form(share: float, growth: float) -> None:
    table = localisation(share, growth)
    ratio = (1.0 + share * (growth - 1.0)) / growth
    for row in table.itertuples():
        doublings = 1.0 - row.learning / 100.0
        assert row.premium == pytest.approx(ratio ** math.log2(doublings) - 1.0, abs=1e-12)
        assert row.premium_low + 1e-12 >= 0.0
        assert row.premium_low <= row.premium + 1e-12 <= row.premium_high + 2e-12


def test_who_makes_all_or_where_nothing_grows_loses_nothing() -> None:
    assert localisation(1.0, 5.0)["premium_high"].abs().max() < 1e-12
    assert localisation(0.1, 1.0)["premium_high"].abs().max() < 1e-12
    half = localisation(0.0, 2.0).set_index(["technology", "stage"])["premium"]
    assert half["solar_pv", "modules"] == pytest.approx(1.0 / 0.8 - 1.0)  # one doubling at 20 %


@pytest.mark.parametrize(("share", "growth"), [(-0.1, 2.0), (1.1, 2.0), (0.5, 0.9)])
def test_shares_and_growth_that_cannot_be_are_refused(share: float, growth: float) -> None:
    with pytest.raises(InputError):
        localisation(share, growth)


def test_it_has_a_verb_and_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for lang, words in (("en", "solar PV"), ("zh", "光伏")):
        assert exit_code(["localise", "--lang", lang]) == 0
        assert words in capsys.readouterr().out
        page = tmp_path / f"{lang}.html"
        write_report({"localisation": localisation()}, page, lang=lang, meta={})
        assert words in page.read_text(encoding="utf-8")
