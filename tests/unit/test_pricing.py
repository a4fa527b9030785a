"""Effective carbon prices: identities, closed forms, published figures."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon import datasets
from dualcarbon.cli.main import exit_code
from dualcarbon.international import pricing
from dualcarbon.international.cbam import price_of
from dualcarbon.international.pricing import PricePart, effective_price

Capture = pytest.CaptureFixture[str]
KINDS = ("ets", "tax", "excise", "standard", "subsidy")
shares = st.floats(0, 1)
parts = st.builds(
    PricePart,
    name=st.just("part"),
    kind=st.sampled_from(KINDS),
    price=st.floats(0, 1000),
    coverage=shares,
    free_share=shares,
    rebate_share=shares,
)


def test_free_allowances_lower_what_is_paid_but_not_the_marginal_price() -> None:
    found = effective_price(
        [
            PricePart(name="ETS", kind="ets", price=90, coverage=0.5, free_share=0.9),
            PricePart(name="fuel", kind="excise", price=600, coverage=0.08),
            PricePart(name="coal", kind="subsidy", price=10, coverage=0.2),
        ]
    )
    assert found.marginal == pytest.approx(45 + 48 - 2)
    assert found.explicit == pytest.approx(4.5)
    assert found.implicit == pytest.approx(46)
    assert found.average == pytest.approx(50.5)
    assert found.cbam == pytest.approx(4.5)


@given(st.lists(parts, min_size=1, max_size=6))
def test_parts_add_up(given_parts: list[PricePart]) -> None:
    found = effective_price(given_parts)
    assert found.average == pytest.approx(found.explicit + found.implicit, abs=1e-9)
    assert found.cbam == pytest.approx(found.explicit, abs=1e-9)
    size = found.parts[["average", "marginal"]].abs()
    assert (size["average"] <= size["marginal"] + 1e-9).all()
    negative = found.parts["kind"] == "subsidy"
    assert (found.parts.loc[negative, "average"] <= 0).all()
    assert (found.parts.loc[~negative, "average"] >= 0).all()


def test_only_prices_on_emissions_count_at_the_border() -> None:
    assert {k for k in KINDS if pricing.counts_under_cbam(k)} == {"ets", "tax"}
    assert set(pricing.RECOGNITION) == set(KINDS)


def test_an_excise_is_a_price_on_the_carbon_of_a_litre() -> None:
    """China's 1.52 CNY on a litre of gasoline with 2.28 kg CO2."""
    assert pricing.excise_price(1.52, "gasoline") == pytest.approx(1520 / 2.28)


def test_a_certificate_is_a_price_on_the_carbon_that_it_avoids() -> None:
    assert pricing.standard_price(5.0, 0.5) == pytest.approx(10.0)
    table = pd.DataFrame(
        {
            "name": ["CEA", "GEC"],
            "kind": ["ets", "standard"],
            "price": [90.0, None],
            "price_per_unit": [None, 5.0],
            "avoided_t_per_unit": [None, 0.5],
            "coverage": [0.6, 0.1],
        }
    )
    found = effective_price(pricing.parts_of_table(table))
    assert (found.explicit, found.implicit) == (pytest.approx(54), pytest.approx(1))


def test_a_green_quota_costs_consumers_its_share_of_the_certificate_price() -> None:
    """On 10 TWh at 0.5 t/MWh, half of all emissions: 0.3 * 5 CNY/MWh * 10 TWh over 10 Mt."""
    shares = {"ets_coverage": 0.6, "free_share": 0.9, "quota_share": 0.3, "power_share": 0.5}
    found = effective_price(pricing.parts_of_markets(90, 5, **shares, grid_factor=0.5))
    assert found.implicit == pytest.approx(0.3 * 5 * 10e6 / 10e6)
    assert found.explicit == pytest.approx(90 * 0.6 * 0.1)


def test_countries_show_the_published_explicit_prices() -> None:
    table = pricing.effective_by_country().pivot(
        index="country", columns="part", values="usd_per_t"
    )
    assert table.loc["CN", "explicit"] == 5.92
    assert table.loc["EU", "explicit"] == 43.8
    assert (table["implicit"] > 0).all()
    per_dollar = 7.6282 / 1.1827  # CNY per US$ of 2021, European Central Bank
    china = (1.52 / 2.28 + 1.20 / 2.68) * 1000 * 0.04 / per_dollar
    assert table.loc["CN", "implicit"] == pytest.approx(china, rel=1e-4)


def test_exchange_rates_are_consistent() -> None:
    for year in (2021, 2024, 2026):
        there = pricing.exchange_rate("CNY", "USD", year)
        assert there * pricing.exchange_rate("USD", "CNY", year) == pytest.approx(1)
        assert pricing.exchange_rate("EUR", "EUR", year) == 1


def test_short_tons_are_not_tonnes() -> None:
    table = pricing.explicit_schemes("USD").set_index("jurisdiction")
    assert table.loc["US-RGGI", "price"] == pytest.approx(19.76 / 0.90718474)


def test_the_certificate_price_is_the_auction_average() -> None:
    table = datasets.load("eu_ets_quarterly")
    assert price_of(2026) == table["eur_per_t"].iloc[-1] == 82.32
    assert table["period"].is_monotonic_increasing
    mean = table[table["period"].str.startswith("2025")]["eur_per_t"].mean()
    assert mean == pytest.approx(74.35, rel=0.01)


def test_the_verbs(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(
        "name,kind,price,coverage\nETS,ets,90,0.5\nfuel,excise,600,\n", encoding="utf-8"
    )
    assert exit_code(("price", "effective", str(path), "--format", "json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["explicit"], found["implicit"]) == (45, 600)
    for arguments in (("effective",), ("effective", str(path)), ("schemes",)):
        assert exit_code(("price", *arguments)) == 0
        assert capsys.readouterr().out
    for verb in ("effective", "schemes"):
        assert exit_code(("price", verb, "--format", "json")) == 0
        assert json.loads(capsys.readouterr().out)
