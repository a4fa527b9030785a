"""``dualcarbon finance``: project appraisal, screening against taxonomies, the finance gap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, language, print_json
from dualcarbon.cli.finance_files import there, write_template
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from dualcarbon.international.finance import FlowFile, Project, Screen

PROJECT = "dualcarbon finance template project --out wind.yaml"
SCREEN = "dualcarbon finance template screen --out cement.yaml"
EXAMPLE = example(
    PROJECT, "dualcarbon finance appraise wind.yaml", "dualcarbon finance gap --region China"
)
app = typer.Typer(
    help="Climate finance: projects, taxonomies, need and supply.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
FormatOption = Annotated[
    str, typer.Option("--format", metavar="table|json|csv", help="What is printed.")
]
ReportOption = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Write an HTML page as well.")
]
LangOption = Annotated[str, typer.Option(metavar="zh|en", help="Language of the page.")]
TITLES = {
    "appraise": {"title_en": "Project appraisal", "title_zh": "项目评估"},
    "screen": {"title_en": "Taxonomy screening", "title_zh": "绿色目录筛查"},
    "gap": {"title_en": "Climate finance gap", "title_zh": "气候资金缺口"},
}


@app.command(epilog=example(PROJECT, "dualcarbon finance appraise wind.yaml --rate 0.06"))
def appraise(
    file: Annotated[Path, typer.Argument(help="Project: YAML, CSV or xlsx.", show_default=False)],
    rate: Annotated[float | None, typer.Option(help="Discount rate; the file's otherwise.")] = None,
    screen_file: Annotated[
        Path | None,
        typer.Option("--screen", metavar="FILE", help="Activity to screen for the disclosure."),
    ] = None,
    report: ReportOption = None,
    lang: LangOption = "en",
    format_: FormatOption = "table",
) -> None:
    """Appraise a project: returns, payback, levelised cost, debt cover, abatement cost."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    language(lang)
    from dualcarbon.international import finance

    if rate is not None and not -1.0 < rate < 1.0:
        raise InputError(f"{rate:g} is no yearly rate", where="--rate", allowed="above -1, below 1")
    given = finance.read_project(there(file, "project"))
    if isinstance(given, finance.FlowFile):
        if report is not None or screen_file is not None:
            raise InputError("a plain cash flow has no page and no screen", where=str(file))
        _plain(given, 0.06 if rate is None else rate, format_)
        return
    _project(given, rate, screen_file, report, lang, format_)


@app.command("screen", epilog=example(SCREEN, "dualcarbon finance screen cement.yaml"))
def screen_(
    file: Annotated[Path, typer.Argument(help="Activity: YAML.", show_default=False)],
    report: ReportOption = None,
    lang: LangOption = "en",
    format_: FormatOption = "table",
) -> None:
    """Screen an activity against published taxonomies, with the criterion that decided."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    language(lang)
    from dualcarbon.international import finance

    screened = _screened(file)
    _page(finance.report_tables(None, screened), report, lang, "screen")
    if format_ == "json":
        verdicts, criteria = _records(screened.verdicts), _records(screened.criteria)
        print_json({"verdicts": verdicts, "criteria": criteria})
        return
    shown = ["taxonomy", "outcome", "decided_by", "value", "threshold", "unit", "grade", "source"]
    _print(screened.verdicts, shown, "Taxonomies", format_, text=3)


@app.command(epilog=example("dualcarbon finance gap --format json"))
def gap(
    region: Annotated[str | None, typer.Option(help="One region; all otherwise.")] = None,
    year: Annotated[int | None, typer.Option(help="Only supply up to this year.")] = None,
    report: ReportOption = None,
    lang: LangOption = "en",
    format_: FormatOption = "table",
) -> None:
    """Need, supply and gap of climate finance, bn USD a year, with sources."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    language(lang)
    from dualcarbon.international import finance

    table = finance.finance_gap(region, year)
    _page(finance.report_tables(gap=True), report, lang, "gap")
    if format_ == "json":
        print_json(_records(table))
        return
    shown = [
        "region", "need_low", "need_high", "supply", "gap_low", "gap_high", "covered_high", "grade",
        "source",
    ]  # fmt: skip
    _print(table, shown, "Climate finance, bn USD a year", format_, text=1)


@app.command(epilog=example(PROJECT, "dualcarbon finance disclose wind.yaml --product bond"))
def disclose(
    file: Annotated[Path, typer.Argument(help="Project: YAML, CSV or xlsx.", show_default=False)],
    product: Annotated[
        str | None, typer.Option(metavar="credit|bond|lease|insurance", help="One product.")
    ] = None,
    screen_file: Annotated[
        Path | None, typer.Option("--screen", metavar="FILE", help="Activity to screen.")
    ] = None,
    format_: FormatOption = "table",
) -> None:
    """Disclosure items of a green credit, bond, lease or insurance, with the project's figures."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    from dualcarbon.international import finance

    given = finance.read_project(there(file, "project"))
    if isinstance(given, finance.FlowFile):
        raise InputError("a plain cash flow has nothing to disclose", where=str(file))
    screened = _screened(screen_file) if screen_file else None
    table = finance.disclosure(finance.appraise(given), screened, product)
    if format_ == "json":
        print_json(_records(table))
        return
    shown = ["product", "name_en", "figure", "standard"]
    _print(table, shown, given.name, format_, text=4)


@app.command(epilog=example(PROJECT, SCREEN))
def template(
    kind: Annotated[
        str, typer.Argument(metavar="project|screen", help="What the file describes.")
    ] = "project",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML to write; wind.yaml or cement.yaml if left out."),
    ] = None,
) -> None:
    """Write an example of a project, or of an activity to screen, to fill in."""
    typer.echo(write_template(kind, out))


@app.command("belt-road", epilog=example("dualcarbon finance belt-road"))
def belt_road(format_: FormatOption = "table") -> None:
    """Figures of Belt-and-Road engagement and South-South climate finance, with sources."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    from dualcarbon.international import finance

    table = finance.bri_examples()
    if format_ == "json":
        print_json(_records(table))
        return
    _print(table, ["name_en", "year", "value", "unit", "source"], "Belt and Road", format_, text=2)


def _project(
    project: Project, rate: float | None, screen_file: Path | None, report: Path | None,
    lang: str, style: str,
) -> None:  # fmt: skip
    from dualcarbon.international import finance

    one = finance.appraise(project, rate)
    screened = _screened(screen_file) if screen_file else None
    tables = finance.report_tables(one, screened)
    titles = {
        f"title_{n}": f"{TITLES['appraise'][f'title_{n}']}: {project.name}" for n in LANGUAGES
    }
    _page(tables, report, lang, "appraise", titles)
    if style == "json":
        measures = _records(tables["finance_measures"])
        print_json(
            {
                "project": project.name,
                "currency": project.currency,
                "measures": {row["measure"]: row["value"] for row in measures},
                "irr_status": one.project_irr.status,
                "irr_all": list(one.project_irr.rates),
                "flows": _records(one.flows),
                "support": _records(tables["finance_support"]),
            }
        )
        return
    if style == "csv":
        _print(one.flows, list(one.flows.columns), "", style, text=0)
        return
    shown = ["measure", "value", "unit", "status"]
    _print(tables["finance_measures"].dropna(subset="value"), shown, project.name, style, text=1)
    if len(tables["finance_support"]) > 1:
        cases = ["case", "equity_irr", "dscr_min", "wacc", "lcoe"]
        _print(tables["finance_support"], cases, "Support", style, text=1)


def _screened(file: Path) -> Screen:
    from dualcarbon.international import finance

    return finance.screen(finance.read_activity(there(file, "screen")))


def _plain(given: FlowFile, rate: float, style: str) -> None:
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
    if style == "json":
        print_json({key: None if v != v else v for key, v in values.items()})
        return
    import pandas as pd

    table = pd.DataFrame({"measure": list(values), "value": list(values.values())})
    _print(table, ["measure", "value"], f"{given.name}, at {rate:.2%}", style, text=1)


def _page(
    tables: Mapping[str, pd.DataFrame],
    path: Path | None,
    lang: str,
    kind: str,
    titles: Mapping[str, str] | None = None,
) -> None:
    if path is None:
        return
    from dualcarbon.report.html import write_report

    write_report(tables, path, lang=lang, meta=titles or TITLES[kind])
    typer.echo(path, err=True)


def _print(table: pd.DataFrame, columns: list[str], title: str, style: str, *, text: int) -> None:
    if style == "csv":
        import sys

        table[columns].to_csv(sys.stdout, index=False)
        return
    from dualcarbon.cli.layout import show

    heads = [name.replace("_", " ") for name in columns]
    show(title, heads, table[columns].to_numpy().tolist(), text_columns=text)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    import json

    found: list[dict[str, Any]] = json.loads(table.to_json(orient="records", force_ascii=False))
    return found
