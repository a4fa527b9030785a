"""What is done with a run: compare, report and export its folder, explain and check its model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.answer import Answer, tidy
from dualcarbon.cli.console import Tell, remark, word
from dualcarbon.cli.options import scenario_names
from dualcarbon.cli.verb import chosen
from dualcarbon.errors import CheckFailed, InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.runs.result import Run

RUN = "dualcarbon run teaching --out runs/teaching"
COMPARE = ("dualcarbon compare teaching teaching_link",)
REPORT = (RUN, "dualcarbon report runs/teaching --lang zh")
EXPORT = (RUN, "dualcarbon export runs/teaching --to xlsx")
FORMATS = ("xlsx", "csv", "parquet", "netcdf", "iamc")
HELP = "Run folder, FOLDER:SCENARIO, or a scenario to solve."


def compare(
    first: Annotated[str, typer.Argument(metavar="RUN", help=HELP, show_default=False)],
    second: Annotated[str, typer.Argument(metavar="RUN", help=HELP, show_default=False)],
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Compare the headline figures of two runs, by scenario and year."""
    from dualcarbon.cli.opening import open_run

    table = comparison(open_run(first, tell), open_run(second, tell))
    heads = ["scenario", "year", "indicator", "unit", "first", "second", "change", "change_pct"]
    shown = table.assign(year=table["year"].astype(str))
    named = dict(zip(heads, heads, strict=True))
    return tidy(table, word("compare", lang), named, text=4, shown=shown)


def comparison(first: Run, second: Run) -> pd.DataFrame:
    """Indicators of two runs side by side with their difference.

    Scenarios of the same name are compared; two runs of one scenario each are compared anyway.

    Raises:
        InputError: the runs have neither scenarios nor years in common.
    """
    left, right = first.tables["indicators"], second.tables["indicators"]
    if len(first.scenarios) == len(second.scenarios) == 1:
        names = dict.fromkeys((*first.scenarios, *second.scenarios))
        joined = " → ".join(names)
        left, right = left.assign(scenario=joined), right.assign(scenario=joined)
    keys = ["scenario", "year", "indicator", "unit"]
    table = left.merge(right, on=keys, suffixes=("_first", "_second"))
    if table.empty:
        raise InputError(
            "the runs share no scenario and year: "
            f"{', '.join(first.scenarios)} and {', '.join(second.scenarios)}",
            allowed="runs of the same scenarios, or FOLDER:SCENARIO",
        )
    table = table.rename(columns={"value_first": "first", "value_second": "second"})
    table["change"] = table["second"] - table["first"]
    table["change_pct"] = 100 * table["change"] / table["first"].abs().where(table["first"] != 0)
    return table


def report(
    run: Annotated[str, typer.Argument(help="Run folder.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="HTML file; in the run folder by default.")
    ] = None,
    lang: str | None = None,
) -> Path:
    """Write the HTML report of a run, in its language if none is named, and print its path."""
    from dualcarbon.cli.opening import open_folder

    return open_folder(run).write_report(lang, out)


def export(
    run: Annotated[str, typer.Argument(help="Run folder.", show_default=False)],
    to: Annotated[str, typer.Option(metavar="|".join(FORMATS), help="Format.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to write to; the working directory by default."),
    ] = None,
) -> list[Path]:
    """Copy the results of a run out of its folder and print the paths."""
    chosen(to, FORMATS, "--to")
    from dualcarbon.runs import files as runfiles

    return list(runfiles.exported(run, to, out or Path()))


EXPLAIN = ("dualcarbon explain teaching carbon-balance --lang zh",)
CHECK = ("dualcarbon check teaching",)
SAME = 1e-6
RunOrScenario = Annotated[
    str,
    typer.Argument(
        help="Run folder or scenario; it is solved again.",
        show_default=False,
        autocompletion=scenario_names,
    ),
]
Scenario = Annotated[
    str | None, typer.Option(metavar="NAME", help="Scenario of the run; the first by default.")
]


def explain(
    run_or_scenario: Annotated[
        str,
        typer.Argument(
            help="Run folder, or a scenario to solve now.",
            show_default=False,
            autocompletion=scenario_names,
        ),
    ],
    row: Annotated[
        str | None, typer.Argument(help="Constraint; without it, all are listed.")
    ] = None,
    scenario: Scenario = None,
    lang: str | None = None,
    *,
    tell: Tell,
) -> str:
    """Explain a constraint of the solved model: equation, numbers, dual, unit, meaning."""
    from dualcarbon.cli.opening import folder_like, open_folder, solve_now

    if folder_like(run_or_scenario):
        run = open_folder(run_or_scenario)
        lang = lang or run.lang
        if run.rows(scenario) is not None:
            return run.explain(row, scenario, lang)
        remark(word("no_rows", lang))
    _, equilibrium = solve_now(run_or_scenario, scenario, tell)
    return equilibrium.explain(row, lang or "en")


def check(
    run_or_scenario: RunOrScenario, scenario: Scenario = None, lang: str = "en", *, tell: Tell
) -> Answer:
    """Verify the invariants, and that a run folder's results come out again."""
    from dualcarbon.cli.opening import solve_now
    from dualcarbon.indicators.money import checks

    asked, equilibrium = solve_now(run_or_scenario, scenario, tell)
    table = checks(equilibrium)
    if Path(run_or_scenario).is_dir():
        table = _with_reproduction(table, run_or_scenario, asked.name, equilibrium)
    failed = table.loc[~table["holds"], "invariant"]
    failure = CheckFailed(f"does not hold: {'; '.join(failed)}") if len(failed) else None
    heads = ["invariant", "violation", "holds"]
    return tidy(table, word("checks", lang), heads, failure=failure)


def _with_reproduction(
    table: pd.DataFrame, folder: str, scenario: str, equilibrium: Equilibrium
) -> pd.DataFrame:
    """Add the largest relative difference of system cost between the folder and now."""
    import pandas as pd

    from dualcarbon.cli.opening import open_folder

    stored = open_folder(folder).tables["indicators"]
    chosen_rows = stored[
        (stored["scenario"] == scenario) & (stored["indicator"] == "system_cost_bn_cny")
    ]
    before = chosen_rows.set_index("year")["value"]
    now = equilibrium.system_cost / 1e9
    violation = float(((now - before).abs() / before.abs()).max())
    row = {
        "invariant": "the run folder's cost comes out again",
        "violation": violation,
        "holds": violation <= SAME,
    }
    return pd.concat([table, pd.DataFrame([row])], ignore_index=True)
