"""What reports stand on: guides by edition, factors of electricity, benchmarks."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli.answer import Answer, Table, tidy
from dualcarbon.cli.console import word
from dualcarbon.cli.mrv.group import app
from dualcarbon.cli.verb import verb


@verb(app, examples=("dualcarbon mrv guides",))
def guides(lang: str = "en") -> Answer:
    """Accounting guides by edition, and the periods whose reports follow them."""
    from dualcarbon import datasets

    table = datasets.load("mrv_guides")
    heads = {
        "guide": "guide",
        f"title_{lang}": "title",
        "status": "status",
        "covers_from": "covers from",
        "covers_to": "to",
        "grade": "grade",
    }
    return tidy(table, word("mrv.guides", lang), heads, text=len(heads))


@verb(app, examples=("dualcarbon mrv factors",))
def factors(lang: str = "en") -> Answer:
    """Emission factors of electricity by basis; each question takes just one of them."""
    from dualcarbon import datasets

    table = datasets.load("electricity_factors")
    table["t_per_mwh"] = table["numerator"] / table["denominator"]
    table["basis_shown"] = [word(f"basis.{name}", lang) for name in table["basis"]]
    heads = {
        "factor": "factor",
        "basis_shown": "basis",
        "area": "area",
        "grade": "grade",
        "year": "year",
        "t_per_mwh": "emissions, t/MWh",
    }
    frame = table.drop(columns="basis_shown")
    return tidy(frame, word("mrv.factors", lang), heads, text=4, shown=table)


@verb(
    app,
    examples=("dualcarbon mrv allocate --class coal_over_300 --year 2024 --mwh 3300000 --gj 1e6",),
)
def allocate(
    kind: Annotated[str, typer.Option("--class", help="Class of the plant, e.g. coal_over_300.")],
    year: Annotated[int, typer.Option(help="Year of the benchmark.")],
    mwh: Annotated[float, typer.Option(help="Output: gross from 2023, net before.")],
    gj: Annotated[float, typer.Option(help="Heat supplied, GJ.")] = 0.0,
    load_factor: Annotated[float, typer.Option(help="Correction for part load.")] = 1.0,
    lang: str = "en",
) -> Answer:
    """Allowances of a power plant by the benchmark of its class and year."""
    from dualcarbon.mrv import allocate as allocated
    from dualcarbon.mrv import benchmark
    from dualcarbon.mrv.quantities import exact

    found = benchmark(kind, year)
    given = (exact(mwh, "--mwh"), exact(gj, "--gj"), exact(load_factor, "--load-factor"))
    total = allocated(found, *given)
    heads = ["class", "basis", "grade", "year", "benchmark, t/MWh", "heat, t/GJ", "allowances, t"]
    basis = word(f"basis.{found.basis}", lang)
    row = [kind, basis, found.grade, year, float(found.power), float(found.heat), float(total)]
    document = {"class": kind, "year": year, "basis": found.basis, "grade": found.grade,
                "allowances_t": str(total)}  # fmt: skip
    return Answer([Table(word("mrv.allocate", lang), heads, [row], 3)], json=document)
