"""``dualcarbon check``: the invariants that must hold on every solved run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, language, print_json, progress, word
from dualcarbon.errors import CheckFailed

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.equilibrium.solve import Equilibrium

EXAMPLE = example("dualcarbon check teaching")
SAME = 1e-6


def check(
    run_or_scenario: Annotated[
        str,
        typer.Argument(help="Run folder or scenario; it is solved again.", show_default=False),
    ],
    scenario: Annotated[
        str | None, typer.Option(metavar="NAME", help="Scenario of the run; the first by default.")
    ] = None,
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language.")] = "en",
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
) -> None:
    """Verify the invariants, and that a run folder's results come out again."""
    language(lang)
    chosen(format_, FORMATS, "--format")
    from dualcarbon.cli.opening import solve_now
    from dualcarbon.indicators.money import checks

    with progress() as tell:
        asked, equilibrium = solve_now(run_or_scenario, scenario, tell)
    table = checks(equilibrium)
    if Path(run_or_scenario).is_dir():
        table = _with_reproduction(table, run_or_scenario, asked.name, equilibrium)
    if format_ == "json":
        print_json(table.to_dict("records"))
    else:
        from dualcarbon.cli.layout import show

        heads = ["invariant", "violation", "holds"]
        rows = table[heads].to_numpy().tolist()
        show(word("checks", lang), [word(h, lang) for h in heads], rows)
    failed = table[~table["holds"]]
    if len(failed):
        raise CheckFailed(f"does not hold: {'; '.join(failed['invariant'])}")


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
