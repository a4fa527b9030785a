"""Policy values that come from the embedded tables, so that no scenario types them again.

A field may say ``{from_data: ets_benchmarks, year: 2024}``; :data:`SOURCES` lists the names, the
options of each, and the table, column and unit behind it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

MARK = "from_data"
GAS_OWN_USE = 0.02
"""Share of its output that a gas plant uses itself: order of magnitude, grade D."""


@dataclass(frozen=True)
class DataContext:
    """What a value may depend on.

    Attributes:
        years: milestone years of the scenario.
        region_of: bus of each province.
    """

    years: tuple[int, ...]
    region_of: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """Where a policy value comes from.

    Attributes:
        table, column: of the embedded data.
        unit: unit of the value in the scenario.
        value: function of the context and of options.
        by_province: whether the value is by province, for the world of China only.
    """

    table: str
    column: str
    unit: str
    value: Callable[..., Any]
    by_province: bool = False

    @property
    def options(self) -> list[str]:
        """Names of the options."""
        return list(inspect.signature(self.value).parameters)[1:]


def filled(value: Any, context: DataContext, where: str) -> Any:
    """Replace every ``from_data`` inside a value by the figures.

    Raises:
        InputError: unknown source or option, or figures that this world does not have.
    """
    if isinstance(value, Mapping):
        if MARK in value:
            return _figures(value, context, where)
        return {k: filled(v, context, f"{where}.{k}") for k, v in value.items()}
    return value


def _figures(marked: Mapping[str, Any], context: DataContext, where: str) -> Any:
    name = str(marked[MARK])
    if name not in SOURCES:
        raise unknown_name("data source", name, SOURCES, where=where)
    source = SOURCES[name]
    options = {str(k): v for k, v in marked.items() if k != MARK}
    for option in options:
        if option not in source.options:
            raise unknown_name(f"option of {MARK} {name}", option, source.options, where=where)
    if source.by_province and not _china(context):
        raise InputError(
            f"'{name}' has figures for China's provinces only",
            where=where,
            allowed="numbers written out",
        )
    try:
        return source.value(context, **options)
    except InputError as error:
        raise error.within(where) from None


def _china(context: DataContext) -> bool:
    from dualcarbon import datasets

    return set(context.region_of) <= set(datasets.provinces())


def _table(name: str, year: Any = None) -> pd.DataFrame:
    from dualcarbon import datasets

    table = datasets.load(name)
    if year is None:
        return table
    years = [int(y) for y in dict.fromkeys(table["year"])]
    if year not in years:
        raise InputError(f"no figures of '{name}' for {year}", allowed=[str(y) for y in years])
    return table[table["year"] == year]


def _by_region(
    value: pd.Series, weight: pd.Series, context: DataContext, digits: int
) -> dict[str, float]:
    """Weighted mean of provincial figures by bus; provinces without weight count a little."""
    weight = weight.reindex(value.index).fillna(0.0) + 1e-9 * weight.sum()
    region = value.index.map(dict(context.region_of))
    mean = (value * weight).groupby(region).sum() / weight.groupby(region).sum()
    order = dict.fromkeys(context.region_of.values())
    return {r: round(float(mean[r]), digits) for r in order if r in mean and mean[r] == mean[r]}


def _consumption() -> pd.Series:
    return _table("demand", 2024).set_index("province")["twh"]


def _coal_capacity() -> pd.Series:
    fleet = _table("fleet")
    coal = fleet[fleet["carrier"].str.startswith("coal")]
    return coal.groupby("province")["p_nom_mw"].sum()


def ets_benchmarks(
    context: DataContext, year: int = 2024, gross: bool = False, corrections: float = 1.0
) -> dict[str, float]:
    """Benchmarks of the national market, t CO2 per MWh of gross generation, by class.

    Until 2022 they are per MWh of net supply; ``gross`` takes off what plants of the class use
    themselves, ``b (1 - own use)``. ``corrections`` is what the plan gives for load, cooling and
    heat on average.
    """
    table = _table("ets_benchmarks", year).set_index("class")["t_per_mwh"]
    if (_table("ets_benchmarks", year)["basis"] != "gross generation").any():
        if not gross:
            raise InputError(
                f"the benchmarks of {year} are per MWh of net supply",
                allowed="2023 or 2024, or gross: true",
            )
        table = table * (1.0 - _own_use().reindex(table.index).fillna(GAS_OWN_USE))
    return {str(c): round(float(v) * corrections, 4) for c, v in table.items()}


def _own_use() -> pd.Series:
    """Share of their output that coal plants of a benchmark class use themselves."""
    rates = _table("coal_rates").set_index("carrier")
    of_class = _table("carriers").set_index("carrier")["ets_class"].reindex(rates.index)
    weight = rates["capacity_share"]
    used = (rates["own_use"] * weight).groupby(of_class).sum()
    return used / weight.groupby(of_class).sum()


def ets_surplus(context: DataContext) -> float:
    """Allowances left over from the years before the horizon, t CO2.

    The sum of the yearly surpluses that the ministry has named (2021 to 2023). What was left of
    2019-20 lost its use by the carry-over rule; an analyst's figure for all years is 360 Mt (2024).
    """
    table = _table("statistics").query("item == 'cea_surplus'")
    before = table[table["year"] < min(context.years, default=0)]
    return round(1e6 * float(before["value"].sum()), 0)


def ccer_supply(
    context: DataContext, case: str = "central", without: list[str] | None = None
) -> list[dict[str, Any]]:
    """Steps of offset supply from outside the model: name, t CO2 per year, CNY/t."""
    table = _table("ccer_supply")
    columns = {"low": "potential_mt_low", "central": "potential_mt", "high": "potential_mt_high"}
    if case not in columns:
        raise unknown_name("case", str(case), columns)
    for name in without or ():
        if name not in set(table["step"]):
            raise unknown_name("step", str(name), table["step"])
    table = table[~table["step"].isin(without or ())]
    return [
        {
            "name": row["step"],
            "quantity": _from(int(row["available_from"]), 1e6 * row[columns[case]], context),
            "price": float(row["cost_cny_per_t"]),
        }
        for _, row in table.iterrows()
    ]


def _from(start: int, quantity: float, context: DataContext) -> float | dict[int, float]:
    """A quantity that is there from a year on."""
    years = context.years
    if not years or start <= years[0]:
        return float(quantity)
    return {y: float(quantity) if y >= start else 0.0 for y in years}


def rps_total_share(
    context: DataContext, year: int = 2025, lowest: float = 0.0, highest: float = 1.0
) -> dict[str, float]:
    """Renewable share of consumption that provinces must reach, within a published range."""
    weights = _table("rps_weights", year).set_index("province")["total_share"]
    return _by_region(weights.clip(lowest, highest), _consumption(), context, 4)


def rps_nonhydro_share(
    context: DataContext, year: int = 2025, lowest: float = 0.0, highest: float = 1.0
) -> dict[str, float]:
    """Share of consumption from renewables other than hydro that provinces must reach."""
    weights = _table("rps_weights", year).set_index("province")["nonhydro_share"]
    return _by_region(weights.clip(lowest, highest), _consumption(), context, 4)


def rps_growth(context: DataContext, first: int = 2025, last: int = 2030) -> float:
    """Yearly growth of the national renewable obligation, as a share of consumption."""
    consumption = _consumption()
    means = [
        (_table("rps_weights", year).set_index("province")["total_share"] * consumption).sum()
        / consumption.sum()
        for year in (first, last)
    ]
    return round(float(means[1] - means[0]) / (last - first), 5)


def coal_capacity_payment(context: DataContext, year: int = 2026) -> dict[str, float]:
    """Capacity tariff of coal plants, CNY per MW and year."""
    column = f"capacity_payment_coal_cny_per_kw_y_{year}"
    table = _table("tariffs").set_index("province")
    if column not in table:
        raise InputError(f"no capacity payment for {year}", allowed="2024 or 2026")
    return _by_region(table[column] * 1e3, _coal_capacity(), context, 0)


def coal_tariff(context: DataContext) -> dict[str, float]:
    """Benchmark tariff of coal power, CNY/MWh."""
    tariffs = _table("tariffs").set_index("province")["coal_benchmark_cny_per_mwh"]
    return _by_region(tariffs, _coal_capacity(), context, 1)


def mean_coal_tariff(context: DataContext) -> float:
    """Benchmark tariff of coal power, mean over coal capacity, CNY/MWh."""
    tariffs = _table("tariffs").set_index("province")["coal_benchmark_cny_per_mwh"]
    weight = _coal_capacity().reindex(tariffs.index).fillna(0.0)
    return round(float((tariffs * weight).sum() / weight.sum()), 1)


def guaranteed_hours(context: DataContext, carrier: str = "onwind") -> dict[str, float]:
    """Hours whose output was bought at the coal tariff, of wind or sun, h per year."""
    columns = {"onwind": "guaranteed_hours_wind", "solar": "guaranteed_hours_solar"}
    if carrier not in columns:
        raise unknown_name("carrier", str(carrier), columns)
    hours = _table("tariffs").set_index("province")[columns[carrier]]
    return _by_region(hours, _consumption(), context, 0)


def mechanism_prices(context: DataContext, carrier: str = "onwind") -> dict[str, float]:
    """Price that the latest auction of a province has set for new plants, CNY/MWh.

    Provinces without a known auction are left out.
    """
    table = _table("mechanism_prices")
    if carrier not in set(table["carrier"]):
        raise unknown_name("carrier", str(carrier), sorted(set(table["carrier"])))
    price = table[table["carrier"] == carrier].set_index("province")["cny_per_mwh"]
    return _by_region(price, _consumption(), context, 1)


def capacity_credit(context: DataContext) -> dict[str, float]:
    """Share of capacity that counts at the peak, by carrier."""
    table = _table("carriers")
    return {
        str(c): float(v) for c, v in zip(table["carrier"], table["capacity_credit"], strict=True)
    }


SOURCES: dict[str, Source] = {
    "ets_benchmarks": Source("ets_benchmarks", "t_per_mwh", "t CO2/MWh", ets_benchmarks),
    "ets_surplus": Source("statistics", "value", "t CO2", ets_surplus),
    "ccer_supply": Source("ccer_supply", "potential_mt", "t CO2/a and CNY/t", ccer_supply),
    "rps_total_share": Source("rps_weights", "total_share", "1", rps_total_share, True),
    "rps_nonhydro_share": Source("rps_weights", "nonhydro_share", "1", rps_nonhydro_share, True),
    "rps_growth": Source("rps_weights", "total_share", "1/a", rps_growth),
    "coal_capacity_payment": Source(
        "tariffs",
        "capacity_payment_coal_cny_per_kw_y_2026",
        "CNY/MW/a",
        coal_capacity_payment,
        True,
    ),
    "coal_tariff": Source("tariffs", "coal_benchmark_cny_per_mwh", "CNY/MWh", coal_tariff, True),
    "guaranteed_hours": Source("tariffs", "guaranteed_hours_wind", "h/a", guaranteed_hours, True),
    "mechanism_prices": Source(
        "mechanism_prices", "cny_per_mwh", "CNY/MWh", mechanism_prices, True
    ),
    "mean_coal_tariff": Source(
        "tariffs", "coal_benchmark_cny_per_mwh", "CNY/MWh", mean_coal_tariff
    ),
    "capacity_credit": Source("carriers", "capacity_credit", "1", capacity_credit),
}
