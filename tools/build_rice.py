"""RICE: parameters of its 12 regions, their exogenous paths, and the constants of its climate."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from tools.common import MIT, Column, Table, inputs, own

RICE13 = "RICE-2013, github.com/white-heomoi/RICE13_pyomo"
RICE10 = "RICE-2010 (Nordhaus 2010, PNAS 107(26)), tables of MimiRICE2010"
CODES = ("US", "EU", "JAP", "RUS", "EUR", "CHI", "IND", "MEST", "AFR", "LAM", "OHI", "OTH")
NAMES = {
    "US": ("United States", "美国", "high"),
    "EU": ("European Union", "欧盟", "high"),
    "JAP": ("Japan", "日本", "high"),
    "RUS": ("Russia", "俄罗斯", "middle"),
    "EUR": ("Eurasia", "欧亚其他国家", "middle"),
    "CHI": ("China", "中国", "middle"),
    "IND": ("India", "印度", "low"),
    "MEST": ("Middle East", "中东", "middle"),
    "AFR": ("Africa", "非洲", "low"),
    "LAM": ("Latin America", "拉丁美洲", "middle"),
    "OHI": ("Other high-income countries", "其他高收入国家", "high"),
    "OTH": ("Other Asia", "亚洲其他国家", "low"),
}
PERIODS = 60
EXPONENT = 2.8
DIGITS = 9  # significant


@cache
def _table(raw: Path, name: str) -> np.ndarray:
    """Return one validation table, periods by regions."""
    folder = raw / "international" / "rice2010" / "data" / "validation_data_v040"
    return np.asarray(pd.read_csv(folder / f"{name}.csv").to_numpy(dtype=float).squeeze())


@cache
def _parameters(raw: Path) -> pd.DataFrame:
    folder = raw / "international" / "rice2013_cc0" / "Data"
    path = folder / "Countries_variant_param.csv"
    return pd.read_csv(path, sep=";", index_col=0).astype(float)[list(CODES)]


@cache
def regions(raw: Path) -> Table:
    """Build the table of regions: first capital, damages, preferences, abatement cost."""
    given = _parameters(raw)
    frame = pd.DataFrame(
        {
            "region": CODES,
            "name_en": [NAMES[c][0] for c in CODES],
            "name_zh": [NAMES[c][1] for c in CODES],
            "income": [NAMES[c][2] for c in CODES],
            "capital_first_tn": _significant(_table(raw, "grosseconomy-K")[0]),
            "land_first_gtc": given.loc["Eland_0"].to_numpy(),
            "capital_share": given.loc["gamma"].to_numpy(),
            "depreciation": given.loc["d_k"].to_numpy(),
            "time_preference": given.loc["rho"].to_numpy(),
            "elasticity": given.loc["alpha"].to_numpy(),
            "abatement_exponent": given.loc["th_2"].to_numpy(),
            "damage_linear": given.loc["d_1"].to_numpy(),
            "damage_quadratic": given.loc["d_2"].to_numpy(),
            "sea_linear": given.loc["d1_slr"].to_numpy(),
            "sea_quadratic": given.loc["d2_slr"].to_numpy(),
        }
    )
    units = {"land_first_gtc": "GtC/year", "damage_linear": "%/degC",
             "damage_quadratic": "%/degC2", "sea_linear": "1/m", "sea_quadratic": "1/m2",
             "depreciation": "1/year", "time_preference": "1/year"}  # fmt: skip
    columns = (
        own("region"),
        own("name_en", "text"),
        own("name_zh", "text"),
        own("income"),
        Column("capital_first_tn", "tn USD (2005, PPP)", RICE10, "B", "2005", MIT),
        *(Column(c, units.get(c, "1"), RICE13, "B", "2013", "CC0 1.0") for c in frame.columns[5:]),
    )
    return Table("rice_regions", frame, columns)


@cache
def paths(raw: Path) -> Table:
    """Build the exogenous paths that lie behind the validation tables of the base case.

    Productivity from the production function, control and backstop price from marginal cost and
    abatement cost: ``mu / (1 - mu) = 2.8 cost / (emissions x marginal cost)``.
    """
    output, capital = _table(raw, "grosseconomy-YGROSS"), _table(raw, "grosseconomy-K")
    people = _table(raw, "grosseconomy-L")
    industry, cost = _table(raw, "emissions-EIND"), _table(raw, "emissions-ABATECOST")
    marginal = _table(raw, "emissions-MCABATE")
    control = _control(industry, cost, marginal)
    backstop = marginal / control ** (EXPONENT - 1)
    intensity = EXPONENT * cost / (output * backstop * control**EXPONENT)
    columns = {
        "population_m": people,
        "productivity": output / (capital**0.3 * (people / 1000) ** 0.7),
        "intensity_tc_per_1000": intensity,
        "backstop_1000_usd_per_tc": backstop,
        "saving_rate": _table(raw, "neteconomy-I") / _table(raw, "neteconomy-Y"),
        "control_rate": control,
    }
    years = [2005 + 10 * t for t in range(PERIODS)]
    index = pd.MultiIndex.from_product([years, CODES], names=["year", "region"])
    frame = pd.DataFrame({k: _significant(v.ravel()) for k, v in columns.items()}, index)
    units = ("million", "tn USD per capital and labour bundle", "tC/1000 USD", "1000 USD/tC",
             "1", "1")  # fmt: skip
    notes = ("", "YGROSS / (K^0.3 L^0.7)", "from abatement cost", "", "of net output", "base case")
    described = (
        Column(c, u, RICE10, "C", "2005-2595", MIT, note)
        for c, u, note in zip(columns, units, notes, strict=True)
    )
    return Table("rice_paths", frame.reset_index(), (own("year"), own("region"), *described))


@cache
def globals_(raw: Path) -> Table:
    """Build the table of constants."""
    columns = (
        own("name"),
        Column("value", "see unit", RICE10, "B", "2010", MIT),
        own("unit", "text"),
        own("meaning", "text"),
    )
    return Table("rice_globals", inputs("rice_globals"), columns)


def _control(industry: np.ndarray, cost: np.ndarray, marginal: np.ndarray) -> np.ndarray:
    """Return the control rate; where nothing is emitted any more it is one."""
    due, left = EXPONENT * cost, industry * marginal
    return np.where(industry > 0, due / (due + left), 1.0)


def _significant(values: np.ndarray) -> list[float]:
    return [float(f"{v:.{DIGITS}g}") for v in values]
