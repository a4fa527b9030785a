"""``dualcarbon cooperation`` and ``recycle``: what cooperating brings, who gains at a border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, records, titles
from dualcarbon.cli.console import word
from dualcarbon.cli.options import pairs

if TYPE_CHECKING:
    from dualcarbon.international.cooperation import Game, Profile

COOPERATION = (
    "dualcarbon cooperation",
    "dualcarbon cooperation --profile full,full,compete --set social_cost=100 --format json",
)
RECYCLE = ("dualcarbon recycle --charge China=520 --charge India=310 --share returned=0.75",)

LOCALISE = ("dualcarbon localise --share 0.2 --growth 3",)


def localise(
    share: Annotated[
        float, typer.Option(help="Share of the world's additions that is made at home.")
    ] = 0.2,
    growth: Annotated[float, typer.Option(help="Growth of the world's cumulative capacity.")] = 3.0,
    lang: str = "en",
) -> Answer:
    """Where clean technologies are made, and what making them all at home would cost."""
    from dualcarbon.international.learning.localised import localisation
    from dualcarbon.report.text import Text

    table = localisation(share, growth)
    shown = table.assign(premium=100 * table["premium"])
    shown["range"] = [
        f"{100 * low:.0f} – {100 * high:.0f}"
        for low, high in zip(table["premium_low"], table["premium_high"], strict=True)
    ]
    shown["made"] = [
        f"{low:g}" if low == high else f"{low:g} – {high:g}"
        for low, high in zip(table["share_low"], table["share_high"], strict=True)
    ]
    names = Text(lang)
    for column, kind in {"technology": "local", "stage": "local", "leader": "place"}.items():
        shown[column] = [names.name(kind, value) for value in shown[column]]
    heads = {"technology": "technology", "stage": "stage", "leader": "leader",
             "made": "makes, %", "learning": "learns, %", "premium": "dearer, %",
             "range": "range, %"}  # fmt: skip
    title = word("localise.title", lang, share=f"{100 * share:g}", growth=f"{growth:g}")
    rows = shown[list(heads)].to_numpy(dtype=object).tolist()
    return Answer(
        [Table(title, list(heads.values()), rows, 4), word("localise.note", lang)],
        json=lambda: {"share": share, "growth": growth, "rows": records(table)},
        csv=table,
        page=lambda: {"localisation": table},
        titles=titles("page.localise"),
    )


def cooperation(
    profile: Annotated[
        str, typer.Option(metavar="CHINA,US,EU", help="Strategies: compete, partial, full.")
    ] = "full,full,full",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change an assumption; repeatable."),
    ] = None,
    lang: str = "en",
) -> Answer:
    """Payoffs of a profile by issue, where interests meet, side payments; bn USD a year."""
    from dualcarbon.international import cooperation as game_of

    strategies = game_of.check_profile(tuple(part.strip() for part in profile.split(",")))
    game = game_of.build_game(game_of.Assumptions(pairs(set_, "--set", "KEY=NUMBER")))
    return Answer(
        _tables(game, strategies, lang),
        json=lambda: _document(game, strategies),
        page=lambda: game_of.report_tables(game),
        titles=titles("page.cooperation"),
    )


def _document(game: Game, profile: Profile) -> dict[str, Any]:
    from dualcarbon.international import cooperation as game_of

    interests = game_of.interest_matrix(game)
    payments = {concept: game_of.side_payments(game, concept) for concept in game_of.CONCEPTS}
    return {
        "profile": dict(zip(game_of.ACTORS, profile, strict=True)),
        "payoffs_bn_usd": game.total(profile),
        "by_issue_bn_usd": game.by_issue(profile).to_dict("index"),
        "equilibria": [list(found) for found in game_of.equilibria(game)],
        "shared_interests": interests.loc[interests["shared"], "issue"].tolist(),
        "side_payments_bn_usd": {
            concept: {"payments": found.payments, "feasible": found.feasible}
            for concept, found in payments.items()
        },
    }


def _tables(game: Game, profile: Profile, lang: str) -> list[Table | str]:
    from dualcarbon.international import cooperation as game_of

    actors = list(game_of.ACTORS)
    named = ", ".join(
        f"{word(a, lang)} {word(s, lang)}" for a, s in zip(actors, profile, strict=True)
    )
    table = game.by_issue(profile)
    rows = [[word(issue, lang), *map(float, values)] for issue, *values in table.itertuples()]
    rows.append([word("sum", lang), *(float(v) for v in table.sum())])
    stable = ["-".join(word(one, lang) for one in found) for found in game_of.equilibria(game)]
    paid = [
        [word(concept, lang), *(found.payments[a] for a in actors), found.feasible]
        for concept in game_of.CONCEPTS
        for found in [game_of.side_payments(game, concept)]
    ]
    return [
        Table(word("cooperation.payoffs", lang, named=named), ["issue", *actors], rows),
        word("cooperation.stable", lang, names=", ".join(stable)),
        Table(word("cooperation.paid", lang), ["stable against", *actors, "possible"], paid),
    ]


def recycle(
    charge: Annotated[
        list[str],
        typer.Option(metavar="ORIGIN=AMOUNT", help="Charge on an origin, millions; repeatable."),
    ],
    importer: Annotated[str, typer.Option(help="Region that levies the charge.")] = "EU",
    borne: Annotated[float, typer.Option(help="Share of the charge that exporters bear.")] = 1.0,
    share: Annotated[
        list[str] | None,
        typer.Option(metavar="USE=SHARE", help="Share of revenue put to a use; repeatable."),
    ] = None,
    lang: str = "en",
) -> Answer:
    """Net receipts by party under each use of border revenue, millions; each use nets to zero."""
    from dualcarbon.international.recycling import Border, report_tables

    border = Border(
        pairs(charge, "--charge", "NAME=NUMBER"),
        importer,
        borne_by_exporters=borne,
        shares=pairs(share, "--share", "NAME=NUMBER"),
    )
    tables = report_tables(border)
    net = tables["recycling_net"]
    wide = net.pivot(index="party", columns="use", values="million")
    wide = wide[list(dict.fromkeys(net["use"]))]
    rows = [[party, *(float(v) for v in values)] for party, *values in wide.itertuples()]
    title = word("recycle", lang, revenue=f"{border.revenue:,.0f}")
    heads = ["party", *(name.replace("_", " ") for name in wide.columns)]
    return Answer(
        [Table(title, heads, rows)],
        json={"revenue": border.revenue, "net": wide.to_dict("index")},
        csv=net,
        page=lambda: tables,
        titles=titles("page.recycle"),
    )
