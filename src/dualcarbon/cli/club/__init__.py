"""``dualcarbon club``: which climate club is stable, and how participation moves with its terms."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, titles
from dualcarbon.cli.club import terms as given
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.options import numbers
from dualcarbon.cli.verb import group, verb
from dualcarbon.common.tables import columns

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.international.clubs.outcomes import Cell

SHOWN = {
    "gain_inside_bn": "gain inside, bn USD",
    "tipping_tariff": "tips at tariff, %",
    "abatement_cost_bn": "cost, bn USD",
    "revenue_bn": "collected, bn USD",
    "paid_bn": "paid, bn USD",
}
"""What a club is to each region, with the heads of the printed table."""
NOISE = 1e-9
NOTIONS = ("is_nash", "is_internal", "is_external", "is_potential_internal", "is_strong")
app = group(
    "Climate clubs: who joins at which price and penalty, with proof.",
    invoke_without_command=True,
    no_args_is_help=False,
)


@verb(
    app,
    examples=(
        "dualcarbon club --data cdice --price 25 --tariff 0.03",
        "dualcarbon club --price 50 --rule carbon_tariff --region-price EU=100 --coalition EU,US",
        "dualcarbon club sweep --format csv",
    ),
    report=True,
    callback=True,
)
def club(
    data: given.Data = "cdice",
    price: given.Price = None,
    scc: given.Cost = None,
    tariff: given.Tariff = None,
    rule: given.Rule = None,
    setting: given.Setting = None,
    region_price: given.RegionPrice = None,
    outside_price: given.OutsidePrice = None,
    cap: given.Cap = False,
    coalition: Annotated[
        str | None, typer.Option(metavar="A,B", help="Examine this coalition, not the equilibrium.")
    ] = None,
    groups: given.Groups = True,
    lang: str = "en",
) -> Answer:
    """Find the stable climate club, or examine a given one."""
    from dualcarbon.international.clubs.answer import answer
    from dualcarbon.international.clubs.regions import club_page
    from dualcarbon.international.clubs.strong import refuse_if_too_many

    terms = given.Terms(
        data, price, scc, tariff, rule, setting, region_price, outside_price, cap, coalition
    )
    built, state = given.club_of(terms)
    if groups:
        refuse_if_too_many(built.world.size)
    policy, found = built.policy, answer(built, state, strong=groups)
    head = {"data": data, "price": policy.price, "scc": policy.social_cost}
    head |= {"tariff": policy.tariff, "rules": list(policy.rules)}
    return Answer(
        _club(found, lang, asked=state is not None),
        json=head | found,
        csv=_regions(found),
        page=lambda: club_page(built, state, strong=groups),
        titles=titles("page.clubs"),
    )


def _regions(found: dict[str, Any]) -> pd.DataFrame:
    """Membership, price, payoff and gain by region."""
    import pandas as pd

    names = ("prices_usd_per_t", "payoffs_bn", "gain_over_no_club_bn", *SHOWN)
    table = pd.DataFrame({name: found[name] for name in names}).rename_axis("region").reset_index()
    table.insert(1, "member", table["region"].isin(found["members"]))
    return table


def _club(found: dict[str, Any], lang: str, *, asked: bool) -> list[Table | str]:
    """Members or that no club is stable, notions of stability, and what it is to each region."""
    members, everyone = found["members"], found["payoffs_bn"]
    names = ", ".join(members) if members else word("none", lang)
    size = {"count": len(members), "of": len(everyone), "names": names}
    notions = [[word(f"club.{key}", lang), found[key]] for key in NOTIONS]
    shown: list[Table | str] = []
    if not found["stable"] and not asked:
        shown += ["\n" + word("club.unstable", lang), _moves(found["single_cycle"], lang)]
        shown.append(word("club.looked_at", lang, **size))
    else:
        shown.append("\n" + word("club.members", lang, **size))
    shown.append(Table(word("Stability", lang), ["", "holds"], notions))
    if found["blocking_group"]:
        shown.append(word("club.together", lang, names=", ".join(found["blocking_group"])))
    if found["cycle"]:
        sizes = " > ".join(str(len(state)) for state in found["cycle"])
        shown.append(word("club.cycle", lang, sizes=sizes))
    gain, price = found["gain_over_no_club_bn"], found["prices_usd_per_t"]
    rows = [
        [name, name in members, price[name], everyone[name], gain[name],
         *(_of_region(found, key, name) for key in SHOWN)]
        for name in everyone
    ]  # fmt: skip
    heads = ["region", "member", "price, USD/t", "payoff, bn USD", "gain over no club, bn USD"]
    title = word("club.payoffs", lang, year=found["data_year"] or "–")
    shown.append(Table(title, [*heads, *SHOWN.values()], rows, 2))
    cuts = {"club": "", "without": "_no_club", "full": "_cooperative"}
    words = {key: f"{100 * found[f'emission_cut{end}']:.1f}" for key, end in cuts.items()}
    return [*shown, word("club.cuts", lang, **words), word("club.tips", lang)]


def _of_region(found: dict[str, Any], key: str, name: str) -> float | None:
    value = float(found[key][name])
    if value != value:
        return None
    return 100.0 * value if key == "tipping_tariff" else value


def _moves(cycle: list[dict[str, Any]], lang: str) -> Table:
    """The moves that come round, with who is inside after each."""
    rows = [
        [step["region"], word("joins" if step["joins"] else "leaves", lang), step["gain_bn"],
         ", ".join(step["members"]) or word("none", lang)]
        for step in cycle
    ]  # fmt: skip
    heads = ["region", "move", "gain, bn USD", "members after"]
    return Table(word("club.moves", lang), heads, rows, 2)


@verb(app, examples=("dualcarbon club community --price 50 --tariff 0.05",), report=True)
def community(
    data: given.Data = "cdice",
    price: given.Price = 50.0,
    scc: given.Cost = None,
    tariff: given.Tariff = 0.05,
    region_price: given.RegionPrice = None,
    outside_price: given.OutsidePrice = None,
    cap: given.Cap = False,
    lang: str = "en",
) -> Answer:
    """An exclusive club, uses of its revenue, and a community open to all, side by side."""
    from dualcarbon.cli.answer import records
    from dualcarbon.international.clubs.regions import community_table
    from dualcarbon.report.text import Text

    terms = given.Terms(
        data, price, scc, tariff, None, None, region_price, outside_price, cap, None
    )
    built, _ = given.club_of(terms)
    table = community_table(built.world, built.policy)
    names = Text(lang)
    rows = [[names.name("club_use", row["rule"]), *_community(row)] for _, row in table.iterrows()]
    heads = ["use", "members", "cut, %", "gain captured, %", "world, bn USD", "developing, bn USD"]
    words = {"price": f"{built.policy.price:g}", "tariff": f"{100 * built.policy.tariff:g}"}
    title = word("club.community", lang, **words, year=built.world.year or "–")
    return Answer(
        [Table(title, heads, rows), word("club.community_note", lang)],
        json=lambda: {"price": built.policy.price, "tariff": built.policy.tariff,
                      "data_year": built.world.year, "uses": records(table)},
        csv=table,
        page=lambda: {"club_community": table},
        titles=titles("page.community"),
    )  # fmt: skip


def _community(row: Any) -> list[Any]:
    """Members and effects of one use; dashes where no club is stable."""
    import pandas as pd

    if pd.isna(row["members"]):
        return [None] * 5
    figures = [100 * row["cut"], 100 * row["captured"], row["welfare_bn"], row["developing_bn"]]
    return [int(row["members"]), *(0.0 if abs(v) < NOISE else float(v) for v in figures)]


@verb(app, examples=("dualcarbon club template --data world2023",), tables=False)
def template(data: given.Data = "cdice", price: given.Price = None) -> str:
    """Print a world as a YAML file that --data reads back, to be changed."""
    from dualcarbon.international.clubs.sources import template as written

    terms = given.Terms(data, price, None, None, None, None, None, None, False, None)
    built, _ = given.club_of(terms)
    return written(built.world, built.policy)


@verb(app, examples=("dualcarbon club sweep --prices 25,50 --tariffs 0,0.03",), report=True)
def sweep(
    data: given.Data = "cdice",
    prices: Annotated[str, typer.Option(metavar="A,B", help="Prices, USD/t.")] = "12.5,25,50,100",
    tariffs: Annotated[
        str, typer.Option(metavar="A,B", help="Tariffs, shares of value.")
    ] = "0,0.01,0.02,0.03,0.04,0.05,0.06,0.07,0.08,0.09,0.1",
    scc: given.Cost = None,
    rule: given.Rule = None,
    setting: given.Setting = None,
    region_price: given.RegionPrice = None,
    outside_price: given.OutsidePrice = None,
    cap: given.Cap = False,
    groups: given.Groups = True,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Examine every combination of price and tariff."""
    from dualcarbon.international.clubs import tables
    from dualcarbon.international.clubs.outcomes import sweep as run
    from dualcarbon.international.clubs.strong import refuse_if_too_many

    terms = given.Terms(
        data, None, scc, None, rule, setting, region_price, outside_price, cap, None
    )
    built, _ = given.club_of(terms)
    if groups:
        refuse_if_too_many(built.world.size)
    asked = numbers(prices, "--prices", most=float("inf")), numbers(tariffs, "--tariffs", most=1)
    live = sys.stderr.isatty()
    cells = run(
        built.world,
        *asked,
        built.policy,
        strong=groups,
        said=lambda done, all_: tell(f"{done} of {all_}") if done == all_ or live else None,
    )
    participation = tables.participation_table(cells)
    return Answer(
        [_participation(cells, lang), word("club.marks", lang)],
        json=[_record(cell) for cell in cells],
        csv=tables.sourced(participation, built.world),
        page=lambda: {
            "club_participation": tables.sourced(participation, built.world),
            "club_payoffs": tables.payoff_table(built.world),
            "club_rules": tables.rule_table(built.world),
        },
        titles=titles("page.clubs"),
    )


def _participation(cells: list[Cell], lang: str) -> Table:
    """The number of members over price and tariff; an asterisk marks cycles."""
    tariffs = list(dict.fromkeys(c.tariff for c in cells))
    heads = ["USD/t", *(f"{100 * t:g} %" for t in tariffs)]
    rows = [
        [f"{price:g}", *(_size(c) for c in cells if c.price == price)]
        for price in dict.fromkeys(c.price for c in cells)
    ]
    return Table(word("Members of the largest stable club", lang), heads, rows, len(heads))


def _size(cell: Cell) -> str:
    mark = "*" if cell.cycles else ""
    return f"{len(cell.members)}{mark}" if cell.nash else f"–{mark}"


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


@verb(app, examples=("dualcarbon club rules",))
def rules(lang: str = "en") -> Answer:
    """List the rules with their settings."""
    import pandas as pd

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
    rows = [
        [key, rule.meaning, ", ".join(f"{n}={s.value:g}" for n, s in rule.SETTINGS.items())]
        for key, rule in RULES.rules.items()
    ]
    heads = columns("club_rule_list")
    shown = Table(word("Rules of a club", lang), heads, rows, 3)
    return Answer([shown], json=listed, csv=pd.DataFrame(rows, columns=heads))
