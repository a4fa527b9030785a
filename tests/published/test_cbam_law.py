"""CBAM under each position of the switch of law, against the tables alone.

The reckoning here reads the tables of opencbam and the two embedded ones with code of its own: a
bill is tonnes times (total times one plus mark-up, less share kept times benchmark) times price.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from dualcarbon import datasets
from dualcarbon.datasets.reading import FOLDER
from dualcarbon.international import cbam
from dualcarbon.international.cbam import LAWS, Shipment, acts, assess, law_of
from dualcarbon.international.cbam.goods import CLINKER_BASIS, ELECTRICITY, goods
from dualcarbon.international.cbam.law import AS_OF, MANY_DAYS
from dualcarbon.international.cbam.official import OTHER, default_rows
from dualcarbon.international.cbam.price import price_taken, published_by

FIRST, TODAY, PROPOSAL = LAWS
PRICE = Decimal("82.32")
RAW = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "international"
ORIGINS = ("CN", "IN", "TR", "TH", "PH", "CL", "BR", "MK", "KW", "TW", "KR", "AF")
CODES = ("72083900", "72271000", "73045930", "73061100", "76011010", "31021019", "28041000")
NEW_CODES = {"2507008080": "25070080"} | {
    f"{cn}{end}": cn for cn in ("25231000", "25239000") for end in ("10", "90")
}


@cache
def document(name: str) -> list[dict]:
    folder = resources.files("opencbam.engine").joinpath("data")
    return json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))


def plain(code: str) -> str:
    return "".join(c for c in code if c.isdigit())


@cache
def cells(law: str) -> dict[tuple[str, str], tuple[Decimal | None, tuple[Decimal, ...], str]]:
    """Country and heading to total, three totals with mark-up, and route."""
    found = {}
    for row in document("default_values_2621"):
        code, none = plain(row["cn_code"]), row["total"] in ("DASH", "NA")
        if code in ("25231000", "25239000") and row["description"].lower().startswith("white"):
            continue  # grey is what a bill assumes
        marked = () if none else tuple(Decimal(row[f"markup_{y}"]) for y in (2026, 2027, 2028))
        total = None if none else Decimal(row["total"])
        found[row["country"], code] = (total, marked, row["route"] or "")
    if law == FIRST:
        return found
    with (FOLDER / "cbam_defaults_2026.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = NEW_CODES.get(row["code"], row["code"])
            if row["code"].endswith("10") and row["code"] in NEW_CODES:
                continue
            total = Decimal(row["total"]) if row["total"] else None
            found[row["origin"], code] = (total, (), row["route"])
    for (country, code), (total, _, route) in found.items():
        rates = ("0.01",) * 3 if code[:2] in ("28", "31") and code[:4] != "2804" else MARK_UP
        marked = () if total is None else tuple(total * (1 + Decimal(r)) for r in rates)
        found[country, code] = (total, marked, route)
    return found


MARK_UP = ("0.1", "0.2", "0.3")


def kept(year: int, law: str) -> Decimal:
    with (FOLDER / "cbam_factors.csv").open(encoding="utf-8", newline="") as file:
        row = next(r for r in csv.DictReader(file) if int(r["year"]) == year)
    return Decimal(row["kept_proposed" if law == PROPOSAL else "kept"])


def benchmark(cn: str, route: str, year: int) -> Decimal:
    row = next(r for r in document("benchmarks_2620") if plain(r["cn_code"]) == cn)
    period = "1" if year < 2028 else "2"
    held = {c["route"]: c["value"] for c in row["column_b"] if c["year"] in (None, period)}
    same = {"C": "F", "F": "C", "E": "H", "H": "E"}
    for letter in (*route.split("/"), *(same.get(r, "") for r in route.split("/")), None):
        if letter in held:
            return Decimal(held[letter])
    return max(Decimal(v) for v in held.values())


def by_hand(cn: str, origin: str, year: int, law: str, tonnes: int) -> Decimal:
    name, table = cbam.origin(origin).name, cells(law)
    for country in (name, OTHER):
        own = [table.get((country, cn[:n])) for n in (8, 6, 4)]
        row = next((r for r in own if r is not None), None)
        if row is not None and row[0] is not None:
            break
    assert row is not None
    free = kept(year, law) * benchmark(cn, row[2], year)
    due = max(Decimal(0), row[1][min(year - 2026, 2)] - free)
    return (tonnes * due * PRICE).quantize(Decimal("0.01"))


@pytest.mark.parametrize("law", LAWS)
def test_bills_are_those_of_the_tables_alone(law: str) -> None:
    """84 goods and origins in three years under each law: 756 bills to the cent."""
    for cn in CODES:
        for origin in ORIGINS:
            for year in (2026, 2028, 2030):
                made = Shipment(cn=cn, origin=origin, tonnes=1000, year=year)
                found = assess(made, float(PRICE), law=law)
                hand = float(by_hand(cn, origin, year, law, 1000))
                assert found.cost_eur == pytest.approx(hand, abs=0.011), (cn, origin, year, law)


GOLDEN = {
    ("72271000", "TH"): (194_713.55, 288_379.31),
    ("73045930", "PH"): (0.0, 68_335.89),
    ("73061100", "CL"): (384_249.18, 165_195.66),
}


@pytest.mark.parametrize(("good", "costs"), GOLDEN.items(), ids=[cn for cn, _ in GOLDEN])
def test_the_amended_act_moves_these_bills(
    good: tuple[str, str], costs: tuple[float, float]
) -> None:
    """1,000 t in 2026 at the price of the third quarter."""
    made = Shipment(cn=good[0], origin=good[1], tonnes=1000, year=2026)
    found = [assess(made, law=law) for law in LAWS]
    assert [f.cost_eur for f in found] == [*costs, costs[1]]
    assert {f.price_eur for f in found} == {82.32}
    assert [f.as_of for f in found] == ["2025-12-31", "2026-11-27", "2026-11-27"]
    assert any("2026/1740" in act for act in found[1].acts)
    assert not any("2026/1740" in act for act in found[0].acts)


@pytest.mark.parametrize("law", [pytest.param(FIRST, marks=pytest.mark.slow), TODAY])
def test_every_cell_of_the_tables_is_priced(law: str) -> None:
    count = 0
    for country, headings in default_rows(law).items():
        code = cbam.origin("other" if country == OTHER else country).code
        for heading, rows in headings.items():
            cn = next((c for c in goods() if goods()[c].table_cn.startswith(heading)), None)
            for row in rows:
                if row.total is None or cn is None:
                    continue
                more = {"clinker_share": 1.0} if cn in CLINKER_BASIS else {}
                taric = row.cn if len(row.cn) > 8 else cn
                made = Shipment(
                    cn=taric,
                    origin=code,
                    tonnes=1,
                    year=2026,
                    **more,
                    route=row.grade if len(rows) > 1 else None,
                )
                found = assess(made, 80, law=law)
                count += 1
                assert found.embedded_t == pytest.approx(float(row.marked_up[0]))
    assert count >= 10_800


def test_the_law_changes_exactly_the_bills_that_its_rows_touch() -> None:
    """Without change of row, bills differ by rounding of the printed mark-up alone."""
    with (FOLDER / "cbam_defaults_2026.csv").open(encoding="utf-8", newline="") as file:
        changed = {(r["origin"], r["code"]) for r in csv.DictReader(file)}
    moved = same = 0
    names = {o.name for o in cbam.listed_origins()}
    for cn, good in goods().items():
        if good.sector == ELECTRICITY or good.table_cn != cn or cn in CLINKER_BASIS:
            continue
        for country in ("Thailand", "Taiwan", "China", "Chile", "Kuwait", "Albania"):
            assert country in names
            made = Shipment(cn=cn, origin=country, tonnes=1, year=2026)
            old, new = (assess(made, 1000, law=law).cost_eur for law in (FIRST, TODAY))
            keys = {(c, cn[:n]) for c in (country, OTHER) for n in (4, 6, 8)}
            if abs(old - new) > 1.0:
                moved += 1
                assert keys & changed or cn == "25070080", (cn, country)
            else:
                same += 1
    assert moved > 100
    assert same > 2000


def test_the_proposal_changes_no_bill_before_2028_and_none_after_2037() -> None:
    for year, differs in ((2026, False), (2027, False), (2028, True), (2037, True), (2038, False)):
        made = Shipment(cn="72083900", origin="CN", tonnes=100, year=year)
        one, two = (assess(made, 80, law=law) for law in (TODAY, PROPOSAL))
        assert (two.cost_eur < one.cost_eur) is differs
        assert two.embedded_t == one.embedded_t
        assert (two.status == "proposal") is (year >= 2028)


def test_the_correction_factor_is_published_to_2030() -> None:
    made = Shipment(cn="72083900", origin="CN", tonnes=100, year=2026)
    assert assess(made, 80).status == "in force"
    assert assess(made, 80, law=FIRST).status == "provisional"
    assert set(law_of(TODAY).correction) == set(range(2026, 2031))


def test_clinker_by_its_code_of_ten_digits() -> None:
    white, grey = (
        assess(Shipment(cn=cn, origin="CN", tonnes=100, year=2026), 80)
        for cn in ("2523100010", "2523100090")
    )
    assert white.embedded_t == pytest.approx(100 * 1.300 * 1.1)
    assert grey.embedded_t == pytest.approx(100 * 1.390 * 1.1)
    assert white.free_allocation_t == pytest.approx(100 * 0.975 * 0.859)


def test_an_open_cell_is_marked_in_the_bill() -> None:
    tied = datasets.load("cbam_defaults_2026").query("open != ''")
    assert len(tied) == 6
    found = assess(Shipment(cn="72103000", origin="AF", tonnes=1, year=2026), 80)
    assert found.status == "provisional"
    assert any("4.100 or 4.101" in line.note for line in found.lines)


@pytest.mark.parametrize(
    ("day", "price", "period", "published"),
    [
        (date(2026, 3, 31), 75.36, "2026-Q1", True),
        (date(2026, 4, 1), 75.28, "2026-Q2", True),
        (date(2026, 9, 30), 82.32, "2026-Q3", True),
        (date(2026, 12, 1), 82.32, "2026-Q3", False),
        (date(2027, 2, 3), 82.32, "2026-Q3", False),
    ],
)
def test_which_price_is_taken_is_said(
    day: date, price: float, period: str, published: bool
) -> None:
    found = price_taken(day.year, day)
    assert (found.eur_per_t, found.period, found.published) == (price, period, published)
    assert period in found.note
    made = Shipment(cn="72083900", origin="CN", tonnes=1, year=day.year, imported_on=day)
    assert (assess(made).status == "in force") is (published and day.year == 2026)


def test_every_quarter_over_by_the_day_of_the_tables_has_its_price() -> None:
    held = set(datasets.load("eu_ets_quarterly")["period"])
    due = [f"2026-Q{q}" for q in range(1, 5) if published_by(f"2026-Q{q}") <= AS_OF]
    assert due == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert set(due) <= held


@pytest.mark.slow
def test_the_tables_of_the_border_are_not_old() -> None:
    """Fails when a quarter and a month have passed since prices and acts were looked up."""
    age = (date.today() - AS_OF).days
    assert age <= MANY_DAYS, f"prices and acts of the border are {age} days old: look them up"


def test_each_act_has_a_status_and_says_what_it_changes() -> None:
    table = acts()
    assert set(table["as_of"]) == {AS_OF.isoformat()}
    assert (table[["act", "status", "changes_en", "changes_zh"]] != "").all(axis=None)
    assert set(table["status"]) <= {"in force", "draft", "proposal", "published", "expected"}
    assert "COM(2026) 616" not in set(acts(TODAY)["act"])
    assert "COM(2026) 616" in set(acts(PROPOSAL)["act"])
    assert not acts(FIRST)["act"].str.contains("2026/1740").any()


@pytest.mark.skipif(not RAW.is_dir(), reason="raw data not beside the project")
def test_the_overlay_gives_the_amended_act_cell_by_cell() -> None:
    folder = RAW / "cbam_law_2026"
    with (folder / "country_names.csv").open(encoding="utf-8", newline="") as file:
        iso = {r["name_in_act_2026_1740"]: r["iso3"] for r in csv.DictReader(file)}
    table = default_rows(TODAY)
    by_code = {(o, row.cn): row for o, hs in table.items() for rows in hs.values() for row in rows}
    checked = 0
    with (folder / "default_values_2026_1740.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = iso[row["country"]]
            name = cbam.origin(code).name if code else OTHER
            found = by_code[name, row["code"]]
            if row["total_tco2e_per_t"]:
                assert found.total == Decimal(row["total_tco2e_per_t"])
                assert (found.route or "") == row["route"]
            else:
                assert found.total is None
            checked += 1
    assert checked == 10_939
