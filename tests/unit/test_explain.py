"""Explanations of rows: figures, both languages, and a Chinese meaning for every row there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

import dualcarbon as dc
from dualcarbon.charts.numbers import precise
from dualcarbon.equilibrium import rows, wording
from dualcarbon.equilibrium.explain import explanation
from dualcarbon.equilibrium.rows import KeptRows, SolvedRows, kept, labelled
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import REGISTRY, OperatingReserve
from dualcarbon.system.teaching import build_teaching

INSTRUMENTS = Path(dc.__file__).parent / "instruments"
CHINESE = re.compile(r"[一-鿿]")


@pytest.mark.parametrize(
    ("value", "size", "text"),
    [
        (-0.0, 0.0, "0"),
        (-1.86265e-09, 4e9, "0"),
        (1e-9, 1e-9, "1e-09"),
        (6618815000.0, 1e10, "6.61882e+09"),
        (600000.0, 1e6, "600,000"),
    ],
)
def test_rounding_residue_reads_as_nothing(value: float, size: float, text: str) -> None:
    assert precise(value, size) == text


def rows_of_instruments() -> list[tuple[str, dict[str, str]]]:
    """Place and keywords of every block of rows that an instrument adds."""
    found = []
    for path in sorted(INSTRUMENTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "model.row":
                words = {str(k.arg): ast.unparse(k.value) for k in node.keywords}
                found.append((f"{path.name}: {ast.unparse(node.args[0])}", words))
    return found


def test_every_row_of_every_instrument_says_what_it_means_in_both_languages() -> None:
    rows = rows_of_instruments()
    assert len(rows) > 20
    assert [name for name, words in rows if not {"meaning", "unit", "zh"} <= set(words)] == []
    assert [name for name, words in rows if not CHINESE.search(words["zh"])] == []


def test_every_sentence_takes_the_same_values_in_both_languages() -> None:
    for key, text in wording._catalogue()["sentence"].items():
        assert set(text) == {"en", "zh"}, key
        fields = [sorted(re.findall(r"\{(\w+)\}", text[lang])) for lang in ("en", "zh")]
        assert fields[0] == fields[1], key


def test_markets_of_a_conversion_are_named_in_chinese() -> None:
    named = {market.key: market.trades for market in REGISTRY.values() if market.balance}
    assert set(named) == {"carbon", "green", "white", "energy_use"}
    assert all(CHINESE.search(zh) and not CHINESE.search(en) for en, zh in named.values())


@pytest.fixture(scope="module")
def reserve() -> Equilibrium:
    network, users = build_teaching()
    instruments = [dc.ElectricityMarket(), OperatingReserve(share=0.3, area="grid")]
    return dc.solve_equilibrium(network, instruments, users=users)


def test_both_languages_give_the_same_figures(reserve: Equilibrium) -> None:
    for row in ("reserve-spinning", "Bus-nodal_balance"):
        en, zh = (reserve.explain(row, lang).splitlines()[1:-1] for lang in ("en", "zh"))
        assert len(en) == len(zh) == 3 * rows.MOST_ROWS
        figures = [re.findall(r"\d[\d,.]*\d", line) for line in en]
        assert figures == [re.findall(r"\d[\d,.]*\d", line) for line in zh]
    assert "每增加1兆瓦时" in reserve.explain("Bus-nodal_balance", "zh")


def test_the_dual_of_an_hourly_row_is_a_price_per_hour(reserve: Equilibrium) -> None:
    texts = reserve.explain("Bus-nodal_balance")
    said = [float(x.replace(",", "")) for x in re.findall(r"costs ([\d,.]+) CNY", texts)]
    highest = reserve.solution.power_price.stack().nlargest(rows.MOST_ROWS)
    assert sorted(said, reverse=True) == pytest.approx(highest.to_numpy(), abs=0.005)


def test_the_list_names_rows_of_instruments_before_physical_ones(reserve: Equilibrium) -> None:
    names = [line.split(":")[0] for line in reserve.explain().splitlines()]
    assert names[0] == "reserve-spinning"
    assert "Bus-nodal_balance" in names
    chinese = reserve.explain(lang="zh").splitlines()
    assert [line.split("：")[0] for line in chinese] == names
    assert all(re.search(r"[一-鿿]", line) for line in chinese)


def test_an_unknown_language_or_row_is_an_error(reserve: Equilibrium) -> None:
    with pytest.raises(InputError, match="language"):
        reserve.explain(lang="fr")
    with pytest.raises(InputError, match="reserve-spinning"):
        reserve.explain("reserve-spining")


def test_coordinates_are_read_by_people(reserve: Equilibrium) -> None:
    snapshot = reserve.solution.model.horizon.hours.index[0]
    assert labelled([snapshot, "coast"]) == "2025 01-15 00:00, coast"


def test_what_a_folder_keeps_reads_like_what_was_solved(
    reserve: Equilibrium, tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    solved = SolvedRows(reserve.solution)
    kept(solved).to_parquet(path)
    again = KeptRows(pd.read_parquet(path))
    assert list(again.meanings) == list(solved.meanings)
    for row in (None, *solved.meanings):
        for lang in ("en", "zh"):
            assert explanation(again, row, lang) == reserve.explain(row, lang)


def test_kept_terms_add_up_to_the_activity(reserve: Equilibrium) -> None:
    table = kept(SolvedRows(reserve.solution))
    whole = table[table["row"].notna() & (table["more"] == 0)]
    worth = (whole["coefficient"] * whole["value"]).groupby([whole["block"], whole["row"]])
    activity = whole.groupby(["block", "row"])["activity"].first()
    size = whole.groupby(["block", "row"])["size"].first()
    assert len(activity) > 50
    assert ((worth.sum() - activity).abs() <= 1e-9 * size + 1e-9).all()


def test_block_without_rows_and_row_without_terms_are_kept() -> None:
    class Bare:
        @property
        def meanings(self) -> dict[str, rows.Meaning]:
            return {name: rows.Meaning("CNY/t", name, name) for name in ("none", "empty")}

        def of(self, block: str) -> tuple[list[rows.Row], int]:
            empty = rows.Row("2030", False, 0.0, -float("inf"), 3.0, 0.0, 0.0, (), 0)
            return ([empty], 1) if block == "empty" else ([], 0)

    again = KeptRows(kept(Bare()))
    assert list(again.meanings) == ["none", "empty"]
    assert again.of("none") == ([], 0)
    assert again.of("empty") == Bare().of("empty")
