"""Allowances: by benchmark for power plants, by balance for industry, and what is carried over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv.quantities import exact
from dualcarbon.mrv.report import Report
from dualcarbon.mrv.rules import rule

ONE = Fraction(1)
OUTPUT = {"gross generation": "electricity_gross", "net supply": "electricity_supplied"}
"""Item of a report that a benchmark refers to, by its basis."""


@dataclass(frozen=True)
class Benchmark:
    """Allowances per unit of output of a class of plants.

    Attributes:
        power: t/MWh; heat: t/GJ; basis: ``gross generation`` or ``net supply``; grade.
    """

    power: Fraction
    heat: Fraction
    basis: str
    grade: str


def benchmark(kind: str, year: int) -> Benchmark:
    """The benchmark of a class of power plants in a year.

    Raises:
        InputError: no such class, or none for the year.
    """
    table = datasets.load("ets_benchmarks")
    kinds = list(dict.fromkeys(table["class"]))
    if kind not in kinds:
        raise unknown_name("class", kind, kinds, where="class")
    rows = table[(table["class"] == kind) & (table["year"] == year)].to_dict("records")
    if not rows:
        years = sorted(set(table["year"]))
        raise InputError(
            f"no benchmark for {year}", where="year", allowed=f"{years[0]} to {years[-1]}"
        )
    row = rows[0]
    return Benchmark(
        exact(row["t_per_mwh"]), exact(row["heat_t_per_gj"]), row["basis"], row["grade"]
    )


def allocate(
    benchmark: Benchmark, mwh: Fraction, gj: Fraction, load_factor: Fraction = ONE
) -> Fraction:
    """Allowances of a power plant: ``A = B_e W F_load + B_h Q``.

    Args:
        benchmark: of its class and year; mwh: output on the basis of the benchmark; gj: heat
            supplied; load_factor: correction for part load, at least one.

    Returns:
        t CO2.

    Source: MEE allocation plans of the power sector.
    """
    if load_factor < 1:
        raise InputError(
            f"a correction of {float(load_factor):g}", where="load_factor", allowed="at least 1"
        )
    return benchmark.power * mwh * load_factor + benchmark.heat * gj


def allocate_industry(
    verified: Fraction,
    intensity: Fraction,
    balance: Fraction,
    slope: Fraction | None = None,
    band: Fraction | None = None,
) -> Fraction:
    """Allowances of steel, cement and aluminium: ``A = E (1 + clip(k (B - e)/B, -band, band))``.

    Slope and band are not official text; see the grade of the rules.

    Args:
        verified: emissions, t CO2e; intensity: of the plant; balance: of the industry, in the
            same unit; slope: k; band: of the surplus and the deficit.

    Raises:
        InputError: the balance value is not above zero.
    """
    if balance <= 0:
        raise InputError("a balance value of zero", where="balance", allowed="above 0")
    k = rule("industry_slope").value if slope is None else slope
    edge = rule("industry_band").value if band is None else band
    rate = min(max(k * (balance - intensity) / balance, -edge), edge)
    return verified * (1 + rate)


def carry_over(net_sales: Fraction, at: date = date(2025, 12, 31)) -> Fraction:
    """Most that vintages 2019 to 2024 carry over: ``10 000 + 1.5 x net sales``, t CO2.

    Raises:
        InputError: negative sales, or the window is closed at the date.
    """
    if net_sales < 0:
        raise InputError("net sales below zero", where="net_sales", allowed="at least 0")
    base, per_sale = rule("carry_over_base", at), rule("carry_over_per_sale", at)
    return base.value + per_sale.value * net_sales


def allocation_of(report: Report, kind: str, year: int | None = None) -> Fraction:
    """Allowances of a power plant from its report: output on the basis of the benchmark, and heat.

    Args:
        report: of the plant; kind: class of the benchmark; year: of the benchmark, that of the
            report by default.

    Raises:
        InputError: no such class or year, or the report lacks the output that the benchmark is of.
    """
    found = benchmark(kind, report.year if year is None else year)
    item = OUTPUT[found.basis]
    if not report.output(item):
        raise InputError(f"the report of {report.plant} has no {item}", where="allocation")
    factors = {d.value for d in report.data if (d.item, d.parameter) == (item, "load_factor")}
    if len(factors) > 1:
        raise InputError(f"{len(factors)} load factors in one report", where="load_factor")
    load = factors.pop() if factors else ONE
    return allocate(found, report.output(item), report.output("heat_supplied"), load)
