"""``dualcarbon link``: what linking carbon markets does to prices, gains and total emissions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, language, print_json
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dualcarbon.international.linking import Adjusted, Link, Region, Rules

EXAMPLE = example(
    "dualcarbon link --regions China,EU,US,India",
    "dualcarbon link --regions China,EU --multiplier 1.5 --limit 0.3 --adjust-caps",
    "dualcarbon link --regions EU,India --article-6 --format json",
)
SOURCES = ("cdice", "rice")
HEADS = [
    "region", "requirement, Mt", "abatement, Mt", "sold, Mt", "counted, Mt", "alone, USD/t",
    "linked, USD/t", "gain, M USD",
]  # fmt: skip


File = Annotated[
    Path | None, typer.Argument(help="YAML file with regions and rules.", show_default=False)
]
Names = Annotated[
    str | None, typer.Option(metavar="A,B,...", help="Embedded regions; all by default.")
]
Source = Annotated[
    str, typer.Option(metavar="cdice|rice", help="Where embedded regions take their curves from.")
]
Year = Annotated[int, typer.Option(help="Year of the curves of RICE: 2015, 2025, ...")]
Asked = Annotated[
    list[str] | None,
    typer.Option(metavar="REGION=MT", help="Abatement asked of a region; repeatable."),
]
Multiplier = Annotated[
    float | None, typer.Option(help="Tonnes counted per tonne from a developing region.")
]
Limit = Annotated[float | None, typer.Option(help="Largest share of a requirement met by imports.")]
Rates = Annotated[
    list[str] | None,
    typer.Option(metavar="REGION=RATE", help="Worth of one unit of a region; repeatable."),
]
Discount = Annotated[float | None, typer.Option(help="Share of an imported unit that counts.")]
Tax = Annotated[float | None, typer.Option(help="Border tax on imported permits, USD/t.")]
Proceeds = Annotated[float | None, typer.Option(help="Share of units for the Adaptation Fund.")]
Cancelled = Annotated[
    float | None, typer.Option(help="Share of units cancelled for overall mitigation.")
]
Article6 = Annotated[
    bool, typer.Option("--article-6", help="Share of proceeds 5 %, cancellation 2 %.")
]
Buyers = Annotated[str | None, typer.Option(metavar="A,B", help="Only these accept foreign units.")]
Adjust = Annotated[
    bool, typer.Option("--adjust-caps", help="Also tighten caps until nothing is lost.")
]
Page = Annotated[Path | None, typer.Option(metavar="FILE", help="Write an HTML page as well.")]
Lang = Annotated[str, typer.Option(metavar="zh|en", help="Language of the page.")]
Style = Annotated[str, typer.Option("--format", metavar="table|json|csv", help="What is printed.")]


def link(
    file: File = None,
    regions: Names = None,
    source: Source = "cdice",
    year: Year = 2025,
    requirement: Asked = None,
    multiplier: Multiplier = None,
    limit: Limit = None,
    exchange_rate: Rates = None,
    discount: Discount = None,
    permit_tax: Tax = None,
    share_of_proceeds: Proceeds = None,
    cancellation: Cancelled = None,
    article_6: Article6 = False,
    buyers: Buyers = None,
    adjust_caps: Adjust = False,
    report: Page = None,
    lang: Lang = "en",
    format_: Style = "table",
) -> None:
    """Link carbon markets: price, trade, gains, and the effect on total emissions."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    language(lang)
    chosen(source, SOURCES, "--source")
    options = {
        "multiplier": multiplier,
        "limit": limit,
        "discount": discount,
        "permit_tax": permit_tax,
        **_deductions(share_of_proceeds, cancellation, article_6),
        "values": _pairs(exchange_rate, "--exchange-rate"),
        "buyers": frozenset(_listed(buyers)) if buyers else None,
    }
    asked = _pairs(requirement, "--requirement") or {}
    of_rice = year if source == "rice" else None
    inputs = _inputs(file, regions, asked, options, of_rice)
    _run(*inputs, adjust_caps, report, lang, format_)


def _inputs(
    file: Path | None,
    names: str | None,
    asked: dict[str, float],
    options: dict[str, Any],
    year_of_rice: int | None,
) -> tuple[list[Region], Rules]:
    from dualcarbon.international.linking import (
        embedded_regions,
        read_regions,
        rice_regions,
        rules_from,
    )

    given: dict[str, Any] = {}
    if file is not None:
        if names is not None or asked:
            raise InputError("give a file or --regions and --requirement, not both")
        chosen_regions, given = read_regions(file)
    else:
        listed = _listed(names) if names is not None else None
        if year_of_rice is None:
            chosen_regions = embedded_regions(listed, asked)
        else:
            chosen_regions = rice_regions(year_of_rice, listed, asked)
    given |= {key: value for key, value in options.items() if value is not None}
    return chosen_regions, rules_from(given, str(file) if file else None)


def _run(
    regions: Sequence[Region], rules: Rules, adjust: bool, page: Path | None, lang: str, style: str
) -> None:
    from dualcarbon.international import linking

    adjusted = linking.adjust_caps(regions, rules) if adjust else None
    cleared = adjusted.before if adjusted else linking.link(regions, rules)
    if page is not None:
        from dualcarbon.report.html import write_report

        tables = linking.report_tables(regions, cleared, adjusted)
        meta = {"title_en": "Linked carbon markets", "title_zh": "碳市场连接"}
        write_report(tables, page, lang=lang, meta=meta)
    if style == "json":
        print_json(_document(cleared, adjusted))
    elif style == "csv":
        import sys

        cleared.regions.to_csv(sys.stdout, index=False)
    else:
        _show(cleared, adjusted)
    if page is not None:
        typer.echo(page, err=style != "table")


def _document(cleared: Link, adjusted: Adjusted | None) -> dict[str, Any]:
    import json

    found = {
        "price_usd_per_t": None if cleared.price != cleared.price else cleared.price,
        "volume_mt": cleared.volume_mt,
        "counted_mt": cleared.counted_mt,
        "integrity_loss_mt": cleared.integrity_loss_mt,
        "cancelled_mt": cleared.cancelled_mt,
        "gain_musd": cleared.gain_musd,
        "regions": json.loads(cleared.regions.to_json(orient="records", force_ascii=False)),
        "flows": cleared.flows.to_dict("records"),
    }
    if adjusted is not None:
        found["tightening_mt"] = adjusted.tightening_mt
        found["extra_abatement_after_mt"] = adjusted.extra_abatement_mt
    return found


def _show(cleared: Link, adjusted: Adjusted | None) -> None:
    from dualcarbon.charts.numbers import in_text
    from dualcarbon.cli.layout import show

    columns = [
        "region", "requirement_mt", "abatement_mt", "sold_mt", "counted_mt", "autarky_price",
        "marginal_cost", "gain_musd",
    ]  # fmt: skip
    price = "no trade" if cleared.price != cleared.price else f"{in_text(cleared.price)} USD/t"
    show(f"Linked markets: {price}", HEADS, cleared.regions[columns].to_numpy().tolist())
    typer.echo(
        f"traded {in_text(cleared.volume_mt)} Mt, counted {in_text(cleared.counted_mt)} Mt, "
        f"integrity loss {in_text(_whole(cleared.integrity_loss_mt))} Mt, "
        f"cancelled {in_text(cleared.cancelled_mt)} Mt"
    )
    if adjusted is not None:
        total = sum(adjusted.tightening_mt.values())
        left = in_text(_whole(adjusted.extra_abatement_mt))
        typer.echo(f"caps tightened by {in_text(total)} Mt: {left} Mt beyond the caps as given")


def _deductions(
    proceeds: float | None, cancelled: float | None, article_6: bool
) -> dict[str, float | None]:
    """Deductions as given; where one is not, that of Article 6.4 if asked for."""
    from dualcarbon.international.linking import ARTICLE_6_CANCELLATION, ARTICLE_6_PROCEEDS

    if article_6:
        proceeds = ARTICLE_6_PROCEEDS if proceeds is None else proceeds
        cancelled = ARTICLE_6_CANCELLATION if cancelled is None else cancelled
    return {"share_of_proceeds": proceeds, "cancellation": cancelled}


def _whole(value: float) -> float:
    """A value free of rounding noise."""
    return 0.0 if abs(value) < 1e-6 else value


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def _pairs(words: list[str] | None, option: str) -> dict[str, float] | None:
    if not words:
        return None
    found = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            raise InputError(f"'{word}' is not REGION=NUMBER", where=option) from error
    return found
