"""``dualcarbon run``: solve scenarios and write the run folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.charts.numbers import in_text
from dualcarbon.cli.answer import Answer, Table
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.options import scenario_names
from dualcarbon.cli.verb import Law, OnCluster, Sets, Workers, under
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from dualcarbon.report.text import Text
    from dualcarbon.runs.result import Run

EXAMPLES = ("dualcarbon run teaching teaching_link --out runs/teaching",)
SHOWN = (
    "renewable_share",
    "co2_mt",
    "system_cost_bn_cny",
    "power_price_cny_per_mwh",
    "cea_cny_per_t",
    "gec_cny_per_mwh",
    "ccer_cny_per_t",
)


def run(
    name_or_file: Annotated[
        list[str],
        typer.Argument(
            help="Shipped scenarios or YAML files.",
            show_default=False,
            autocompletion=scenario_names,
        ),
    ],
    set_: Sets = None,
    law: Law = None,
    regions: Annotated[
        str | None, typer.Option(metavar="provinces|grids", help="31 provinces or 7 grids.")
    ] = None,
    days: Annotated[str | None, typer.Option(metavar="N", help="Typical days per year.")] = None,
    years: Annotated[
        str | None, typer.Option(metavar="Y,Y,...", help="Years, e.g. 2025,2030,2035.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Run folder.")] = None,
    workers: Workers = 2,
    cluster: OnCluster = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Solve scenarios and write a report, tables and everything needed to repeat the run."""
    given_years, given_days = year_list(years), day_number(days)

    from dualcarbon.runs import files as runfiles
    from dualcarbon.runs.run import run as solve
    from dualcarbon.scenario.documents import load_scenarios
    from dualcarbon.scenario.overrides import system_sets

    sets = [*under(law, set_), *system_sets(given_years, given_days, regions)]
    scenarios = load_scenarios(name_or_file, sets)
    place = out or runfiles.place_of({s.name: s for s in scenarios})
    result = solve(
        name_or_file,
        sets=sets,
        lang=lang,
        out=place,
        progress=tell,
        workers=workers,
        cluster=cluster,
    )
    return Answer(
        results(result, lang),
        json=lambda: {"folder": str(place), **result.summary()},
        csv=result.tables["indicators"],
        remarks=[f"{word('folder', lang)}: {place / runfiles.REPORT}"],
    )


def year_list(text: str | None) -> list[int] | None:
    """Years of ``2025,2030``.

    Raises:
        InputError: one is no whole number.
    """
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not re.fullmatch("[0-9]{1,9}", part):
            raise InputError(f"'{part}' is not a year", where="--years", allowed="e.g. 2025,2030")
    return [int(part) for part in parts]


def day_number(text: str | None) -> int | None:
    """Number of typical days.

    Raises:
        InputError: it is no whole number of at least one.
    """
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < 1:
        allowed = "a whole number, at least 1"
        raise InputError(f"'{text}' is not a number of days", where="--days", allowed=allowed)
    return int(text)


def results(run: Run, lang: str) -> list[Table | str]:
    """Headline figures by scenario and year, then the experiments."""
    table = run.tables["indicators"]
    value = table.set_index(["scenario", "year", "indicator"])["value"]
    rows = []
    for name in run.scenarios:
        for year in dict.fromkeys(table[table["scenario"] == name]["year"]):
            rows.append([name, str(year), *(_figure(value, name, year, i) for i in SHOWN)])
    found: list[Table | str] = [Table(word("results", lang), ("scenario", "year", *SHOWN), rows, 2)]
    experiments = run.summary()["experiments"]
    return [*found, _experiments(experiments, lang)] if experiments else found


def _figure(value: Any, name: str, year: int, indicator: str) -> float | None:
    figure = value.get((name, year, indicator))
    if figure is None:
        return None
    return float(figure) * (100.0 if indicator == "renewable_share" else 1.0)


def _published(found: dict[str, Any], span: str, names: Text) -> str:
    """The published range, with its base where that is not ours."""
    base = found["published_base"]
    if found["published"] == [None, None]:
        return span
    words = f"{span} {found['unit']}"
    return words if base in (None, found["base"]) else f"{words} ({names.name('base', base)})"


def _experiments(experiments: dict[str, Any], lang: str) -> Table:
    from dualcarbon.report.text import Text

    names = Text(lang)

    def span(ends: list[float | None]) -> str:
        known = [in_text(end) for end in ends if end is not None]
        return " – ".join(dict.fromkeys(known)) or "–"

    rows = [
        [
            names.name("experiment", name),
            names.name("indicator", found["indicator"]),
            names.name("base", found["base"]),
            f"{span(found['ours'])} {found['unit']}",
            _published(found, span(found["published"]), names),
            ", ".join(word(found[a], lang) for a in ("verdict", "size") if found[a]) or "–",
        ]
        for name, about in experiments.items()
        for found in about["indicators"]
    ]
    heads = ("experiment", "indicator", "base", "ours", "published", "verdict")
    return Table(word("experiments", lang), heads, rows, 3)
