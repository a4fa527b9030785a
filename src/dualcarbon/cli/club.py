"""``dualcarbon club``: which climate club is stable, and how participation moves with its terms."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.club_terms import Terms, club_of, numbers
from dualcarbon.cli.console import FORMATS, chosen, example, print_json, progress

if TYPE_CHECKING:
    from dualcarbon.international.clubs.sweep import Cell

EXAMPLE = example(
    "dualcarbon club --data cdice --price 25 --tariff 0.03",
    "dualcarbon club --price 50 --rule carbon_tariff --region-price EU=100 --coalition EU,US",
    "dualcarbon club sweep --format csv",
)
app = typer.Typer(
    help="Climate clubs: who joins at which price and penalty, with proof.",
    rich_markup_mode=None,
    invoke_without_command=True,
)

Data = Annotated[
    str, typer.Option(metavar="NAME|FILE", help="Embedded world, or a YAML file of your own.")
]
Price = Annotated[
    float | None,
    typer.Option(metavar="USD/T", help="Price inside the club.  [default: 25]"),
]
Cost = Annotated[
    float | None,
    typer.Option(metavar="USD/T", help="Social cost of carbon.  [default: the price]"),
]
Tariff = Annotated[
    float | None,
    typer.Option(metavar="SHARE", help="Tariff on outsiders; 0.03 is 3 %.  [default: 0]"),
]
Rule = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Rule; may be given more than once; see 'club rules'."),
]
Setting = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="RULE.NAME=VALUE", help="Setting of a rule."),
]
RegionPrice = Annotated[
    list[str] | None,
    typer.Option(metavar="REGION=USD/T", help="Price of one region inside the club."),
]
OutsidePrice = Annotated[
    list[str] | None,
    typer.Option(metavar="REGION=USD/T", help="Price that a region keeps outside the club."),
]
Cap = Annotated[bool, typer.Option("--cap", help="No region abates more than it emits.")]
Groups = Annotated[
    bool, typer.Option("--groups/--no-groups", help="Examine joint moves of regions too.")
]


@app.callback(epilog=EXAMPLE)
def club(
    context: typer.Context,
    data: Data = "cdice",
    price: Price = None,
    scc: Cost = None,
    tariff: Tariff = None,
    rule: Rule = None,
    setting: Setting = None,
    region_price: RegionPrice = None,
    outside_price: OutsidePrice = None,
    cap: Cap = False,
    coalition: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Examine this coalition, not the equilibrium."),
    ] = None,
    groups: Groups = True,
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
) -> None:
    """Find the stable climate club, or examine a given one."""
    if context.invoked_subcommand is not None:
        return
    chosen(format_, FORMATS, "--format")
    from dualcarbon.international.clubs.answer import answer
    from dualcarbon.international.clubs.strong import refuse_if_too_many

    terms = Terms(
        data, price, scc, tariff, rule, setting, region_price, outside_price, cap, coalition
    )
    built, state = club_of(terms)
    if groups:
        refuse_if_too_many(built.world.size)
    found = answer(built, state, strong=groups)
    policy = built.policy
    head = {"data": data, "price": policy.price, "scc": policy.social_cost,
            "tariff": policy.tariff, "rules": list(policy.rules)}  # fmt: skip
    if format_ == "json":
        print_json(head | found)
        return
    from dualcarbon.cli.club_tables import show_club

    show_club(head | found)


@app.command("sweep", epilog=example("dualcarbon club sweep --prices 25,50 --tariffs 0,0.03"))
def sweep(
    data: Data = "cdice",
    prices: Annotated[str, typer.Option(metavar="A,B", help="Prices, USD/t.")] = "12.5,25,50,100",
    tariffs: Annotated[
        str, typer.Option(metavar="A,B", help="Tariffs, shares of value.")
    ] = "0,0.01,0.02,0.03,0.04,0.05,0.06,0.07,0.08,0.09,0.1",
    scc: Cost = None,
    rule: Rule = None,
    setting: Setting = None,
    region_price: RegionPrice = None,
    outside_price: OutsidePrice = None,
    cap: Cap = False,
    groups: Groups = True,
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json|csv", help="What is printed.")
    ] = "table",
) -> None:
    """Examine every combination of price and tariff."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    from dualcarbon.international.clubs.strong import refuse_if_too_many
    from dualcarbon.international.clubs.sweep import sweep as run

    terms = Terms(data, None, scc, None, rule, setting, region_price, outside_price, cap, None)
    built, _ = club_of(terms)
    if groups:
        refuse_if_too_many(built.world.size)
    listed = numbers(prices, "--prices"), numbers(tariffs, "--tariffs", most=1.0)
    live = sys.stderr.isatty()
    with progress() as say:
        cells = run(
            built.world,
            *listed,
            built.policy,
            strong=groups,
            said=lambda done, all_: say(f"{done} of {all_}") if done == all_ or live else None,
        )
    _print(cells, format_)


@app.command("rules", epilog=example("dualcarbon club rules"))
def rules(
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
) -> None:
    """List the rules with their settings."""
    chosen(format_, FORMATS, "--format")
    from dualcarbon.international.clubs.rules import RULES

    listed: list[dict[str, Any]] = [
        {
            "rule": key,
            "meaning": rule.meaning,
            "settings": {
                name: {"default": s.value, "low": s.low, "high": s.high, "meaning": s.meaning}
                for name, s in rule.SETTINGS.items()
            },
        }
        for key, rule in RULES.rules.items()
    ]
    if format_ == "json":
        print_json(listed)
        return
    from dualcarbon.cli.layout import show

    rows = [
        [key, rule.meaning, ", ".join(f"{n}={s.value:g}" for n, s in rule.SETTINGS.items())]
        for key, rule in RULES.rules.items()
    ]
    show("Rules of a club", ["rule", "meaning", "settings"], rows, text_columns=3)


def _print(cells: list[Cell], format_: str) -> None:
    if format_ == "csv":
        from dualcarbon.international.clubs.tables import participation_table

        participation_table(cells).to_csv(sys.stdout, index=False)
    elif format_ == "json":
        print_json([_record(cell) for cell in cells])
    else:
        from dualcarbon.cli.club_tables import show_sweep

        show_sweep(cells)


def _record(cell: Cell) -> dict[str, Any]:
    """A cell with the keys of ``dualcarbon club``."""
    from dualcarbon.international.clubs.game import members

    return {
        "price": cell.price,
        "tariff": cell.tariff,
        "members": list(cell.members),
        "is_nash": bool(cell.nash),
        "is_strong": None if cell.strong is None else bool(cell.strong),
        "equilibria": [list(members(state, cell.names)) for state in cell.nash],
        "cycle": [list(members(move.end, cell.names)) for move in cell.cycle],
        "potentially_stable": cell.potential,
        "captured": cell.captured,
    }
