"""``tiers`` and ``budgets``: people's emissions, and rights to emit."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from dualcarbon.cli import options
from dualcarbon.cli.answer import Answer, tidy
from dualcarbon.cli.console import word
from dualcarbon.cli.responsibility.opening import app
from dualcarbon.cli.verb import verb

ThresholdOption = Annotated[
    float | None, typer.Option(metavar="T", help="Tonnes per head.", show_default=False)
]


@verb(
    app,
    examples=(
        "dualcarbon responsibility tiers CHN,USA",
        "dualcarbon responsibility tiers IND --survival 2 --luxury 8 --rates 0,20,100,300",
    ),
)
def tiers(
    countries: Annotated[str, typer.Argument(metavar="CHN,USA", help="ISO 3 codes.")] = "CHN",
    thresholds: Annotated[
        str, typer.Option(metavar="SET", help="published, strict or two_tiers.")
    ] = "published",
    survival: ThresholdOption = None,
    luxury: ThresholdOption = None,
    wasteful: ThresholdOption = None,
    rates: Annotated[
        str, typer.Option(metavar="A,B,C,D", help="Tax per tonne of each tier.")
    ] = "0,50,200,500",
    currency: Annotated[str, typer.Option(metavar="NAME", help="Of the rates.")] = "CNY",
    lang: str = "en",
) -> Answer:
    """Survival, luxury and wasteful emissions by income decile, with a tiered tax and dividend."""
    from dualcarbon.responsibility.households import TIERS, Thresholds, TieredTax
    from dualcarbon.responsibility.households import thresholds as thresholds_of
    from dualcarbon.responsibility.tables.national import tiers_table

    base = thresholds_of(thresholds)
    given = {"survival": survival, "luxury": luxury, "wasteful": wasteful}
    if any(value is not None for value in given.values()):
        kept = {k: base.named()[k] if v is None else v for k, v in given.items()}
        base = Thresholds(kept["survival"], kept["luxury"], kept["wasteful"])
    tax = TieredTax.of(base, options.numbers(rates, "--rates"), currency)
    frame = tiers_table(options.countries(countries, "COUNTRIES"), base, tax)
    heads = {"region": "country", "group": "decile", "per_head": "footprint, t"}
    heads |= {t: f"{t}, t" for t in TIERS}
    heads |= {n: f"{n}, {currency}" for n in ("payment", "dividend", "net")}
    finite = {k: v for k, v in base.named().items() if math.isfinite(v)}
    bounds = ", ".join(f"{k} {v:g} t" for k, v in finite.items())
    words = {
        "unit": base.unit,
        "year": int(frame["year"].iloc[0]),
        "bounds": ", ".join(f"{word(k, lang)} {v:g} t" for k, v in finite.items()),
        "source": frame["source"].iloc[0],
    }
    about = {"bounds": bounds, "bounds_source": base.source, "rates": list(tax.rates)}
    frame = frame.drop(columns="bounds_source")
    return tidy(frame, word("tiers", lang, **words), heads, about=about, text=2)


@verb(
    app,
    examples=(
        "dualcarbon responsibility budgets",
        "dualcarbon responsibility budgets --rules equal_per_capita,equal_cumulative --start 1990",
        "dualcarbon responsibility budgets --by-account PBA,CBA,income",
    ),
)
def budgets(
    source: Annotated[
        str, typer.Option("--budget", metavar="NAME", help="Source of the remaining budget.")
    ] = "igcc_2024",
    warming: Annotated[float, typer.Option(metavar="DEG", help="Degrees C.")] = 1.5,
    probability: Annotated[float, typer.Option(metavar="P", help="Of staying below.")] = 0.5,
    amount: Annotated[
        float | None,
        typer.Option("--gt", metavar="GT", help="A budget of your own.", show_default=False),
    ] = None,
    regions: Annotated[
        str, typer.Option(metavar="CHN,USA", help="Countries, or EU27; the rest is added up.")
    ] = "CHN,USA,EU27,IND,RUS,JPN",
    rules: Annotated[
        str | None, typer.Option(metavar="A,B", help="By default all.", show_default=False)
    ] = None,
    start: Annotated[
        int | None,
        typer.Option(metavar="YYYY", help="First year of responsibility.", show_default=False),
    ] = None,
    year: Annotated[int, typer.Option(metavar="YYYY", help="Last year of history.")] = 2024,
    by_account: Annotated[
        str | None,
        typer.Option(
            metavar="PBA,CBA",
            help="Effort by these accounts of the embedded world table instead of rules.",
            show_default=False,
        ),
    ] = None,
    lang: str = "en",
) -> Answer:
    """The remaining carbon budget shared by burden-sharing rules; each rule sums to the whole."""
    from dualcarbon.responsibility.rights import RULES, share
    from dualcarbon.responsibility.rights.embedded import (
        budget_label,
        embedded_basis,
        remaining_budget,
    )
    from dualcarbon.responsibility.tables.national import budgets_table

    whole = remaining_budget(source, warming, probability, year) if amount is None else amount
    label = budget_label(source, warming, probability) if amount is None else "own budget"
    words = {"whole": f"{whole:,.4g}", "first": year + 1, "label": word(label, lang)}
    about = {"budget_gt": whole, "label": label, "year": year}
    if by_account is not None:
        return _by_account(options.listed(by_account, "--by-account"), words, about, lang)
    basis = embedded_basis(year)
    wanted = options.listed(rules, "--rules") or list(RULES)
    found = [share(basis, whole, rule, **_start(rule, start)) for rule in wanted]
    frame = budgets_table(found, basis, options.countries(regions, "--regions"), label)
    codes = list(dict.fromkeys(frame["region"]))
    title = word("budgets", lang, **words, source=frame["source"].iloc[0])
    wide = frame.pivot(index="rule", columns="region", values="value").loc[wanted, codes]
    wide = wide.assign(sum=wide.sum(axis=1)).reset_index()
    return tidy(frame, title, ["rule", *codes, "sum"], about=about, shown=wide)


def _by_account(
    keys: list[str], words: dict[str, object], about: dict[str, object], lang: str
) -> Answer:
    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.rights.by_account import budgets_by_account
    from dualcarbon.responsibility.table.embedded import load_table

    table = load_table().balanced()
    system, whole = LeontiefSystem.of(table), float(str(about["budget_gt"]))
    year = int(str(about["year"]))
    frame = budgets_by_account(system, whole, keys, year=year).reset_index()
    title = word("budgets.by_account", lang, **words, year=table.year, source=table.source)
    return tidy(
        frame,
        title,
        {"region": "region", **{k: k for k in keys}},
        about=about | {"table": table.name},
    )


def _start(rule: str, start: int | None) -> dict[str, object]:
    """The start year for the rules that know one."""
    if start is None:
        return {}
    from dualcarbon.responsibility.rights import RULES

    takes = rule in RULES and "start" in RULES[rule].make.__annotations__
    return {"start": start} if takes else {}
