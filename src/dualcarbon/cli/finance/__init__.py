"""``dualcarbon finance``: project appraisal, screening against taxonomies, the finance gap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, records, tidy, titles
from dualcarbon.cli.console import word
from dualcarbon.cli.finance.files import there, write_template
from dualcarbon.cli.options import numbers
from dualcarbon.cli.verb import group, verb
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.international.finance import FlowFile, Project, Screen

PROJECT = "dualcarbon finance template project --out wind.yaml"
SCREEN = "dualcarbon finance template screen --out cement.yaml"
RATE = 0.06
app = group(
    "Climate finance: projects, taxonomies, need and supply.",
    PROJECT,
    "dualcarbon finance appraise wind.yaml",
    "dualcarbon finance gap --region China",
)
ProjectFile = Annotated[
    Path, typer.Argument(help="Project: YAML, CSV or xlsx.", show_default=False)
]
ScreenFile = Annotated[
    Path | None,
    typer.Option("--screen", metavar="FILE", help="Activity to screen for the disclosure."),
]


@verb(app, examples=(PROJECT, "dualcarbon finance appraise wind.yaml --rate 0.06"), report=True)
def appraise(
    file: ProjectFile,
    rate: Annotated[float | None, typer.Option(help="Discount rate; the file's otherwise.")] = None,
    screen_file: ScreenFile = None,
    report: Path | None = None,
    lang: str = "en",
) -> Answer:
    """Appraise a project: returns, payback, levelised cost, debt cover, abatement cost."""
    from dualcarbon.international import finance

    if rate is not None and not -1.0 < rate < 1.0:
        raise InputError(f"{rate:g} is no yearly rate", where="--rate", allowed="above -1, below 1")
    given = finance.read_project(there(file, "project"))
    if isinstance(given, finance.FlowFile):
        if report is not None or screen_file is not None:
            raise InputError("a plain cash flow has no page and no screen", where=str(file))
        return _plain(given, RATE if rate is None else rate, lang)
    return _project(given, rate, screen_file, lang)


def _project(project: Project, rate: float | None, screen_file: Path | None, lang: str) -> Answer:
    from dualcarbon.international import finance

    one = finance.appraise(project, rate)
    screened = _screened(screen_file) if screen_file else None
    tables = finance.report_tables(one, screened)
    measures, support = tables["finance_measures"], tables["finance_support"]
    document = {
        "project": project.name,
        "currency": project.currency,
        "measures": {row["measure"]: row["value"] for row in records(measures)},
        "irr_status": one.project_irr.status,
        "irr_all": list(one.project_irr.rates),
        "flows": records(one.flows),
        "support": records(support),
    }
    heads = ["measure", "value", "unit", "status"]
    shown = tidy(measures.dropna(subset="value"), project.name, heads).shown
    if len(support) > 1:
        cases = ["case", "equity_irr", "dscr_min", "wacc", "lcoe"]
        shown = [*shown, *tidy(support, word("Support", lang), cases).shown]
    return Answer(
        shown,
        json=document,
        csv=tables["finance_flows"],
        page=lambda: tables,
        titles=titles("page.appraise", project.name),
    )


def _plain(given: FlowFile, rate: float, lang: str) -> Answer:
    from dualcarbon.international import finance

    found = finance.measure(given, rate)
    values: dict[str, Any] = {
        "irr": None if found.irr.status != "unique" else found.irr.value,
        "irr_status": found.irr.status,
        "npv": found.npv,
        "payback": found.payback,
        "discounted_payback": found.discounted_payback,
        "lcoe": found.lcoe,
        "cost_per_t": found.cost_per_t,
    }
    title = word("finance.plain", lang, name=given.name, rate=f"{rate:.2%}")
    return Answer(
        [Table(title, ["measure", "value"], [[key, value] for key, value in values.items()])],
        json={key: None if value != value else value for key, value in values.items()},
    )


@verb(app, "screen", examples=(SCREEN, "dualcarbon finance screen cement.yaml"), report=True)
def screen_(
    file: Annotated[Path, typer.Argument(help="Activity: YAML.", show_default=False)],
    lang: str = "en",
) -> Answer:
    """Screen an activity against published taxonomies, with the criterion that decided."""
    from dualcarbon.international import finance

    found = _screened(file)
    shown = ["taxonomy", "outcome", "decided_by", "value", "threshold", "unit", "grade", "source"]
    return _part(
        found.verdicts,
        word("Taxonomies", lang),
        shown,
        text=3,
        json=lambda: {"verdicts": records(found.verdicts), "criteria": records(found.criteria)},
        page=lambda: finance.report_tables(None, found),
        titles=titles("page.screen"),
    )


def _screened(file: Path) -> Screen:
    from dualcarbon.international import finance

    return finance.screen(finance.read_activity(there(file, "screen")))


@verb(app, examples=("dualcarbon finance gap --format json",), report=True)
def gap(
    region: Annotated[str | None, typer.Option(help="One region; all otherwise.")] = None,
    year: Annotated[int | None, typer.Option(help="Only supply up to this year.")] = None,
    lang: str = "en",
) -> Answer:
    """Need, supply and gap of climate finance, bn USD a year, with sources."""
    from dualcarbon.international import finance

    shown = ["need_low", "need_high", "supply", "gap_low", "gap_high", "covered_high"]
    return _part(
        finance.finance_gap(region, year),
        word("Climate finance, bn USD a year", lang),
        ["name_zh" if lang == "zh" else "region", *shown, "grade", "source"],
        page=lambda: finance.report_tables(gap=True),
        titles=titles("page.gap"),
    )


@verb(app, examples=(PROJECT, "dualcarbon finance disclose wind.yaml --product bond"))
def disclose(
    file: ProjectFile,
    product: Annotated[
        str | None, typer.Option(metavar="credit|bond|lease|insurance", help="One product.")
    ] = None,
    screen_file: ScreenFile = None,
    lang: str = "en",
) -> Answer:
    """Disclosure items of a green credit, bond, lease or insurance, with the project's figures."""
    from dualcarbon.international import finance

    given = finance.read_project(there(file, "project"))
    if isinstance(given, finance.FlowFile):
        raise InputError("a plain cash flow has nothing to disclose", where=str(file))
    screened = _screened(screen_file) if screen_file else None
    table = finance.disclosure(finance.appraise(given), screened, product)
    return _part(table, given.name, ["product", f"name_{lang}", "figure", "standard"], text=4)


@verb(app, examples=(PROJECT, SCREEN), tables=False)
def template(
    kind: Annotated[
        str, typer.Argument(metavar="project|screen", help="What the file describes.")
    ] = "project",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML to write; wind.yaml or cement.yaml if left out."),
    ] = None,
) -> Path:
    """Write an example of a project, or of an activity to screen, to fill in."""
    return write_template(kind, out)


@verb(app, "belt-road", examples=("dualcarbon finance belt-road",))
def belt_road(lang: str = "en") -> Answer:
    """Figures of Belt-and-Road engagement and South-South climate finance, with sources."""
    from dualcarbon.international import finance

    table = finance.bri_examples()
    shown = [f"name_{lang}", "year", "value", "unit", "source"]
    return _part(table, word("Belt and Road", lang), shown, text=2)


@verb(
    app,
    examples=("dualcarbon finance hedge --prices 60,90,150 --exposure 100 --tolerance 500",),
    report=True,
)
def hedge(
    prices: Annotated[
        str, typer.Option(metavar="A,B,...", help="Spot price under each shock, CNY/t.")
    ],
    exposure: Annotated[float, typer.Option(help="Allowances that emitters must buy, Mt.")],
    tolerance: Annotated[float, typer.Option(help="Risk tolerance of emitters, M CNY.")],
    investors: Annotated[
        str, typer.Option(metavar="A,B,...", help="Risk tolerance of investors, M CNY; a row each.")
    ] = "0,500,2000,10000",
    weights: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Odds of the shocks; all alike.")
    ] = None,
    lang: str = "en",
) -> Answer:
    """Allowance forwards: what is hedged, at which premium, and what investors change."""
    from dualcarbon.international.finance.hedging import forward_market

    odds = None if weights is None else numbers(weights, "--weights")
    table = forward_market(
        numbers(prices, "--prices"),
        exposure,
        tolerance=tolerance,
        investors=numbers(investors, "--investors"),
        weights=odds,
    )
    shown = table.assign(**{c: 100 * table[c] for c in ("hedged_share", "variance_left")})
    heads = {
        "investors": "investors, M CNY",
        "forward_price": "forward price, CNY/t",
        "premium": "premium, CNY/t",
        "hedged_share": "hedged, %",
        "cost_sd": "spread of cost, M CNY",
        "variance_left": "variance left, %",
    }
    mean = f"{float(table['mean_price'].iloc[0]):g}"
    return tidy(
        table,
        word("hedge.title", lang, mean=mean),
        heads,
        text=0,
        shown=shown,
        page=lambda: {"hedging": table},
        titles=titles("page.hedge"),
    )


def _part(table: pd.DataFrame, title: str, columns: list[str], **more: Any) -> Answer:
    """Some columns of a table, in JSON all of them."""
    return tidy(table, title, columns, **more)
