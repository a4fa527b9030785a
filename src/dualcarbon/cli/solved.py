"""``dualcarbon explain`` and ``check``: what a solved model says, and what must hold in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.answer import Answer, tidy
from dualcarbon.cli.console import Tell, remark, word
from dualcarbon.cli.options import scenario_names
from dualcarbon.errors import CheckFailed

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.equilibrium.solve import Equilibrium

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
