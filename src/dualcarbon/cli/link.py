"""``dualcarbon link``: what linking carbon markets does to prices, gains and total emissions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.charts.numbers import in_text
from dualcarbon.cli.answer import Answer, Table, records, titles
from dualcarbon.cli.console import word
from dualcarbon.cli.options import listed, pairs
from dualcarbon.cli.verb import chosen
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from dualcarbon.international.linking import Adjusted, Link, Region, Rules

EXAMPLES = (
    "dualcarbon link --regions China,EU,US,India",
    "dualcarbon link --regions China,EU --multiplier 1.5 --limit 0.3 --adjust-caps",
    "dualcarbon link --regions EU,India --article-6 --format json",
)
SOURCES = ("cdice", "rice")
SHOWN = {
    "region": "region",
    "requirement_mt": "requirement, Mt",
    "abatement_mt": "abatement, Mt",
    "sold_mt": "sold, Mt",
    "counted_mt": "counted, Mt",
    "autarky_price": "alone, USD/t",
    "marginal_cost": "linked, USD/t",
    "gain_musd": "gain, M USD",
}
Share = float | None


def link(
    file: Annotated[
        Path | None, typer.Argument(help="YAML file with regions and rules.", show_default=False)
    ] = None,
    regions: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Embedded regions; all by default.")
    ] = None,
    source: Annotated[
        str,
        typer.Option(metavar="cdice|rice", help="Where embedded regions take their curves from."),
    ] = "cdice",
    year: Annotated[int, typer.Option(help="Year of the curves of RICE: 2015, 2025, ...")] = 2025,
    requirement: Annotated[
        list[str] | None,
        typer.Option(metavar="REGION=MT", help="Abatement asked of a region; repeatable."),
    ] = None,
    multiplier: Annotated[
        Share, typer.Option(help="Tonnes counted per tonne from a developing region.")
    ] = None,
    limit: Annotated[
        Share, typer.Option(help="Largest share of a requirement met by imports.")
    ] = None,
    exchange_rate: Annotated[
        list[str] | None,
        typer.Option(metavar="REGION=RATE", help="Worth of one unit of a region; repeatable."),
    ] = None,
    discount: Annotated[Share, typer.Option(help="Share of an imported unit that counts.")] = None,
    permit_tax: Annotated[
        Share, typer.Option(help="Border tax on imported permits, USD/t.")
    ] = None,
    share_of_proceeds: Annotated[
        Share, typer.Option(help="Share of units for the Adaptation Fund.")
    ] = None,
    cancellation: Annotated[
        Share, typer.Option(help="Share of units cancelled for overall mitigation.")
    ] = None,
    article_6: Annotated[
        bool, typer.Option("--article-6", help="Share of proceeds 5 %, cancellation 2 %.")
    ] = False,
    buyers: Annotated[
        str | None, typer.Option(metavar="A,B", help="Only these accept foreign units.")
    ] = None,
    adjust_caps: Annotated[
        bool, typer.Option("--adjust-caps", help="Also tighten caps until nothing is lost.")
    ] = False,
    lang: str = "en",
) -> Answer:
    """Link carbon markets: price, trade, gains, and the effect on total emissions."""
    chosen(source, SOURCES, "--source")
    asked = {
        "multiplier": multiplier,
        "limit": limit,
        "discount": discount,
        "permit_tax": permit_tax,
        **_deductions(share_of_proceeds, cancellation, article_6),
        "values": _by_region(exchange_rate, "--exchange-rate") or None,
        "buyers": frozenset(_regions(buyers)) if buyers else None,
    }
    of_rice = year if source == "rice" else None
    wanted = _by_region(requirement, "--requirement")
    chosen_regions, rules = _inputs(file, regions, wanted, asked, of_rice)
    from dualcarbon.international import linking

    adjusted = linking.adjust_caps(chosen_regions, rules) if adjust_caps else None
    cleared = adjusted.before if adjusted else linking.link(chosen_regions, rules)
    return Answer(
        _tables(cleared, adjusted, lang),
        json=lambda: _document(cleared, adjusted),
        csv=cleared.regions,
        page=lambda: linking.report_tables(chosen_regions, cleared, adjusted),
        titles=titles("page.link"),
    )


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
        regions, given = read_regions(file)
    else:
        listed_names = _regions(names) if names is not None else None
        if year_of_rice is None:
            regions = embedded_regions(listed_names, asked)
        else:
            regions = rice_regions(year_of_rice, listed_names, asked)
    given |= {key: value for key, value in options.items() if value is not None}
    return regions, rules_from(given, str(file) if file else None)


def _document(cleared: Link, adjusted: Adjusted | None) -> dict[str, Any]:
    found = {
        "price_usd_per_t": None if cleared.price != cleared.price else cleared.price,
        "volume_mt": cleared.volume_mt,
        "counted_mt": cleared.counted_mt,
        "integrity_loss_mt": cleared.integrity_loss_mt,
        "cancelled_mt": cleared.cancelled_mt,
        "gain_musd": cleared.gain_musd,
        "regions": records(cleared.regions),
        "flows": cleared.flows.to_dict("records"),
    }
    if adjusted is not None:
        found["tightening_mt"] = adjusted.tightening_mt
        found["extra_abatement_after_mt"] = adjusted.extra_abatement_mt
    return found


def _tables(cleared: Link, adjusted: Adjusted | None, lang: str) -> list[Table | str]:
    none = cleared.price != cleared.price
    price = word("no trade", lang) if none else f"{in_text(cleared.price)} USD/t"
    rows = cleared.regions[list(SHOWN)].to_numpy().tolist()
    totals = {
        "traded": in_text(cleared.volume_mt),
        "counted": in_text(cleared.counted_mt),
        "lost": in_text(_whole(cleared.integrity_loss_mt)),
        "cancelled": in_text(cleared.cancelled_mt),
    }
    found: list[Table | str] = [
        Table(word("link.title", lang, price=price), list(SHOWN.values()), rows),
        word("link.totals", lang, **totals),
    ]
    if adjusted is not None:
        total = in_text(sum(adjusted.tightening_mt.values()))
        left = in_text(_whole(adjusted.extra_abatement_mt))
        found.append(word("link.adjusted", lang, total=total, left=left))
    return found


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


def _regions(text: str | None) -> list[str]:
    return [_region(name) for name in listed(text)]


def _by_region(texts: list[str] | None, option: str) -> dict[str, float]:
    given = pairs(texts, option, "REGION=NUMBER")
    return {_region(name): value for name, value in given.items()}


def _region(name: str) -> str:
    """The embedded region that a code or name means; any other name as it stands."""
    from dualcarbon import datasets
    from dualcarbon.datasets.countries import among

    return among(name, set(datasets.load("mac_regions")["region"]))
