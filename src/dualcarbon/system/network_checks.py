"""What a network must offer before instruments can be written on it; each refusal says where."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.errors import InputError, nearest_name
from dualcarbon.system.commodities import ATMOSPHERE, COLUMN, OTHER, Commodities
from dualcarbon.system.ports import bounds_of

CARRIER_COLUMNS = ("co2_emissions", "renewable")
OPTIMISED = ("generators", "links", "storage_units", "stores", "lines", "transformers")
FACTOR_PLACE = "put the emission factor on the generator or link that burns it"


def check_finite(network: pypsa.Network) -> None:
    """Check that every figure of the network is a finite number.

    What PyPSA itself leaves empty or infinite where nothing is given, such as a limit or a
    lifetime, may be so.

    Raises:
        InputError: naming component, member, column and snapshot of one that is not.
    """
    for component in network.components:
        about = component.defaults
        given = about[
            about["status"].str.startswith("Input") & (about["typ"].map(lambda kind: kind is float))
        ]
        for attribute, default in given["default"].items():
            place = f"network.{component.list_name}, column '{attribute}'"
            limit = bool(np.isinf(float(default)))
            empty = bool(np.isnan(float(default)))
            if attribute in component.static:
                column = component.static[attribute]
                at = _not_finite(column.to_frame(), limit=limit, empty=empty)
                if at is not None:
                    raise _no_figure(column.iloc[at[0]], f"{place}, '{column.index[at[0]]}'")
            series = component.dynamic.get(attribute)
            if series is not None and len(series.columns):
                at = _not_finite(series, limit=limit, empty=empty)
                if at is not None:
                    where = f"{place}, '{series.columns[at[1]]}' at {series.index[at[0]]}"
                    raise _no_figure(series.iloc[at], where)
    weights = {"snapshot_weightings": network.snapshot_weightings}
    if network.has_investment_periods:
        weights["investment_period_weightings"] = network.investment_period_weightings
    for name, table in weights.items():
        at = _not_finite(table, limit=False, empty=False)
        if at is not None:
            where = f"network.{name}, column '{table.columns[at[1]]}' at {table.index[at[0]]}"
            raise _no_figure(table.iloc[at], where)


def _not_finite(table: pd.DataFrame, *, limit: bool, empty: bool) -> tuple[int, int] | None:
    """Position of the first cell that is no number, or not finite without being allowed to."""
    try:
        values = table.to_numpy(dtype=float)
    except (TypeError, ValueError):
        values = table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
        empty = False
    wrong = (np.isinf(values) & (not limit)) | (np.isnan(values) & (not empty))
    if not wrong.any():
        return None
    row, column = np.argwhere(wrong)[0]
    return int(row), int(column)


def _no_figure(value: object, where: str) -> InputError:
    shown = "nothing" if pd.isna(value) else repr(value) if isinstance(value, str) else f"{value}"
    return InputError(f"expected a finite number, got {shown}", where=where)


def check_carriers(network: pypsa.Network) -> None:
    """Check that carriers say what they emit and whether they are renewable.

    Raises:
        InputError: a column is missing, or a component names an unknown carrier.
    """
    carriers = network.c.carriers.static
    for column in CARRIER_COLUMNS:
        if column not in carriers.columns:
            raise InputError(
                f"carriers have no column '{column}'",
                where="network.carriers",
                allowed="co2_emissions in t per MWh of fuel, renewable true or false",
                nearest=nearest_name(column, carriers.columns),
            )
    for component in ("generators", "links", "storage_units", "stores"):
        used = network.c[component].static["carrier"]
        unknown = used[~used.isin(carriers.index) & (used != "")]
        if len(unknown):
            raise InputError(
                f"carrier '{unknown.iloc[0]}' is not defined",
                where=f"network.{component}, {unknown.index[0]}",
                allowed=list(carriers.index),
                nearest=nearest_name(unknown.iloc[0], carriers.index),
            )


def emission_factor(network: pypsa.Network, component: str) -> pd.Series:
    """t CO2 per MWh of fuel of each member's carrier; zero for none."""
    rate = network.c.carriers.static["co2_emissions"]
    return network.c[component].static["carrier"].map(rate).fillna(0.0).astype(float)


def check_countable(network: pypsa.Network, commodities: Commodities) -> None:
    """Check that every ton is counted, once, and that none can be counted backwards.

    Raises:
        InputError: an emitting store, an efficiency of an emitting plant that varies over time, a
            plant that emits or earns certificates and can take power, carbon counted both at the
            fuel and at the plant, or a supply that takes carbon out of the atmosphere.
    """
    atmosphere = set(commodities.buses(ATMOSPHERE))
    for component in ("stores", "storage_units"):
        static, factor = network.c[component].static, emission_factor(network, component)
        emitting = static.index[(factor != 0) & ~static["bus"].isin(atmosphere)]
        if len(emitting):
            raise InputError(
                f"'{emitting[0]}' stores a carrier with co2_emissions: {FACTOR_PLACE}",
                where=f"network.{component}",
                allowed=f"co2_emissions of zero, or network.buses.{COLUMN} of '{ATMOSPHERE}' for "
                "the bus where emitted CO2 gathers",
            )
    _check_generators(network, atmosphere)
    _check_loads(network, atmosphere)
    _check_links(network, commodities)
    _check_counted_once(network, commodities)


def _check_generators(network: pypsa.Network, atmosphere: set[str]) -> None:
    static, factor = network.c.generators.static, emission_factor(network, "generators")
    renewable = network.c.carriers.static["renewable"].fillna(False).astype(bool)
    tokens = static["carrier"].map(renewable).fillna(False).astype(bool)
    takes = bounds_of(network, "Generator")["low"] < 0
    if len(taking := static.index[takes & (factor != 0)]):
        raise InputError(
            f"'{taking[0]}' emits and can take power, which would count as less emitted",
            where="network.generators",
            allowed="a carrier without co2_emissions for what takes power",
        )
    if len(taking := static.index[takes & tokens]):
        raise InputError(
            f"'{taking[0]}' is renewable and can take power, which would cost certificates",
            where="network.generators",
            allowed="a carrier that is not renewable for what takes power",
        )
    inside = static["bus"].isin(atmosphere)
    if len(taking := static.index[inside & takes]):
        raise InputError(
            f"'{taking[0]}' takes CO2 out of the atmosphere",
            where="network.generators",
            allowed="a store for what gathers there, a link for what removes it",
        )
    if len(twice := static.index[inside & (factor != 0)]):
        raise _twice(twice[0], "its bus is the atmosphere")
    _check_efficiency(network, "generators", static.index[factor != 0], "efficiency")


def _check_loads(network: pypsa.Network, atmosphere: set[str]) -> None:
    static = network.c.loads.static
    inside = static.index[static["bus"].isin(atmosphere)]
    demand = network.get_switchable_as_dense("Load", "p_set", inds=inside)
    if len(taking := demand.columns[(demand > 0).any()]):
        raise InputError(
            f"'{taking[0]}' takes CO2 out of the atmosphere: what is emitted is a negative load",
            where="network.loads",
            allowed="p_set of zero or less at the atmosphere",
        )


def _check_links(network: pypsa.Network, commodities: Commodities) -> None:
    factor = emission_factor(network, "links")
    left = commodities.received(ATMOSPHERE).reindex(factor.index)
    touching = left.index[left.index.isin(commodities.received(ATMOSPHERE).index)]
    if len(varying := touching[left[touching].isna()]):
        raise InputError(
            f"'{varying[0]}' emits and has a time-varying efficiency, which is not supported",
            where="network.links",
            allowed="a constant efficiency at the atmosphere",
        )
    left = left.fillna(0.0)
    if len(twice := factor.index[(factor != 0) & (left != 0)]):
        raise _twice(twice[0], "it delivers to the atmosphere")
    backwards = commodities.flow_of["low"] < 0
    backwards &= (factor != 0) | ((left != 0) & (commodities.flow_of["high"] > 0))
    if len(backwards := factor.index[backwards]):
        raise InputError(
            f"'{backwards[0]}' emits and can run backwards, which would count as less emitted",
            where="network.links",
            allowed="p_min_pu of zero, and another link for the other direction",
        )
    _check_efficiency(network, "links", factor.index[factor != 0], "efficiency")


def _check_efficiency(
    network: pypsa.Network, component: str, emitting: pd.Index, attribute: str
) -> None:
    both = emitting.intersection(network.c[component].dynamic[attribute].columns)
    if len(both):
        raise InputError(
            f"'{both[0]}' emits and has a time-varying efficiency, which is not supported",
            where=f"network.{component}",
            allowed="a constant efficiency for emitting units",
        )


def _check_counted_once(network: pypsa.Network, commodities: Commodities) -> None:
    """A fuel's carbon is counted where it is supplied or where it is burnt, not at both."""
    generators = network.c.generators.static
    links = network.c.links.static
    burning = emission_factor(network, "links") != 0
    left = commodities.received(ATMOSPHERE)
    burning |= links.index.isin(left.index[left != 0])
    counted = set(generators["bus"][emission_factor(network, "generators") != 0])
    counted &= set(commodities.buses(OTHER))
    pipes = links[~burning]
    while True:
        reached = set(pipes["bus1"][pipes["bus0"].isin(counted)]) & set(commodities.buses(OTHER))
        if reached <= counted:
            break
        counted |= reached
    twice = links.index[burning & links["bus0"].isin(counted)]
    if len(twice):
        raise _twice(twice[0], f"so does the supply of fuel at bus '{links.at[twice[0], 'bus0']}'")


def _twice(name: str, other: str) -> InputError:
    return InputError(
        f"the carbon of '{name}' is counted twice: its carrier emits, and {other}",
        where="network.carriers",
        allowed="co2_emissions on the fuel's carrier or on the plant's, or a flow to the "
        "atmosphere; the others zero",
    )


def check_linear(network: pypsa.Network) -> None:
    """Check that PyPSA would write the network as one linear program that can be settled.

    Raises:
        InputError: a component is committable, comes in modules, has a quadratic cost or a delay;
            the network has processes.
    """
    if len(processes := network.c.processes.static.index):
        raise InputError(
            f"'{processes[0]}' is a process, which is not supported",
            where="network.processes",
            allowed="a link with the same buses and efficiencies",
        )
    for component in OPTIMISED:
        static = network.c[component].static
        modules = [c for c in static.columns if c.endswith("_nom_mod")]
        for column in ("committable", "maintainable", "marginal_cost_quadratic", *modules):
            _refuse(component, column, _used(network, component, column), "needs integers or "
                    "squares; prices are read from a linear program")  # fmt: skip
        for column in [c for c in static.columns if c.startswith("delay")]:
            _refuse(component, column, _used(network, component, column),
                    "delivers in another hour than it draws, which cannot be settled")  # fmt: skip


def _used(network: pypsa.Network, component: str, column: str) -> pd.Index:
    """Members whose attribute, constant or by snapshot, is not zero."""
    static, dynamic = network.c[component].static, network.c[component].dynamic
    if column not in static:
        return pd.Index([])
    used = static[column].astype(float).fillna(0.0) != 0
    if column.endswith("_nom_mod"):
        used &= static[column.removesuffix("_mod") + "_extendable"].astype(bool)
    names = static.index[used]
    series = dynamic.get(column, pd.DataFrame())
    return names.union(series.columns[(series != 0).any()]) if len(series.columns) else names


def _refuse(component: str, column: str, names: pd.Index, why: str) -> None:
    if len(names):
        raise InputError(
            f"'{names[0]}' uses '{column}', which {why}",
            where=f"network.{component}",
            allowed=f"{column} of zero or false",
        )


def use_plain_signs(n: pypsa.Network) -> None:
    """Write generators of sign -1 and loads of sign 1 with the usual sign, in place.

    A generator of sign -1 takes what it "makes": ``p' = -p`` with bounds, cost and set points
    turned round. Balances of power, and with them all that is counted, then read alike.

    Raises:
        InputError: another sign, a store with a sign, or a limit of the network's own on the
            output of such a generator.
    """
    for component, usual in (("generators", 1), ("loads", -1), ("stores", 1), ("storage_units", 1)):
        sign = n.c[component].static["sign"]
        odd = sign.index[sign.abs() != 1] if component in ("generators", "loads") else (
            sign.index[sign != 1])  # fmt: skip
        if len(odd):
            raise InputError(
                f"'{odd[0]}' has the sign {sign[odd[0]]:g}",
                where=f"network.{component}",
                allowed="1 or -1" if component in ("generators", "loads") else "1",
            )
        turned = sign.index[sign == -usual]
        if not len(turned):
            continue
        if component == "generators":
            _check_own_limits(n, turned)
            for pair in (("p_min_pu", "p_max_pu"), ("e_sum_min", "e_sum_max")):
                _turn(n, component, turned, *pair)
            _swap(n, component, turned, "ramp_limit_up", "ramp_limit_down")
            for attribute in ("marginal_cost", "p_set", "p_init"):
                _turn(n, component, turned, attribute, attribute)
        else:
            _turn(n, component, turned, "p_set", "p_set")
        n.c[component].static.loc[turned, "sign"] = float(usual)


def _turn(n: pypsa.Network, component: str, names: pd.Index, first: str, second: str) -> None:
    """Negate two attributes that are each other's bound, or one attribute."""
    _swap(n, component, names, first, second)
    for attribute in {first, second}:
        static, dynamic = n.c[component].static, n.c[component].dynamic.get(attribute)
        static.loc[names, attribute] = -static.loc[names, attribute]
        if dynamic is not None:
            named = dynamic.columns.intersection(names)
            dynamic[named] = -dynamic[named]


def _swap(n: pypsa.Network, component: str, names: pd.Index, first: str, second: str) -> None:
    if first == second:
        return
    static, dynamic = n.c[component].static, n.c[component].dynamic
    static.loc[names, [first, second]] = static.loc[names, [second, first]].to_numpy()
    if first in dynamic:
        a, b = dynamic[first], dynamic[second]
        one, other = a.columns.intersection(names), b.columns.intersection(names)
        dynamic[first] = a.drop(columns=one).join(b[other])
        dynamic[second] = b.drop(columns=other).join(a[one])


def _check_own_limits(n: pypsa.Network, turned: pd.Index) -> None:
    limits = n.c.global_constraints.static
    carriers = set(limits["carrier_attribute"][limits["type"] == "operational_limit"])
    limited = turned[n.c.generators.static.loc[turned, "carrier"].isin(carriers)]
    if len(limited):
        raise InputError(
            f"'{limited[0]}' has the sign -1, and the network limits the output of its carrier",
            where="network.global_constraints",
            allowed="a carrier of its own for what takes power",
        )
