"""Checks of money: outputs, inputs, balances, signs, whether the table is productive."""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.quality.finding import Finding, View

EXACT = 1e-9  # relative difference that is rounding of the computer
SMALL, LARGE = 1e-3, 1e-2  # relative imbalance of published tables, and what is too much
NEAR_SINGULAR = 0.95
WHOLE_FROM = 100.0  # whole numbers are telling only where flows are large


def negative_output(view: View) -> Finding | None:
    """Industries with an output below 0."""
    x = view.table.x
    wrong = x < 0
    if not wrong.any():
        return None
    at = int(np.argmin(x))
    return Finding(
        "negative_output", "error", int(wrong.sum()), view.place(at), float(x[at]),
        view.table.currency, view.touched(wrong),
    )  # fmt: skip


def zero_output(view: View) -> Finding | None:
    """Industries without output; a warning where they buy or sell all the same."""
    t = view.table
    idle = t.x == 0
    if not idle.any():
        return None
    trade = np.where(idle, np.abs(view.bought) + np.abs(t.sales), 0.0)
    at = int(np.argmax(trade)) if trade.any() else int(np.argmax(idle))
    return Finding(
        "zero_output", "warning" if trade.any() else "note", int(idle.sum()), view.place(at),
        float(trade[at]), t.currency, view.touched(idle),
    )  # fmt: skip


def emissions_on_zero_output(view: View) -> Finding | None:
    """Stressors of industries without output or sales, which no chain can carry."""
    t = view.table
    lost = np.where(view.idle, np.abs(t.F), 0.0)
    if not lost.any():
        return None
    row = view.mass if view.mass is not None and lost[view.mass].any() else None
    row = int(np.argmax(lost.sum(axis=1))) if row is None else row
    at = int(np.argmax(lost[row]))
    return Finding(
        "emissions_on_zero_output", "warning", int((lost.sum(axis=0) > 0).sum()), view.place(at),
        float(t.F[row, at]), t.stressor_units[row], view.touched(view.idle),
    )  # fmt: skip


def inputs_over_output(view: View) -> Finding | None:
    """Industries that buy more than they produce: column sums of A above 1."""
    x = view.table.x
    wrong = (x > 0) & (view.bought > x * (1 + EXACT))
    if not wrong.any():
        return None
    ratio = np.divide(view.bought, x, out=np.zeros_like(x), where=wrong)
    at = int(np.argmax(ratio))
    return Finding(
        "inputs_over_output", "warning", int(wrong.sum()), view.place(at), float(ratio[at]),
        "inputs per output", view.touched(wrong),
    )  # fmt: skip


def negative_primary_inputs(view: View) -> Finding | None:
    """Industries whose value added with taxes and margins is below 0."""
    v = view.table.v
    wrong = v < -EXACT * view.scale
    if not wrong.any():
        return None
    at = int(np.argmin(v))
    return Finding(
        "negative_primary_inputs", "warning", int(wrong.sum()), view.place(at), float(v[at]),
        view.table.currency, view.touched(wrong),
    )  # fmt: skip


def row_imbalance(view: View) -> Finding | None:
    """Output that differs from what is sold."""
    t = view.table
    return _imbalance(view, "row_imbalance", np.abs(t.x - t.sales))


def column_imbalance(view: View) -> Finding | None:
    """Output that differs from what is bought plus primary inputs."""
    t = view.table
    return _imbalance(view, "column_imbalance", np.abs(t.x - view.bought - t.v))


def _imbalance(view: View, key: str, difference: np.ndarray) -> Finding | None:
    share = float(difference.sum()) / view.scale
    if share <= EXACT:
        return None
    severity = "note" if share <= SMALL else "warning" if share <= LARGE else "error"
    at = int(np.argmax(difference))
    effect = None if view.intensity is None else float(view.intensity @ difference)
    off = difference > EXACT * view.scale
    return Finding(
        key, severity, int(off.sum()), view.place(at), share * 100, "% of output", effect
    )


def negative_final_demand(view: View) -> Finding | None:
    """Final demand below 0: usual for inventories, odd for the whole of a region."""
    t = view.table
    wrong = t.Y < 0
    if not wrong.any():
        return None
    row, column = np.unravel_index(int(np.argmin(t.Y)), t.Y.shape)
    user = f"{t.regions[column // t.K]}, {t.categories[column % t.K]}"
    whole = (t.Yr < -EXACT * view.scale).any()
    effect = None
    if view.intensity is not None:
        effect = float((view.intensity @ np.maximum(-t.Y, 0.0)).sum())
    return Finding(
        "negative_final_demand", "warning" if whole else "note", int(wrong.sum()),
        f"{view.place(int(row))} for {user}", float(t.Y[row, column]), t.currency, effect,
    )  # fmt: skip


def negative_flows(view: View) -> Finding | None:
    """Intermediate flows below 0."""
    t = view.table
    count, least, at = 0, 0.0, (0, 0)
    for seller, row in enumerate(t.Z):
        buyer = int(np.argmin(row))
        count += int((row < 0).sum())
        if row[buyer] < least:
            least, at = float(row[buyer]), (seller, buyer)
    if not count:
        return None
    place = f"{view.place(at[0])} to {view.place(at[1])}"
    return Finding("negative_flows", "warning", count, place, least, t.currency)


def spectral_radius(view: View) -> Finding | None:
    """The largest eigenvalue of A: below 1 the table is productive."""
    radius, at = view.dominant
    if radius < NEAR_SINGULAR:
        return None
    severity = "error" if radius >= 1 else "warning"
    return Finding("spectral_radius", severity, 1, view.place(at), radius, "spectral radius of A")


def whole_numbers(view: View) -> Finding | None:
    """Flows rounded to whole units of money, so that small ones are 0."""
    t = view.table
    if t.N == 0 or float(t.x.max()) < WHOLE_FROM:
        return None
    zeros = 0
    for row in t.Z:
        if not np.array_equal(row, np.rint(row)):
            return None
        zeros += int((row == 0).sum())
    share = zeros / t.N**2
    return Finding("whole_numbers", "note", t.N**2, "all flows", share * 100, "% of flows are 0")
