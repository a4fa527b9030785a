"""The equations of the small case, written down anew for scipy, without PyPSA or linopy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

from tests.oracle import small_case as case

HOURS = 8760.0
Terms = Mapping[tuple[object, ...], float]


@dataclass
class Oracle:
    """min c'x with named columns and rows; every amount in MW, MWh, t and CNY."""

    cost: dict[tuple[object, ...], float] = field(default_factory=dict)
    bounds: dict[tuple[object, ...], tuple[float, float]] = field(default_factory=dict)
    rows: dict[tuple[object, ...], tuple[Terms, str, float]] = field(default_factory=dict)
    objective: float = 0.0
    value: dict[tuple[object, ...], float] = field(default_factory=dict)
    dual: dict[tuple[object, ...], float] = field(default_factory=dict)

    def column(
        self, *name: object, cost: float = 0.0, most: float = np.inf, least: float = 0.0
    ) -> None:
        """Add a variable."""
        self.cost[name], self.bounds[name] = cost, (least, most)

    def row(self, *name: object, terms: Terms, sense: str, right: float) -> None:
        """Add a row ``terms <=, == right``."""
        self.rows[name] = (terms, sense, right)

    def solve(self) -> Oracle:
        """Solve; the dual of a row is the change of the cost per unit of its right-hand side."""
        at = {name: i for i, name in enumerate(self.cost)}
        scale = 1e3
        parts: dict[str, tuple[list[np.ndarray], list[float], list[tuple[object, ...]]]]
        parts = {"<=": ([], [], []), "==": ([], [], [])}
        for name, (terms, sense, right) in self.rows.items():
            line = np.zeros(len(at))
            for column, factor in terms.items():
                line[at[column]] += factor
            for part, item in zip(parts[sense], (line, right / scale, name), strict=True):
                part.append(item)
        (a, b, upper), (ae, be, equal) = parts["<="], parts["=="]
        bounds = np.array(list(self.bounds.values())) / scale
        found = linprog(
            np.array(list(self.cost.values())),
            A_ub=np.array(a) if a else None,
            b_ub=b if a else None,
            A_eq=np.array(ae),
            b_eq=be,
            bounds=bounds,
            method="highs-ds",
        )
        assert found.status == 0, found.message
        self.objective = found.fun * scale
        self.value = dict(zip(at, found.x * scale, strict=True))
        self.dual = dict(zip(equal, found.eqlin.marginals, strict=True))
        if upper:
            self.dual |= dict(zip(upper, found.ineqlin.marginals, strict=True))
        return self


def physical() -> Oracle:
    """Dispatch, capacity, trade and abatement without any policy."""
    lp = Oracle()
    for year in case.YEARS:
        weight = case.WEIGHT[year]
        for plant in case.PLANTS:
            _plant(lp, plant, year, weight)
        for part in case.SLICES:
            lp.column("flow", year, part, least=-case.LINE, most=case.LINE)
        for step, (_, most, cost, _) in case.STEPS.items():
            lp.column("cut", step, year, cost=cost * weight, most=most)
        for bus in case.BUSES:
            for part in case.SLICES:
                _balance(lp, bus, year, part)
    return lp


def _plant(lp: Oracle, plant: case.Plant, year: int, weight: float) -> None:
    if plant.size is None and plant.built == year:
        living = sum(case.WEIGHT[y] for y in case.YEARS if plant.alive(y))
        lp.column("size", plant.name, cost=plant.yearly * living, most=plant.most)
    if not plant.alive(year):
        return
    for part, hours in case.SLICES.items():
        most = np.inf if plant.size is None else plant.size * plant.share[part]
        lp.column("p", plant.name, year, part, cost=weight * hours * plant.running, most=most)
        if plant.size is None:
            terms = {("p", plant.name, year, part): 1.0, ("size", plant.name): -plant.share[part]}
            lp.row("available", plant.name, year, part, terms=terms, sense="<=", right=0.0)


def _balance(lp: Oracle, bus: str, year: int, part: str) -> None:
    made = {("p", p.name, year, part): 1.0 for p in case.PLANTS if p.bus == bus and p.alive(year)}
    sent = {("flow", year, part): -1.0 if bus == "north" else 1.0}
    saved = {
        ("cut", step, year): electricity / HOURS
        for step, (user, _, _, electricity) in case.STEPS.items()
        if user.startswith(bus)
    }
    demand = case.load(bus, year, part)
    lp.row("power", bus, year, part, terms=made | sent | saved, sense="==", right=demand)


def yearly(plant: case.Plant, year: int, factor: float) -> dict[tuple[object, ...], float]:
    """Terms of a factor times the yearly output of a plant."""
    if not plant.alive(year) or factor == 0.0:
        return {}
    return {("p", plant.name, year, part): h * factor for part, h in case.SLICES.items()}


def emissions(year: int, sectors: tuple[str, ...]) -> tuple[dict[tuple[object, ...], float], float]:
    """Terms and constant of covered emissions, t per year."""
    terms: dict[tuple[object, ...], float] = {}
    for plant in case.PLANTS:
        terms |= yearly(plant, year, plant.rate)
    for step, (user, *_) in case.STEPS.items():
        if user.split()[1] in sectors:
            terms[("cut", step, year)] = -case.avoided(step)
    base = sum(t for (_, sector), t in case.BASELINE.items() if sector in sectors)
    return terms, base


def groups() -> list[str]:
    """Groups of attribute tokens."""
    return sorted({p.group for p in case.PLANTS if p.rate == 0.0})


def tokens(lp: Oracle, uses: tuple[str, ...]) -> None:
    """Every renewable MWh carries one token, which goes to one use or to none."""
    for year in case.YEARS:
        for group in groups():
            terms: dict[tuple[object, ...], float] = {}
            for use in uses:
                lp.column("token", group, use, year)
                terms["token", group, use, year] = 1.0
            for plant in case.PLANTS:
                if plant.group == group:
                    terms |= yearly(plant, year, -1.0)
            lp.row("tokens", group, year, terms=terms, sense="<=", right=0.0)


def claimed(use: str, year: int, factor: float, only: str = "") -> dict[tuple[object, ...], float]:
    """Terms of a factor times the tokens that go to a use (of groups that end with ``only``)."""
    return {("token", g, use, year): factor for g in groups() if g.endswith(only)}
