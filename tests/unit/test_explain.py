"""Explanations of rows: figures, both languages, and a Chinese meaning for every row there is."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

import dualcarbon as dc
from dualcarbon.charts.numbers import precise
from dualcarbon.equilibrium import explain, wording
from dualcarbon.equilibrium.explain import labelled
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import OperatingReserve
from dualcarbon.system.teaching import build_teaching

INSTRUMENTS = Path(dc.__file__).parent / "instruments"
MARKETS = ("carbon", "green", "white", "energy_use")
NAMES_MADE_OF_PARTS = {
    "f\"{ROW}-{'-'.join(uses.columns)}\"": ["tokens-conservation-rps", "savings-conservation-a+b"],
    "f'green-{name}'": ["green-total", "green-nonhydro"],
    "f'{rate.flow}_certificates'": [f"conversion-white_to_{m}_certificates" for m in MARKETS],
    "f'{rate.flow}_limit'": [f"conversion-{a}_to_{b}_limit" for a in MARKETS for b in MARKETS],
    "self.row_name(direction)": ["frequency-up", "frequency-down", "peak_shaving-down"],
    "row": ["electricity-plan_low", "electricity-plan_high"],
}


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


def names_of_rows() -> list[tuple[str, str]]:
    """File and name of every block of rows that an instrument adds."""
    found = []
    for path in sorted(INSTRUMENTS.rglob("*.py")):
        name = ".".join(path.relative_to(INSTRUMENTS).with_suffix("").parts)
        module = importlib.import_module(f"dualcarbon.instruments.{name}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr != "row" or not node.args:
                continue
            source = ast.unparse(node.args[0])
            if isinstance(node.args[0], ast.Constant):
                names = [str(node.args[0].value)]
            elif isinstance(getattr(module, source, None), str):
                names = [getattr(module, source)]
            else:
                assert source in NAMES_MADE_OF_PARTS, f"{path.name}: name the rows of {source}"
                names = NAMES_MADE_OF_PARTS[source]
            found += [(path.name, name) for name in names]
    return found


def test_every_row_of_every_instrument_has_a_chinese_meaning() -> None:
    rows = names_of_rows()
    assert len(rows) > 20
    missing = [f"{file}: {name}" for file, name in rows if not wording.chinese_meaning(name)]
    assert missing == [], "add them to equilibrium/explain.yaml"


def test_the_catalogue_names_no_row_that_does_not_exist() -> None:
    names = [name for _, name in names_of_rows()]
    patterns = wording._catalogue()["meaning"]
    assert [p for p in patterns if not any(wording._pattern(p).fullmatch(n) for n in names)] == []


def test_every_sentence_takes_the_same_values_in_both_languages() -> None:
    for key, text in wording._catalogue()["sentence"].items():
        assert set(text) == {"en", "zh"}, key
        fields = [sorted(re.findall(r"\{(\w+)\}", text[lang])) for lang in ("en", "zh")]
        assert fields[0] == fields[1], key


def test_markets_of_a_conversion_are_named_in_chinese() -> None:
    text = wording.chinese_meaning("conversion-white_to_energy_use_certificates")
    assert text is not None
    assert "由节能量证书转换为用能权指标" in text


@pytest.fixture(scope="module")
def reserve() -> Equilibrium:
    network, users = build_teaching()
    instruments = [dc.ElectricityMarket(), OperatingReserve(share=0.3, area="grid")]
    return dc.solve_equilibrium(network, instruments, users=users)


def test_both_languages_give_the_same_figures(reserve: Equilibrium) -> None:
    for row in ("reserve-spinning", "Bus-nodal_balance"):
        en, zh = (reserve.explain(row, lang).splitlines()[1:-1] for lang in ("en", "zh"))
        assert len(en) == len(zh) == 3 * explain.MOST_ROWS
        figures = [re.findall(r"\d[\d,.]*\d", line) for line in en]
        assert figures == [re.findall(r"\d[\d,.]*\d", line) for line in zh]
    assert "每增加1兆瓦时" in reserve.explain("Bus-nodal_balance", "zh")


def test_the_dual_of_an_hourly_row_is_a_price_per_hour(reserve: Equilibrium) -> None:
    texts = reserve.explain("Bus-nodal_balance")
    said = [float(x.replace(",", "")) for x in re.findall(r"costs ([\d,.]+) CNY", texts)]
    highest = reserve.solution.power_price.stack().nlargest(explain.MOST_ROWS)
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
