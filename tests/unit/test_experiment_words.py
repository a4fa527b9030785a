"""Every sentence of the experiments fits what was measured: by its conditions and by its words."""

from __future__ import annotations

import math
import random
import re
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pandas as pd
import pytest

from dualcarbon import experiments
from dualcarbon.experiments import complete
from dualcarbon.experiments.findings import SpreadFound
from dualcarbon.experiments.parameters import Published, parameters
from dualcarbon.experiments.rows import MATTERS, Row, table, verdict_table, written
from dualcarbon.experiments.statements import (
    Findings,
    Statement,
    catalogue,
    printed,
    reading,
    statements,
    text,
)
from dualcarbon.experiments.theses import financing, power
from dualcarbon.experiments.theses.claim import Claim, answer, claim_table
from dualcarbon.indicators.summary import (
    DIFFERS,
    HOLDS,
    INSIDE,
    LARGER,
    NO_SIZE,
    NOT,
    ONLY_IF,
    SMALLER,
    UNTESTED,
    direction,
    size_of_all,
)

FOLDER = Path(experiments.__file__).parent
MODULES = ("backcast", "benchmarks", "complete", "integrate", "link", "theses",
           "theses.financing", "theses.prices", "theses.untested",
           "project_finance.experiment")  # fmt: skip
SIZES = (-60.0, -9.0, -2.0, -0.3, -1e-4, 0.0, 1e-4, 0.3, 3.0, 9.0, 60.0, math.nan)
YEARS = (2025, 2030, 2035)
WORDS = ("one thing", "一事")
DRAWS = 500
UP = {
    "en": r"\b(raises?|rises?|grows?|more|higher|increases?)\b",
    "zh": "上升|提高|升高|增加|高于|高出|更多|升至|多支出",
}
DOWN = {
    "en": r"\b(lowers?|falls?|less|fewer|declines?|shrinks?)\b",
    "zh": "下降|降低|减少|低于|降至|少支出",
}
NEGATED = {"en": r"\bno more\b|in the median of provinces that sell more|where more is bought",
           "zh": "并未带来更多|净送出增加的省份|净受入增加的省份"}  # fmt: skip

PLACE = r"\{[^}]*\}"

for module in MODULES:
    import_module(f"dualcarbon.experiments.{module}")
KINDS = {kind.topic: kind for kind in Findings.__subclasses__()}


def drawn(kind: type[Findings], rng: random.Random) -> Findings:
    """Findings of a kind with figures of either sign, of several sizes, or missing."""
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        if "ClassVar" in str(hint):
            continue
        if hint is float:
            values[name] = rng.choice(SIZES)
        elif hint is int:
            values[name] = rng.choice(YEARS)
        elif hint == tuple[str, str]:
            values[name] = WORDS
        elif hint == tuple[float, ...]:
            values[name] = tuple(rng.sample(SIZES, 3))
        else:
            values[name] = (WORDS,) * rng.randrange(3)
    return kind(**values)


def draws(topic: str) -> list[Findings]:
    rng = random.Random(topic)
    return [drawn(KINDS[topic], rng) for _ in range(DRAWS)]


def names_of(statement: Statement) -> set[str]:
    return {*statement.when, *statement.up, *statement.down}


def test_every_topic_has_findings_and_every_findings_a_topic() -> None:
    topics = {k for k, entry in catalogue().items() if "en" not in entry}
    assert topics == set(KINDS)
    for topic in topics:
        for statement in statements(topic):
            fields = {*get_type_hints(KINDS[topic]), *vars(KINDS[topic])}
            assert names_of(statement) <= fields, f"{topic}.{statement.key}"
            entry = catalogue()[topic][statement.key]
            assert set(entry) <= {"when", "up", "down", "en", "zh"}, f"{topic}.{statement.key}"


@pytest.mark.parametrize("topic", KINDS)
def test_sentences_are_printed_only_where_their_condition_was_tested(topic: str) -> None:
    reached = set()
    for found in draws(topic):
        for statement in printed(found):
            reached.add(statement.key)
            assert all(getattr(found, name) is True for name in statement.when), statement.key
            assert all(getattr(found, name) > 0 for name in statement.up), statement.key
            assert all(getattr(found, name) < 0 for name in statement.down), statement.key
        for words in reading(found):
            assert "nan" not in words
    assert reached == {s.key for s in statements(topic)}, "every sentence can be reached"


@pytest.mark.parametrize("topic", KINDS)
def test_direction_words_speak_of_a_figure_of_their_sign(topic: str) -> None:
    """A sentence that says "falls" names a figure that must be below zero, in both languages."""
    for statement in statements(topic):
        for lang in ("en", "zh"):
            words = re.sub(rf"{NEGATED[lang]}|{PLACE}", "", getattr(statement, lang))
            where = f"{topic}.{statement.key} ({lang}): {words}"
            assert statement.up or not re.search(UP[lang], words), where
            assert statement.down or not re.search(DOWN[lang], words), where


@pytest.mark.parametrize("topic", KINDS)
def test_nothing_measured_says_nothing_but_what_the_setting_is(topic: str) -> None:
    kind = KINDS[topic]
    hints = {n: h for n, h in get_type_hints(kind).items() if "ClassVar" not in str(h)}
    empty = {float: math.nan, int: 2030, tuple[str, str]: WORDS, tuple[float, ...]: ()}
    found = kind(**{name: empty.get(hint, ()) for name, hint in hints.items()})
    measured = {name for name, hint in hints.items() if hint is float}
    for statement in printed(found):
        assert not measured & {name.removesuffix("_abs") for name, _ in statement.figures}
        assert not statement.up, statement.key
        assert not statement.down, statement.key


def test_a_change_that_is_printed_as_zero_is_no_change() -> None:
    falls = Statement("x", "falls by {low_abs:.0f}", "下降{low_abs:.0f}", down=("low",))
    spread = SpreadFound(better=1, count=2, low=-0.4, high=3.0)
    assert not falls.holds(spread)
    assert falls.holds(SpreadFound(better=1, count=2, low=-0.6, high=3.0))


def test_texts_are_in_both_languages_and_none_is_left_over() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in FOLDER.rglob("*.py"))
    for key, entry in catalogue().items():
        for words in [entry] if "en" in entry else entry.values():
            assert words["en"].strip(), key
            said = re.sub(PLACE, "", words["en"]).strip(", ")
            assert re.search(r"[一-鿿]", words["zh"]) or not said, key
            assert not re.search(r"[一-鿿]", words["en"]), key
        if "en" in entry:
            used = key in source or key.rpartition(".")[0] + ".{" in source
            used = used or (key.startswith("thesis.") and key.rpartition(".")[0] in KINDS)
            assert used, f"{key} is used nowhere"
    assert not re.search(r"[一-鿿]", source), "Chinese stands in words.yaml"


def test_every_parameter_says_where_it_comes_from() -> None:
    for name, entry in parameters().items():
        given = {"value", "unit", "year", "grade", "source", "note_en", "note_zh"}
        assert given <= set(entry), name
        assert entry["grade"] in "ABCD", name
        assert ("base" in entry) == name.endswith(".published"), name


# Direction and size


def row(ours: float, published: Published | None, base: str = "cost", least: float = 0.0) -> Row:
    return Row("x", WORDS, "y", base, ours, "%", WORDS, published, least)


@pytest.mark.parametrize(
    ("ours", "low", "high", "sign", "size"),
    [
        (3.0, 2.3, 14.5, True, INSIDE),
        (1.0, 2.3, 14.5, True, SMALLER),
        (20.0, 2.3, 14.5, True, LARGER),
        (-8.0, 2.3, 14.5, False, NO_SIZE),
        (-2.0, -2.9, -1.7, True, INSIDE),
        (-0.3, -2.9, -1.7, True, SMALLER),
        (-50.0, -2.9, -1.7, True, LARGER),
        (0.3, -2.9, -1.7, False, NO_SIZE),
        (19.5, 20.0, 20.0, True, INSIDE),
        (2.6, 20.0, 20.0, True, SMALLER),
        (0.04, 20.0, 20.0, False, NO_SIZE),
        (math.nan, 20.0, 20.0, None, NO_SIZE),
    ],
)
def test_an_answer_reads_sign_and_size(
    ours: float, low: float, high: float, sign: bool | None, size: str
) -> None:
    found = row(ours, Published(low, high, "cost"), least=MATTERS)
    assert (found.sign_holds, found.size) == (sign, size)


def test_sizes_of_different_bases_are_not_compared() -> None:
    found = row(-2.0, Published(-2.9, -1.7, "cost of peaking"))
    assert found.sign_holds
    assert found.size == NO_SIZE


def test_nothing_published_nothing_judged() -> None:
    found = table([row(3.0, None), row(3.0, Published(2.0, 4.0, "cost"))])
    assert found["sign_holds"].isna().tolist() == [True, False]
    assert found["size"].tolist() == [NO_SIZE, INSIDE]
    assert verdict_table("x", [row(3.0, None)], WORDS)["verdict"].item() == UNTESTED
    assert verdict_table("x", [], WORDS)["verdict"].item() == UNTESTED


def test_answers_over_variants() -> None:
    assert direction([True, None]) == HOLDS
    assert direction([True, False]) == ONLY_IF
    assert direction([False, None]) == NOT
    assert direction([None]) == UNTESTED
    assert size_of_all([SMALLER, NO_SIZE]) == SMALLER
    assert size_of_all([SMALLER, LARGER]) == DIFFERS
    assert size_of_all([NO_SIZE]) == NO_SIZE


def test_readings_have_true_minus_signs_and_none_before_zero() -> None:
    row = {"reading_en": "from -47 to -0%, -0.00 and -0.05, pre-2021", "ours": 1}
    found = written(pd.DataFrame([row]))["reading_en"].item()
    assert found == "from −47 to 0%, 0.00 and −0.05, pre-2021"


# The completed market, fed with returns of both signs


def returns(change: float, paid: float) -> pd.DataFrame:
    """Returns of two provinces that all change by so many per cent; revenue by so much."""
    rows = [
        (regime, province, technology, irr, 100 * irr, revenue)
        for technology in complete.TECHNOLOGIES
        for province in ("North", "South")
        for regime, irr, revenue in (
            (complete.TODAY, 0.08, 300.0),
            (complete.COMPLETED, 0.08 * (1 + change / 100), 300.0 + paid),
        )
    ]
    columns = ["regime", "province", "technology", "irr", "npv_per_cny", "revenue_cny_per_mwh"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize("change", [-40.0, -3.0, 3.0, 9.0, 40.0])
@pytest.mark.parametrize("paid", [-50.0, 50.0])
def test_the_completed_market_is_read_as_it_came_out(change: float, paid: float) -> None:
    cases = {case: returns(change, paid) for case in complete.CASES}
    exports = pd.Series({"North": 1.0, "South": -1.0})
    rows = [
        r
        for rule, prices in cases
        for t in complete.TECHNOLOGIES
        for r in complete.return_rows(cases[rule, prices], t, complete.label(t, rule, prices))
    ]
    found = complete.together(cases, exports)
    verdict = verdict_table("complete", rows, found).iloc[0]
    assert verdict["verdict"] == (HOLDS if change > 0 else NOT)
    assert verdict["size"] == {3.0: INSIDE, 9.0: INSIDE, 40.0: LARGER}.get(change, NO_SIZE)
    lowers, raises = "lowers returns" in verdict["reading_en"], "raises" in verdict["reading_en"]
    assert lowers == (change < 0 and paid < 0)
    assert raises == (change > 0 and paid > 0)
    assert ("下降" in verdict["reading_zh"]) == lowers
    assert ("上升" in verdict["reading_zh"]) == raises


def parts(cost: float, set_hours: float, paid: float) -> pd.DataFrame:
    """Parts of completion, each alone, with their change of cost and what they pay."""
    value = {
        "real_time": {"discounted_system_cost": cost, "shifted_2030": 5.0,
                      "price_spread_2030": -3.0, "co2_mt_2030": 1.0},
        "time_of_use": {"discounted_system_cost": set_hours},
        "ancillary_services": {"discounted_system_cost": 2.0, "service_payments_2030": paid},
    }  # fmt: skip
    rows = [(p, power.ALONE, k, v) for p, found in value.items() for k, v in found.items()]
    return pd.DataFrame(rows, columns=["part", "order", "indicator", "value"])


@pytest.mark.parametrize(
    ("cost", "set_hours", "paid", "verdicts"),
    [
        (-5.0, 1.0, 3.0, (HOLDS, HOLDS)),
        (-5.0, -9.0, 0.5, (NOT, "holds in part")),
        (4.0, 9.0, 0.0, (NOT, NOT)),
        (math.nan, 1.0, math.nan, (UNTESTED, UNTESTED)),
    ],
)
def test_parts_are_read_as_they_came_out(
    cost: float, set_hours: float, paid: float, verdicts: tuple[str, str]
) -> None:
    claims = power.flexibility_claims(parts(cost, set_hours, paid), 2030)
    assert tuple(claim.verdict for claim in claims[:2]) == verdicts
    assert claims[2].verdict == UNTESTED, "no such part was measured"
    said = claim_table(claims).set_index("claim")["reading_en"]
    assert ("earn storage" in said["pay_flexibility"]) == (paid > 0)
    assert ("room to spare" in said["pay_flexibility"]) == (paid <= 0)


@pytest.mark.parametrize(
    ("cost", "curtailed", "verdict"),
    [
        (-3.0, -0.01, HOLDS),
        (-3.0, 0.02, "holds in part"),
        (2.0, -0.01, NOT),
        (math.nan, 0.0, UNTESTED),
    ],
)
def test_spot_in_place_of_priority_is_read_by_cost_and_curtailment(
    cost: float, curtailed: float, verdict: str
) -> None:
    found = {
        "discounted_system_cost": cost,
        "curtailment_share_2030": curtailed,
        "co2_mt_2030": 1.0,
    }
    rows = [("spot", power.ALONE, k, v) for k, v in found.items()]
    table = pd.DataFrame(rows, columns=["part", "order", "indicator", "value"])
    claim = power.flexibility_claims(table, 2030)[2]
    assert claim.verdict == verdict
    assert ("points" in claim_table([claim])["reading_en"].item()) == math.isfinite(cost)


@pytest.mark.parametrize("calmer", [-40.0, -5.0, 0.0, 30.0, math.nan])
@pytest.mark.parametrize("cheaper", [-0.5, 0.4])
def test_contracts_are_read_as_they_came_out(calmer: float, cheaper: float) -> None:
    columns = ["regime", "revenue_sd", "wacc", "revenue_cny_per_mwh"]
    finance = pd.DataFrame(
        [("market", 50.0, 0.06, 300.0), ("mechanism", 20.0, 0.05, 310.0),
         ("hedged", 50.0 * (1 + calmer / 100), 0.06 + cheaper / 100, 297.0)],
        columns=columns,
    )  # fmt: skip
    replacement = pd.DataFrame(
        {"verdict": ["not needed", "not replaced"], "certificate_price": [1.0, 1.0],
         "certificate_price_needed": [-5.0, 30.0]}
    )  # fmt: skip
    claims = financing.claims(finance, replacement, fee=5.0)
    verdict = UNTESTED if math.isnan(calmer) else HOLDS if calmer < -10 else NOT
    assert claims[1].verdict == verdict
    said = claim_table(claims).set_index("claim")["reading_en"]["contracts_against_risk"]
    assert ("The swap lowers the spread" in said) == (calmer < 0)
    assert ("is 30% higher" in said) == (calmer > 0)
    assert ("The cost of capital falls" in said) == (cheaper < 0)
    assert ("cheaper debt" in said) == (cheaper < 0)


def test_claims_that_could_not_be_measured_are_not_tested() -> None:
    assert answer(math.nan, holds=False) == UNTESTED
    assert answer(-1.0, holds=True) == HOLDS
    assert answer(1.0, holds=False, partly=True) == "holds in part"
    assert answer(1.0, holds=False) == NOT


@pytest.mark.parametrize("topic", [t for t in KINDS if t.startswith("thesis.")])
def test_claims_become_rows_with_every_text(topic: str) -> None:
    found = draws(topic)[0]
    rows = claim_table([Claim(found, "4.1", 1.0, "%", HOLDS)])
    assert rows["claim"].item() == topic.removeprefix("thesis.")
    for column in ("says_en", "says_zh", "indicator_en", "indicator_zh"):
        assert rows[column].item()
        assert "{" not in rows[column].item()


def test_names_of_designs_fill_in_their_figures() -> None:
    assert text("link.design.new_cut_wide", {"limit": 0.1})[0].endswith("limit 10%")
    assert text("link.design.more_double", {"points": 15.0})[1].startswith(
        "消纳责任权重提高15个百分点"
    )
