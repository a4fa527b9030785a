"""The first screen of the report: what it says is what the tables hold, whatever their sign."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from dualcarbon.common.words import LANGUAGES
from dualcarbon.report.html import report_page
from dualcarbon.report.page import Answer
from dualcarbon.report.text import Text
from dualcarbon.report.topics.overview.answer import build_answer, headlines, sentences
from dualcarbon.report.view import View
from dualcarbon.system.parties import GOVERNMENT, hub, seller

YEARS = (2025, 2030, 2035)
PATHS = {
    "falls": ((9000, 8500, 8000), (70.0, 5.0), 20000.0, ("coal_usc", "onwind")),
    "rises": ((9000, 9500, 9900), (0.0, 0.0), 21000.0, ("onwind", "coal_usc")),
    "peaks": ((9000, 9900, 8800), (None, 3.0), 19500.0, ("gas", "solar")),
    "flat": ((9000, 9000, 9000), (40.0, None), 20000.0, None),
    "dips": ((9000, 8000, 8600), (250.0, 0.0), 20000.2, ("coal_usc", "government")),
}
"""Path of CO2, Mt; prices of allowance and certificate; cost, bn CNY; who pays and who receives."""


def view_of(lang: str, *names: str) -> View:
    rows, money = [], []
    for name in names:
        path, (allowance, certificate), cost, parties = PATHS[name]
        for year, tons in zip(YEARS, path, strict=True):
            about = {"co2_mt": tons, "cea_cny_per_t": allowance, "gec_cny_per_mwh": certificate,
                     "power_price_cny_per_mwh": 300.0, "system_cost_bn_cny": cost}  # fmt: skip
            rows += [(name, year, k, v, "") for k, v in about.items() if v is not None]
            if parties:
                payer, payee = (
                    GOVERNMENT if p == "government" else seller(p, "Hebei") for p in parties
                )
                market = hub("carbon market")
                money += [
                    (name, year, "carbon", 12.0, a.kind, a.what, b.kind, b.what)
                    for a, b in ((payer, market), (market, payee))
                ]
    columns = ["scenario", "year", "instrument", "bn_cny",
               "payer_kind", "payer_what", "payee_kind", "payee_what"]  # fmt: skip
    tables = {
        "indicators": pd.DataFrame(
            rows, columns=["scenario", "year", "indicator", "value", "unit"]
        ),
        "settlement": pd.DataFrame(money, columns=columns),
    }
    return View(tables, Text(lang), {"world": "china"})


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PATHS)
def test_five_sentences_are_true_of_a_path_of_any_sign(name: str, lang: str) -> None:
    path, prices, _, parties = PATHS[name]
    text, said = Text(lang), sentences(view_of(lang, name))
    assert len(said) == 5
    chosen = {"dips": "falls"}.get(name, name)
    assert all(piece in said[0] for piece in _fixed(text, f"answer.path_{chosen}"))
    level = path[2] / (100 if lang == "zh" else 1)
    assert f"{level:g}" in said[0].replace(",", "")
    for price, kind in zip(prices, ("cea", "gec"), strict=True):
        chosen = f"answer.{kind}" + ("_none" if price is None else "" if price else "_zero")
        assert all(piece in said[1] for piece in _fixed(text, chosen)), chosen
    if parties is None:
        assert said[4] == text("answer.no_money", year=2035)
    else:
        names = {"coal_usc": "coal_plants", "onwind": "wind_plants", "gas": "gas_plants",
                 "solar": "solar_plants", "government": "government"}  # fmt: skip
        payer, payee = (text.name("party", names[p]) for p in parties)
        assert said[4].index(payer) < said[4].index(payee)


def _fixed(text: Text, key: str) -> list[str]:
    """What stands between the blanks of a text."""
    fields = set(re.findall(r"\{(\w+)", _raw(text, key)))
    filled = text(key, **dict.fromkeys(fields, "\0"))
    return [piece for piece in filled.split("\0") if len(piece) > 2]


def _raw(text: Text, key: str) -> str:
    from dualcarbon.report.text import strings

    return str(strings()[key][text.lang])


@pytest.mark.parametrize("other", [n for n in PATHS if n != "falls"])
def test_a_change_has_the_sign_of_the_difference(other: str) -> None:
    view = view_of("en", "falls", other)
    said = sentences(view)[3]
    tons = [PATHS[n][0][2] for n in ("falls", other)]
    cost = [PATHS[n][2] for n in ("falls", other)]
    assert ("% more" in said) == (tons[1] > tons[0])
    assert ("% less" in said) == (tons[1] < tons[0])
    more = cost[1] - cost[0]
    assert ("a year more" in said) == (more > 0)
    assert ("a year less" in said) == (more < 0)
    assert sentences(view, other)[3] == said, "the same change, seen from the other side"


def test_four_numbers_and_what_a_missing_market_shows() -> None:
    block = build_answer(view_of("en", "peaks", "falls")).blocks[0]  # type: ignore[union-attr]
    assert isinstance(block, Answer)
    assert [n.key for n in block.numbers] == [
        "co2_mt", "cea_cny_per_t", "power_price_cny_per_mwh", "system_cost_bn_cny"
    ]  # fmt: skip
    assert block.numbers[1].value == "no market"
    shown = {n.key: n for n in headlines(view_of("en", "peaks", "falls"), "falls")}
    assert shown["system_cost_bn_cny"].note.startswith("+500 ")
    assert shown["co2_mt"].note.startswith("−800 ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scenario_that_equals_another_is_folded_with_the_reason(lang: str) -> None:
    view = view_of(lang, "falls", "rises")
    twin = {k: t[t["scenario"] == "falls"].assign(scenario="twin") for k, t in view.tables.items()}
    richer = {k: t.assign(scenario="richer") for k, t in twin.items()}
    richer["settlement"] = richer["settlement"].assign(bn_cny=13.0)
    tables = {
        k: pd.concat([t, twin[k], richer[k]], ignore_index=True) for k, t in view.tables.items()
    }
    every = View(tables, view.text, view.meta)
    assert every.folded == {"twin": ("falls", False), "richer": ("falls", True)}
    page = report_page(tables, lang=lang, meta={"world": "china"})
    text = view.text
    for name, key in (("twin", "answer.folded"), ("richer", "answer.folded_money")):
        assert text(key, scenario=name, other=text.scenario("falls")) in page
    path = page.partition("<figure")[2].partition("</figure>")[0]
    assert "twin" not in path
    assert "richer" not in path
