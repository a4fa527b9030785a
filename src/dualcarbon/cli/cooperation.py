"""``dualcarbon cooperation``: what competing and cooperating bring China, the US and the EU."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, language, print_json
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from dualcarbon.international.cooperation import Game, Profile

EXAMPLE = example(
    "dualcarbon cooperation",
    "dualcarbon cooperation --profile full,full,compete --set social_cost=100 --format json",
)


def cooperation(
    profile: Annotated[
        str, typer.Option(metavar="CHINA,US,EU", help="Strategies: compete, partial, full.")
    ] = "full,full,full",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change an assumption; repeatable."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an HTML page as well.")
    ] = None,
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language of the page.")] = "en",
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
) -> None:
    """Payoffs of a profile by issue, where interests meet, side payments; bn USD a year."""
    chosen(format_, FORMATS, "--format")
    language(lang)
    from dualcarbon.international import cooperation as game_of

    strategies = game_of.check_profile(tuple(word.strip() for word in profile.split(",")))
    game = game_of.build_game(game_of.Assumptions(_changes(set_)))
    if report is not None:
        from dualcarbon.report.html import write_report

        meta = {"title_en": "China, the United States and the EU", "title_zh": "中美欧：竞争与合作"}
        write_report(game_of.report_tables(game), report, lang=lang, meta=meta)
        typer.echo(report, err=True)
    if format_ == "json":
        print_json(_document(game, strategies))
    else:
        _show(game, strategies)


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


def _show(game: Game, profile: Profile) -> None:
    from dualcarbon.cli.layout import show
    from dualcarbon.international import cooperation as game_of

    actors = list(game_of.ACTORS)
    named = ", ".join(f"{a} {s}" for a, s in zip(actors, profile, strict=True))
    table = game.by_issue(profile)
    rows = [[issue, *(float(v) for v in values)] for issue, *values in table.itertuples()]
    rows.append(["sum", *(float(v) for v in table.sum())])
    show(f"{named}: bn USD a year against everyone competing", ["issue", *actors], rows)
    stable = ["-".join(found) for found in game_of.equilibria(game)]
    typer.echo(f"stable against moves of one side: {', '.join(stable)}")
    paid = [
        [concept, *(found.payments[a] for a in actors), found.feasible]
        for concept in game_of.CONCEPTS
        for found in [game_of.side_payments(game, concept)]
    ]
    heads = ["stable against", *actors, "possible"]
    show("Side payments for full cooperation, bn USD a year", heads, paid)


def _changes(words: list[str] | None) -> dict[str, float]:
    changes = {}
    for word in words or []:
        key, _, value = word.partition("=")
        try:
            changes[key.strip()] = float(value)
        except ValueError as error:
            raise InputError(f"'{word}' is not KEY=NUMBER", where="--set") from error
    return changes
