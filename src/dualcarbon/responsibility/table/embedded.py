"""The compact world tables that the package ships: 16 regions x 17 sectors with CO2."""

from __future__ import annotations

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.table.countries import population_of
from dualcarbon.responsibility.table.table import InputOutputTable

NAMES = ("compact",)
SOURCE = "WIOD release 2013 (Timmer et al. 2015) and JRC CO2 accounts (2019), aggregated"
EU, CROATIA = "EU", "HRV"


def years(name: str = "compact") -> tuple[int, ...]:
    """Years of an embedded table.

    Raises:
        InputError: no such table.
    """
    if name not in NAMES:
        raise unknown_name("embedded table", name, NAMES)
    prefix = f"io_{name}_"
    found = (n.removeprefix(prefix) for n in datasets.matrix_names() if n.startswith(prefix))
    return tuple(sorted(int(year) for year in found))


def load_table(name: str = "compact", year: int | None = None) -> InputOutputTable:
    """Return an embedded world table: million current US$, Mt of CO2.

    ``EU`` is the union of today without Croatia, which is in ``ROW``. Emissions of households stand
    in their region of residence; emissions on industries without output are in their sector. What
    aggregation does to the accounts is in docs/reference/input-output-tables.md.

    Args:
        name: compact.
        year: one of :func:`years`; the latest by default.

    Raises:
        InputError: no such table or year.
    """
    have = years(name)
    year = have[-1] if year is None else year
    if year not in have:
        nearest = min(have, key=lambda known: abs(known - year))
        raise InputError(
            f"no embedded table of {year}", allowed=map(str, have), nearest=str(nearest)
        )
    parts = datasets.matrices(f"io_{name}_{year}")
    regions = [str(region) for region in parts["regions"]]
    return InputOutputTable.of(
        parts["Z"],
        parts["Y"],
        parts["F"],
        F_Y=parts["F_Y"],
        x=parts["x"],
        regions=regions,
        sectors=[str(sector) for sector in parts["sectors"]],
        categories=[str(category) for category in parts["categories"]],
        currency="MUSD",
        year=year,
        name=f"compact world table, {year}",
        source=SOURCE,
        population=_population(regions, year),
    )


def _population(regions: list[str], year: int) -> dict[str, float] | None:
    """Persons; Croatia is counted in the rest of the world, as its output is."""
    persons = population_of(regions, year)
    croatia = population_of([CROATIA], year)
    if persons and croatia and EU in persons and "ROW" in persons:
        persons[EU] -= croatia[CROATIA]
        persons["ROW"] += croatia[CROATIA]
    return persons
