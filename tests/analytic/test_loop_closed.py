"""The loop closed on the teaching world: identities of its fixed point, not figures of markets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import dualcarbon as dc
from dualcarbon.errors import InputError
from dualcarbon.international.cbam import Shipment, assess, price_path
from dualcarbon.international.pricing import exchange_rate
from dualcarbon.loop import border, money
from dualcarbon.loop.budget import Goal, path_of
from dualcarbon.loop.terms import Loop
from dualcarbon.report.html import write_report
from dualcarbon.responsibility.rights.embedded import embedded_basis

AUCTION = ["carbon.auction_share=0.5"]


@pytest.fixture(scope="module")
def closed() -> Loop:
    """Half of the allowances auctioned under a mass cap; one more round after it rests."""
    return dc.loop("teaching", sets=AUCTION, market="cap", extra=1)  # type: ignore[operator]


def test_it_rests_and_one_more_round_moves_nothing(closed: Loop) -> None:
    assert closed.converged == {"open": True, "closed": True}
    before, after = [r for r in closed.rounds if r.loop == "closed"][-2:]
    assert after.moved < closed.terms.tolerance
    exported = [r.exports["exported_t"].to_numpy() for r in (before, after)]
    assert exported[1] == pytest.approx(exported[0], rel=1e-3)
    assert after.state.near(after.wanted, "cap")


def test_the_cap_is_the_path_less_what_the_same_run_emits_outside(closed: Loop) -> None:
    table = closed.last().table.set_index("year")
    later = table[table["why"] != "base_year"]
    assert len(later)
    assert later["path_mt"].to_list() == [closed.path.at(y) for y in later.index]
    assert later["above_mt"].abs().max() < 1e-3 * later["path_mt"].max()
    assert table["path_mt"].sum() > 0


def test_bill_and_exports_are_their_closed_forms(closed: Loop) -> None:
    rate, last = exchange_rate("EUR", "CNY", border.RATE_YEAR), closed.last().exports
    goods = {g.sector: g for g in border.goods_of()}
    for row in last[last["year"] >= 2026].itertuples():
        good, price = goods[row.sector], float(price_path()[row.year])
        bare = assess(Shipment(cn=good.cn, origin="CN", tonnes=1000.0, year=row.year), price)
        kept = 1.0 - min(1.0, row.paid_eur_per_t / price)
        due = max(0.0, row.emitted_t_per_t * kept - bare.free_allocation_t / 1000.0)
        assert row.bill_eur_per_t == pytest.approx(due * price, rel=1e-9)
        assert row.home_eur_per_t == pytest.approx(row.paid_eur_per_t * row.emitted_t_per_t)
        cost = (row.bill_eur_per_t + row.home_eur_per_t) * rate / good.value_cny
        assert row.exported_t == pytest.approx(row.before_t * (1 + cost) ** -good.elasticity)
    assert (last[last["year"] < 2026]["bill_eur_per_t"] == 0).all()


def test_what_is_not_exported_is_not_made(closed: Loop) -> None:
    solution, last = closed.closed.solution, closed.last()
    before = solution.model.energy_users.quantities["output"]
    made = solution.of_users("output")
    for row in last.exports.itertuples():
        lost = row.before_t - row.exported_t
        assert before.at[row.user, row.year] - made.at[row.user, row.year] == pytest.approx(
            lost, rel=1e-2, abs=1.0
        )


def test_price_is_net_of_free_allowances(closed: Loop) -> None:
    table = closed.last().table
    free = ((1 - 0.5) * table["cap_mt"] / table["covered_mt"]).clip(upper=1.0)
    assert table["net_cny_per_t"].to_numpy() == pytest.approx(
        (table["cny_per_t"] * (1 - free)).to_numpy(), rel=1e-6, abs=1e-9
    )


def test_money_of_all_parties_nets_to_zero_under_every_use(closed: Loop) -> None:
    table = closed.tables["loop_money"]
    assert set(table["use"]) == set(money.KEPT)
    scale = table["mn_cny"].abs().max()
    for _, rows in table.groupby(["use", "year", "item"]):
        assert abs(rows["mn_cny"].sum()) < 1e-6 * scale
    wide = table[table["item"] == "border"].pivot_table("mn_cny", "party", "use", aggfunc="sum")
    assert wide.at["EU, budget", "eu"] > 0
    assert wide.fillna(0.0).at["EU, budget", "abatement_abroad"] == pytest.approx(0.0, abs=1e-6)
    assert wide["home"].dropna().abs().sum() == pytest.approx(wide["eu"].dropna().abs().sum())
    bought = closed.tables["loop_abatement"]
    assert (bought[bought["mn_usd"] > 0]["abated_mt"] > 0).all()


def test_provinces_bear_what_the_parties_pay(closed: Loop) -> None:
    tables = closed.tables
    by_province = tables["loop_provinces"].groupby("year")["border"].sum()
    paid = tables["loop_money"]
    paid = paid[(paid["use"] == "eu") & (paid["party"] == "EU, budget")].set_index("year")["mn_cny"]
    assert by_province[paid.index].to_numpy() == pytest.approx(paid.to_numpy())
    parts = tables["loop_provinces"][["market", "border", "power"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(tables["loop_provinces"]["total"].to_numpy())


@pytest.mark.slow
def test_zero_elasticity_is_the_open_loop() -> None:
    found = dc.loop("teaching", sets=AUCTION, market="cap", elasticity=0.0)  # type: ignore[operator]
    ends = [found.last(name).table.drop(columns="moved_cny_per_t") for name in ("open", "closed")]
    for column in ("cny_per_t", "cap_mt", "exports_mt", "bill_mn_eur"):
        assert ends[1][column].to_numpy() == pytest.approx(ends[0][column].to_numpy(), rel=1e-3)
    assert (ends[1]["output_change"] == 0).all()


@pytest.mark.slow
def test_a_slack_budget_has_price_zero_and_says_why(tmp_path: Any) -> None:
    found = dc.loop(  # type: ignore[operator]
        "teaching", sets=["system.years=[2025, 2030]", "tax={rate: {2025: 0, 2030: 600}}"],
        market="cap", rule="development_rights", elasticity=0.0,
    )  # fmt: skip
    last = found.last().table.set_index("year")
    assert last.at[2030, "why"] == "slack"
    assert last.at[2030, "cny_per_t"] == pytest.approx(0.0, abs=1e-6)
    assert last.at[2030, "covered_mt"] < last.at[2030, "cap_mt"]
    for lang, words in (("en", "the price is zero because the budget"), ("zh", "碳价为零")):
        page = tmp_path / f"{lang}.html"
        write_report(found.tables, page, lang=lang, meta={"world": "teaching"})
        assert words in page.read_text(encoding="utf-8")


def test_a_loop_that_may_not_turn_often_enough_says_so(closed: Loop, tmp_path: Any) -> None:
    from dataclasses import replace

    moved = replace(closed, converged={"open": True, "closed": False})
    page = tmp_path / "page.html"
    write_report(moved.tables, page, lang="en", meta={"world": "teaching"})
    assert "NOT come to rest" in page.read_text(encoding="utf-8")


def test_path_spends_what_is_left_of_the_budget() -> None:
    path = path_of(Goal(), 11_000.0, 2025)
    assert path.since == embedded_basis().year + 1
    assert path.before_gt + path.mt.sum() / 1000 == pytest.approx(path.budget_gt)
    assert path.at(2025) == pytest.approx(11_000.0)
    assert (path.mt.diff().dropna() <= 1e-9).all()
    spent = path_of(Goal(warming=1.5, probability=0.66), 11_000.0, 2025)
    assert spent.at(2030) == 0.0
    small = path_of(Goal(), 1.0, 2025, nation=False)
    assert small.before_gt + small.mt.sum() / 1000 == pytest.approx(small.budget_gt)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"rule": "equal"}, "equal"),
        ({"elasticity": "mean"}, "elasticity"),
        ({"elasticity": -1.0}, "elasticity"),
        ({"exports": {"paper": 1.0}}, "paper"),
        ({"exports": {"steel": -1.0}}, "negative"),
        ({"most": 0}, "most"),
        ({"fish": 1}, "fish"),
    ],
)
def test_terms_that_cannot_be_used_are_refused(terms: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        dc.loop("teaching", **terms)  # type: ignore[operator]


def test_without_a_carbon_market_there_is_no_loop() -> None:
    with pytest.raises(InputError, match="no carbon market"):
        dc.loop("teaching", sets=["instruments.carbon=null"])  # type: ignore[operator]


@pytest.mark.slow
@pytest.mark.parametrize("market", ["cap", "benchmarks"])
def test_it_rests_on_the_seven_grids(market: str) -> None:
    found = dc.loop(  # type: ignore[operator]
        "today", sets=["system.regions=grids", *AUCTION], market=market, rule="responsibility",
        extra=1,
    )  # fmt: skip
    assert found.converged == {"open": True, "closed": True}
    assert found.last().moved < 1.0
    table = found.tables["loop_money"]
    for _, rows in table.groupby(["use", "year", "item"]):
        assert abs(rows["mn_cny"].sum()) < 1e-6 * table["mn_cny"].abs().max()
    deciles = found.tables["loop_households"]
    assert np.isfinite(deciles["net_cny"]).all()
    assert isinstance(deciles, pd.DataFrame)
