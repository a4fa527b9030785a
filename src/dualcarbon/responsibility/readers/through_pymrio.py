"""What the readers that go through pymrio share: where the emissions come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers.iosystem import from_pymrio
from dualcarbon.responsibility.readers.iosystem_parts import labels
from dualcarbon.responsibility.table.table import InputOutputTable

CO2 = ("required", "none")


def table_of(
    io: Any,
    *,
    path: Path,
    year: int,
    name: str,
    source: str,
    rows: str | None,
    emissions: str | Path | None,
    co2: str,
    zero_output: str,
    extension: str | None = None,
    currency: str | None = None,
) -> InputOutputTable:
    """Make a table with CO2 in Mt of a parsed system.

    Args:
        io: the pymrio system.
        path: its files, for errors.
        year, name, source, extension, currency: see ``iosystem.from_pymrio``.
        rows: regular expression of the stressors that are summed to CO2; None where the database
            brings no emissions.
        emissions: csv with emissions to take instead, see ``readers.emissions``; by default
            ``co2_YYYY.csv`` beside the table, if there is one.
        co2: ``none`` opens the table without emissions.
        zero_output: treatment of emissions on industries without output.

    Raises:
        InputError: there are no emissions and none are given.
    """
    if co2 not in CO2:
        raise unknown_name("value", co2, CO2, where="co2")
    if emissions is None and co2 == "required":
        emissions = em.needed(path, year) if rows is None else em.beside(path, year)
    flows = io.Z if io.Z is not None else io.A
    given = None
    if emissions is not None or co2 == "none":
        regions, sectors = labels(flows.index)
        given = em.read(emissions, regions, sectors) if emissions else em.none(regions, sectors)
    table = from_pymrio(
        io,
        year=year,
        name=name,
        source=source if emissions is None else f"{source}; emissions: {Path(emissions).name}",
        emissions=given,
        rows={"CO2": rows or ""},
        extension=extension,
        currency=currency,
    )
    return em.treated(table, zero_output)
