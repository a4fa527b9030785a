"""What the verbs of ``dualcarbon mrv`` share: the group, files of plants in, tables out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.cbam.shipments import counted
from dualcarbon.cli.console import remark
from dualcarbon.cli.verb import group
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.mrv import Batch

TEMPLATE = "dualcarbon mrv template power --out plant.xlsx"
SOME_BAD = 1
app = group(
    "Measurement, reporting, verification of emissions. Research and internal control, "
    "not an official registry.",
    TEMPLATE,
    "dualcarbon mrv calculate plant.xlsx",
)
PlanFile = Annotated[
    list[Path] | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="Data-quality plan of a plant, YAML; gaps are filled against it; repeatable.",
    ),
]
Data = Annotated[Path, typer.Argument(help="Figures of plants, csv or xlsx.", show_default=False)]
Sector = Annotated[
    str | None,
    typer.Option(metavar="power|cement|aluminium|steel", help="Of plants without a guide."),
]
OneGuide = Annotated[
    str | None, typer.Option("--guide", metavar="KEY", help="Guide of all plants; see mrv guides.")
]


def batch_of(
    file: Path, sector: str | None, key: str | None, plans: Sequence[Path] | None = None
) -> Batch:
    """The reports of a file, by a guide or sector, gaps filled by plans.

    Raises:
        InputError: the file cannot be used, or no plant could be computed.
    """
    from dualcarbon import mrv
    from dualcarbon.mrv.guides import SECTORS

    if sector is not None and sector not in SECTORS:
        raise unknown_name("sector", sector, SECTORS, where="--sector")
    only = mrv.guide(key, "--guide") if key else None
    with counted("plants") as progress:
        found = [mrv.read_plan(path) for path in plans or ()]
        batch = mrv.read_batch(file, sector=sector, only=only, plans=found, progress=progress)
    if not batch.reports:
        said = list(batch.errors.values())
        if len(said) == 1:
            raise InputError(f"{said[0]}; nothing is written")
        for message in said:
            remark(message)
        raise InputError("no plant could be computed; nothing is written", where=str(file))
    return batch


def write(tables: Mapping[str, Any], path: Path) -> list[Path]:
    """Write tables: sheets of a workbook, or the first as csv and the others beside it."""
    from dualcarbon.common.outgoing import write_csv
    from dualcarbon.common.whole import whole
    from dualcarbon.report.export import write_workbook

    try:
        if path.suffix.lower() == ".xlsx":
            whole(path, lambda part: write_workbook(tables, part, first=False))
            return [path]
        written = []
        for number, (name, table) in enumerate(tables.items()):
            target = path.with_name(f"{path.stem}-{name}.csv") if number else path
            whole(target, partial(write_csv, table))
            written.append(target)
        return written
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error
