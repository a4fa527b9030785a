"""The side of consumption: scope 2, purchases, and both sides on one sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, tidy
from dualcarbon.cli.console import word
from dualcarbon.cli.mrv.group import app, batch_of
from dualcarbon.cli.options import pair
from dualcarbon.cli.responsibility.opening import (
    PathOption,
    ReaderOption,
    TableOption,
    YearOption,
    read,
)
from dualcarbon.cli.verb import verb
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.mrv import Contract, Interval, Scope2

LOAD_HEADS = (
    *("start", "load_mwh", "certificates_mwh", "certificates_area"),
    *("contract_mwh", "contract_t_per_mwh"),
)


@verb(app, examples=("dualcarbon mrv scope2 load.csv --area North --year 2023",))
def scope2(
    file: Annotated[
        Path,
        typer.Argument(
            help="Load and certificates, csv or xlsx: start, load_mwh, certificates_mwh, "
            "certificates_area, contract_mwh, contract_t_per_mwh.",
            show_default=False,
        ),
    ],
    area: Annotated[str, typer.Option(help="Grid of the load: CN, North, East, ...")] = "CN",
    year: Annotated[int | None, typer.Option(help="Year of the factors; the latest.")] = None,
    lang: str = "en",
) -> Answer:
    """Scope 2 by location and by market, the year as one interval and interval by interval."""
    from dualcarbon.mrv.electricity import GridAverage, Residual, embedded_factor
    from dualcarbon.mrv.electricity import scope2 as computed

    load, certificates, contracts = _intervals(file, area)
    average = embedded_factor(GridAverage, area, year)
    residual = embedded_factor(Residual, "CN", year)
    found = computed(load, certificates, average, residual, contracts)
    rows = _rows(found)
    title = word(
        "mrv.scope2",
        lang,
        average=f"{float(average.value):g}",
        residual=f"{float(residual.value):g}",
        year=average.year,
    )
    shown = [[word(f"scope2.{name}", lang), unit, value] for name, value, unit in rows]
    import pandas as pd

    from dualcarbon.common.tables import columns, conformed

    table = conformed("mrv_scope2", pd.DataFrame(rows, columns=columns("mrv_scope2")))
    return Answer(
        [Table(title, ["item", "unit", "value"], shown, 2)],
        csv=table,
        json={name: value for name, value, _ in rows},
    )


def _rows(found: Scope2) -> list[tuple[str, float, str]]:
    return [
        ("load", float(found.load_mwh), "MWh"),
        ("certified", float(found.certified_mwh), "MWh"),
        ("undeliverable", float(found.undeliverable_mwh), "MWh"),
        ("annual_share", float(found.annual_share), "1"),
        ("matched_share", float(found.matched_share), "1"),
        ("location", float(found.location), "t CO2"),
        ("market", float(found.market), "t CO2"),
        ("hourly", float(found.hourly), "t CO2"),
    ]


def _intervals(
    path: Path, area: str
) -> tuple[list[Interval], list[Interval], list[tuple[Interval, Contract]]]:
    from dualcarbon.common.sheets import read_sheet
    from dualcarbon.mrv.electricity import Contract, Interval
    from dualcarbon.mrv.quantities import exact

    table = read_sheet(path)
    for name in table.columns:
        if name not in LOAD_HEADS:
            raise unknown_name("column", str(name), LOAD_HEADS, where=str(path))
    for name in LOAD_HEADS[:2]:
        if name not in table.columns:
            raise InputError(f"column '{name}' is missing", where=str(path), allowed=LOAD_HEADS)
    load, certificates, contracts = [], [], []
    for number, row in enumerate(table.to_dict("records"), start=2):
        where = f"{path}, row {number}"
        load.append(Interval(str(row["start"]), exact(row["load_mwh"], f"{where}, load_mwh"), area))
        claimed = row.get("certificates_mwh", "")
        if claimed != "":
            place = str(row.get("certificates_area", "")) or area
            mwh = exact(claimed, f"{where}, certificates_mwh")
            certificates.append(Interval(str(row["start"]), mwh, place))
        delivered, factor = row.get("contract_mwh", ""), row.get("contract_t_per_mwh", "")
        if (delivered == "") != (factor == ""):
            raise InputError("a contract needs MWh and t/MWh", where=where)
        if delivered != "":
            mwh = exact(delivered, f"{where}, contract_mwh")
            value = exact(factor, f"{where}, contract_t_per_mwh")
            own = Contract(value, area, 0, str(path), "B")
            contracts.append((Interval(str(row["start"]), mwh, area), own))
    return load, certificates, contracts


@verb(app, examples=("dualcarbon mrv embodied purchases.yaml",))
def embodied(
    file: Annotated[Path, typer.Argument(help="Purchases, YAML.", show_default=False)],
    lang: str = "en",
) -> Answer:
    """Emissions embodied in purchases, by quantity where known and by spend otherwise."""
    table, year, grade = _purchases(file)
    total = float(table["embodied_t"].sum())
    title = word("mrv.embodied", lang, total=f"{total:,.0f}", year=year, grade=grade)
    shown = table.assign(share=100 * table["share"])
    heads = {
        "name": "name",
        "sector": "sector",
        "method": "method",
        "embodied_t": "embodied, t",
        "share": "share, %",
    }
    return tidy(table, title, heads, text=3, shown=shown, about={"embodied_t": total})


TOP = (
    *("year", "region", "table_year", "currency_rate", "price_index", "margins"),
    *("purchases", "embodied_out_t"),
)
YEARS_OF_A_TABLE = 5
"""Years for which a table of industries is an estimate; beyond, it is an illustration."""
ENTRY = ("name", "sector", "paid", "quantity", "factor", "own")


def _purchases(path: Path) -> tuple[Any, int, str]:
    """Emissions of the purchases of a file, the year of the table, and the grade of the result."""
    from dualcarbon.common import documents
    from dualcarbon.datasets.countries import among
    from dualcarbon.loop import purchase_multipliers
    from dualcarbon.mrv.consumption import Purchase, basic_spend
    from dualcarbon.mrv.consumption import embodied as computed
    from dualcarbon.responsibility.table.embedded import load_table, years

    given = documents.read(path)
    for key in given:
        if key not in TOP:
            raise unknown_name("key", key, TOP, where=str(path))
    for key in ("year", "region", "currency_rate", "price_index", "margins", "purchases"):
        if key not in given:
            raise InputError(f"'{key}' is missing", where=str(path))
    scale = {}
    for key in ("currency_rate", "price_index", "margins"):
        scale[key] = _number(given[key], f"{path}, {key}")
    found = []
    if not isinstance(given["purchases"], list):
        raise InputError("expected a list", where=f"{path}, purchases")
    for position, entry in enumerate(given["purchases"]):
        where = f"{path}, purchases[{position}]"
        if not isinstance(entry, dict):
            raise InputError("expected a mapping", where=where, allowed=ENTRY)
        for key in entry:
            if key not in ENTRY:
                raise unknown_name("key", key, ENTRY, where=where)
        if not entry.get("name"):
            raise InputError("'name' is missing", where=where)
        paid = _number(entry.get("paid", 0), f"{where}.paid")
        spend = basic_spend(
            paid, rate=scale["currency_rate"], index=scale["price_index"], margins=scale["margins"]
        )
        physical = {
            k: _number(entry[k], f"{where}.{k}") for k in ("quantity", "factor") if k in entry
        }
        found.append(
            Purchase(
                str(entry.get("name", "")),
                str(entry.get("sector", "")),
                spend,
                own=str(entry.get("own", "")),
                **physical,
            )
        )
    year = int(_number(given.get("table_year", years()[-1]), f"{path}, table_year"))
    region = among(str(given["region"]), load_table(year=year).regions)
    table = computed(found, purchase_multipliers(region, year))
    apart = abs(int(_number(given["year"], f"{path}, year")) - year)
    return table, year, "C" if apart <= YEARS_OF_A_TABLE else "D"


def _number(value: Any, where: str) -> float:
    from dualcarbon.mrv.quantities import exact

    return float(exact(value, where))


@verb(app, examples=("dualcarbon mrv both plant.xlsx purchases.yaml --bought 5000",))
def both(
    file: Annotated[Path, typer.Argument(help="Figures of plants, csv or xlsx.")],
    purchases: Annotated[Path, typer.Argument(help="Purchases, YAML; embodied_out_t: of sales.")],
    bought: Annotated[
        float | None,
        typer.Option(metavar="T", help="Scope 2, t CO2; that of the reports if left out."),
    ] = None,
    sector: Annotated[str | None, typer.Option(help="Of plants without a guide.")] = None,
    lang: str = "en",
) -> Answer:
    """Production and consumption of a company on one sheet."""
    from dualcarbon.common import documents
    from dualcarbon.mrv.consumption import both_sides

    batch = batch_of(file, sector, None)
    if batch.errors:
        raise InputError(next(iter(batch.errors.values())))
    table, year, grade = _purchases(purchases)
    outward = _number(
        documents.read(purchases).get("embodied_out_t", 0), f"{purchases}, embodied_out_t"
    )
    scope_2 = (
        float(sum(one.total("indirect") for one in batch.reports)) if bought is None else bought
    )
    sheet = both_sides(batch.reports, scope_2, float(table["embodied_t"].sum()), outward)
    shown = sheet.assign(
        side=[word(f"side.{s}", lang) for s in sheet["side"]],
        item=[word(f"both.{i}", lang) for i in sheet["item"]],
    )
    heads = {"side": "side", "item": "item", "tco2": "emissions, t"}
    title = word("mrv.both", lang, year=year, grade=grade)
    return tidy(sheet, title, heads, text=2, shown=shown)


@verb(app, examples=("dualcarbon mrv region CHN", "dualcarbon mrv region CHN --year 2009"))
def region(
    name: Annotated[str, typer.Argument(help="Country, or region of the table.")],
    table: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    option: ReaderOption = None,
    lang: str = "en",
) -> Answer:
    """Production and consumption of a country or province on one sheet.

    The embedded tables know China as one; a table of provinces is read with --table and --path.
    """
    from dualcarbon.datasets.countries import among
    from dualcarbon.loop import region_sides

    options = dict(pair(text, "--option", "KEY=VALUE") for text in option or ())
    found = read(table, path, year, options)
    sheet = region_sides(found, among(name, found.regions))
    shown = sheet.assign(
        side=[word(f"side.{s}", lang) for s in sheet["side"]],
        item=[word(f"both.{i}", lang) for i in sheet["item"]],
    )
    heads = {"side": "side", "item": "item", "tco2": "emissions, t"}
    title = word("mrv.region", lang, name=name, year=found.year, grade=found.grade)
    return tidy(sheet, title, heads, text=2, shown=shown)
