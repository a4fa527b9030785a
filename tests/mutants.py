"""Small wrong changes of the source, each with the tests that must notice it.

``python tests/mutants.py FOLDER NUMBER`` makes one change in a copy of the source and runs its tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
NOTICED, UNNOTICED = 1, 0  # exit codes of pytest
LONGEST = 600  # seconds


class Mutant(NamedTuple):
    """A wrong change.

    Attributes:
        file: below ``src/dualcarbon``; right, wrong: what stands there once, and instead.
        tests: files below ``tests``, and options of pytest.
    """

    file: str
    right: str
    wrong: str
    tests: str


CHECK = "unit/test_check.py"
CAP, BANKING = "analytic/test_carbon_cap.py", "analytic/test_banking.py"
OFFSETS, TAX = "analytic/test_offsets.py", "analytic/test_tax_and_bounds.py"
GREEN, LINKS = "analytic/test_certificates.py", "analytic/test_links.py"
INTERVALS, OUTSIDE = "property/test_price_intervals.py", "unit/test_from_outside.py"
FINANCE = "unit/test_project_finance.py analytic/test_finance.py"
BORDER = "unit/test_cbam.py property/test_cbam.py published/test_cbam.py"
CLUBS = "unit/test_club_equations.py property/test_clubs_property.py"
LEDGER = "unit/test_ledger.py unit/test_ledger_guards.py property/test_ledger_states.py"
ACCOUNTS = "property/test_responsibility_identities.py"
ORACLE = "oracle/test_responsibility_pymrio.py"

C, P, H = "equilibrium/check.py", "equilibrium/prices.py", "solver/highs.py"
M, S = "instruments/carbon/market.py", "instruments/carbon/settlement.py"
T, G = "instruments/carbon/tax.py", "instruments/green.py"
DUTIES = "instruments/obligations.py"
CASH, SCHEDULE = "common/cashflow.py", "international/finance/schedule.py"
APPRAISAL = "international/finance/appraisal.py"
DUES, ALLOCATION = "international/cbam/dues.py", "international/cbam/allocation.py"
PRICE = "international/cbam/price.py"
PAYOFFS, STABLE = "international/clubs/payoffs.py", "international/clubs/stability.py"
LOTS, KINDS, MOVING = "ledger/lots.py", "ledger/kinds.py", "ledger/verbs/moving.py"
ENDS, SHARED = "responsibility/principles/ends.py", "responsibility/principles/shared.py"
ADJUSTED = "responsibility/principles/technology.py"

MUTANTS = (
    # what checks a solution
    Mutant(C, "return float(max(short.max(initial=0.0), beyond.max(initial=0.0)))", "return 0.0", CHECK),
    Mutant(C, "return float(np.inf if lost.any() else worth.max(initial=0.0) / (1.0 + abs(raw.objective)))", "return 0.0", CHECK),
    Mutant(C, "return float(abs(rows + columns - raw.objective) / (1.0 + abs(raw.objective)))", "return 0.0", CHECK),
    Mutant(C, "return float(kept.max() / (OBJECTIVE_SCALE + turnover.sum()))", "return 0.0", CHECK),
    Mutant(C, "return abs(total - solution.objective) / (1.0 + abs(solution.objective))", "return 0.0", CHECK),
    Mutant(C, "return float((made - gone).abs().to_numpy().max() / (1.0 + made.to_numpy().max()))", "return 0.0", CHECK),
    Mutant(C, "return float((saved - gone).abs().max() / (1.0 + saved.max()))", "return 0.0", CHECK),
    Mutant(C, "return float((np.abs(raw.reduced_cost) / size)[inside].max(initial=0.0))", "return 0.0", CHECK),
    Mutant(C, "    if len(failed):", "    if len(failed) > 8:", CHECK),
    Mutant(H, "    if optimality.worst > allowed:", "    if optimality.primal > allowed:", CHECK),
    Mutant("solver/optimality.py", "return max(self.primal, self.dual, self.gap)", "return max(self.primal, self.dual)", CHECK),
    # prices and discounting
    Mutant(P, "* OBJECTIVE_SCALE / weight)", "* OBJECTIVE_SCALE)", INTERVALS),
    Mutant(P, "between = (value, min(*sides, value), max(*sides, value))", "between = (value, value, value)", INTERVALS),
    Mutant("solver/program.py", "weighted = (expression.coeffs * model.period_weight)", "weighted = (expression.coeffs * 1.0)", CHECK),
    Mutant("solver/values.py", "yearly = dual / self.model.period_weight if", "yearly = dual if", BANKING),
    Mutant("solver/costs.py", 'return spent.rename_axis("period") / horizon.objective', 'return spent.rename_axis("period")', CHECK),
    Mutant("system/network.py", "numbers = np.interp(at, [float(y) for y in years], values)", "numbers = np.interp(at, [float(y) for y in years], values[::-1])", BANKING + " " + CAP),
    # carbon market and tax
    Mutant(M, "- model.credited(self.key)\n", "\n", LINKS),
    Mutant(M, "used - self.offset_limit * emissions <= 0", "used - 2.0 * self.offset_limit * emissions <= 0", OFFSETS),
    Mutant(M, "total = total + 1.0 * sold", "total = total + 2.0 * sold", CAP + " " + TAX),
    Mutant(M, "bought * -self.floor", "bought * (-0.5 * self.floor)", CAP + " " + TAX),
    Mutant(M, "return (bank - before) * (1.0 / years)", "return bank - before", BANKING),
    Mutant(M, "bank - self.carry_over * emissions <= 0", "bank - 2.0 * self.carry_over * emissions <= 0", BANKING),
    Mutant(M, "np.full(len(model.periods) - 1, np.inf), 0.0)", "np.full(len(model.periods) - 1, np.inf), np.inf)", BANKING),
    Mutant(S, "amount = issued * market.auction_share", "amount = 0.0 * issued", CAP),
    Mutant(S, "- bank) / solution.model.horizon.years", "- bank)", BANKING),
    Mutant(S, "amount = amount.where(emitted > 0, issued)", "amount = 1.0 * amount", f"{OUTSIDE} -k over_nothing"),
    Mutant(S, "used * (price - offset_price)", "used * price", OFFSETS),
    Mutant(T, "model.annual.emissions(units) * rate, transfer=True)", "model.annual.emissions(units) * rate, transfer=False)", TAX),
    Mutant(T, "revenue = pd.concat(paid).sum()", "revenue = 0.5 * pd.concat(paid).sum()", TAX),
    Mutant(T, "emitting &= ~units.index.isin(covered_units(model))", "emitting &= units.index.isin(units.index)", TAX + " analytic/test_overlaps.py"),
    # certificates, tokens, savings
    Mutant(DUTIES, "growth = self.share_growth * (calendar - calendar[0])", "growth = self.share_growth * (calendar - calendar[0] + 1)", GREEN),
    Mutant(G, "            supply - owed >= 0,", "            supply - 0.99 * owed >= 0,", GREEN),
    Mutant(G, "bought * -self.voluntary_price", "bought * (-0.5 * self.voluntary_price)", GREEN),
    Mutant(DUTIES, "- set(self.hydro_carriers)", "- set(self.hydro_carriers[:0])", GREEN),
    Mutant(G, "received.append(-self.owed_by_party(solution, duty)", "received.append(-0.9 * self.owed_by_party(solution, duty)", GREEN),
    Mutant("instruments/tokens.py", 'tokens.sum("use") - output == 0', 'tokens.sum("use") - 1.1 * output == 0', CHECK),
    Mutant("instruments/claims.py", "return vintage in self.vintages and (self.carriers", "return (self.carriers", GREEN + " analytic/test_tokens.py"),
    Mutant("instruments/savings.py", 'rate = steps["fuel_tce"] + tce_per_mwh * steps["electricity"]', 'rate = steps["fuel_tce"] + 0.5 * tce_per_mwh * steps["electricity"]', "analytic/test_energy_markets.py"),
    Mutant("equilibrium/audit.py", '"worth": row["amount"] * row["worth"]}', '"worth": 2.0 * row["amount"] * row["worth"]}', "analytic/test_double_claims.py"),
    Mutant("instruments/payments.py", "payments.append(Payment(instrument, between, who, gains))", "payments.append(Payment(instrument, between, who, 0.9 * gains))", CHECK),
    # finance
    Mutant(CASH, "return (1.0 + rate) ** -np.arange(years, dtype=float)", "return (1.0 + rate) ** -np.arange(1, years + 1, dtype=float)", FINANCE),
    Mutant(CASH, "(1.0 - (1.0 + rate) ** -years)", "(1.0 - (1.0 + rate) ** -(years + 1))", FINANCE),
    Mutant(CASH, "return last + float(-total[last]", "return last + 1 + float(-total[last]", FINANCE),
    Mutant(CASH, "points = 2 if", "points = 2 if True or", FINANCE),
    Mutant(SCHEDULE, "if year >= loan.grace:", "if year > loan.grace:", FINANCE),
    Mutant(SCHEDULE, "interest[year] = rate * balance", "interest[year] = rate * amount", FINANCE),
    Mutant(SCHEDULE, "loss = min(profit, 0.0)", "loss = 0.0", FINANCE),
    Mutant(SCHEDULE, "credited = runs & (time <= carbon.credit_years)", "credited = runs & (time < carbon.credit_years)", FINANCE),
    Mutant(SCHEDULE, "return 0.5 if year <=", "return 0.5 if year <", FINANCE),
    Mutant(APPRAISAL, "+ (1.0 - debt) * required", "+ required", FINANCE),
    # the border
    Mutant(ALLOCATION, "return law_of(law).kept.get(year, Decimal(0))", 'return law_of(law).kept.get(year, Decimal("0.1"))', BORDER),
    Mutant(ALLOCATION, 'period = "1" if year < SECOND_PERIOD', 'period = "1" if year <= SECOND_PERIOD', BORDER),
    Mutant(PRICE, "(day.month + 2) // 3", "(day.month + 3) // 3", BORDER),
    Mutant(DUES, "return date(purchased + 2, 11, 1)", "return date(purchased + 1, 11, 1)", BORDER),
    Mutant(DUES, "return date(year + 1, 9, 30)", "return date(year + 1, 8, 31)", BORDER),
    Mutant(DUES, "HOLDING_SHARE = 0.5", "HOLDING_SHARE = 0.8", BORDER),
    # clubs
    Mutant(PAYOFFS, "return imports * (gain * rate - deadweight * rate**2)", "return imports * (gain * rate + deadweight * rate**2)", CLUBS),
    Mutant(PAYOFFS, "np.divide(gain, 2.0 * deadweight", "np.divide(gain, deadweight", CLUBS),
    Mutant(PAYOFFS, "inside = np.maximum(prices, alone)", "inside = prices + 0.0 * alone", CLUBS),
    Mutant(PAYOFFS, "np.fill_diagonal(from_in, 0.0)", "np.fill_diagonal(from_in, 1.0)", CLUBS),
    Mutant(STABLE, "external &= member | (gain <= TOLERANCE)", "external &= member | (gain >= -TOLERANCE)", CLUBS),
    Mutant(STABLE, "gain = column[:, 1, :] - column[:, 0, :]", "gain = column[:, 0, :] - column[:, 1, :]", CLUBS),
    # the ledger
    Mutant(LOTS, "taken.append(Piece(lot, lo, min(hi, lo + left)))", "taken.append(Piece(lot, lo, hi))", LEDGER),
    Mutant(LOTS, "                at = part.hi", "                at = part.lo", LEDGER),
    Mutant(LOTS, "p.lot.due < self.on.isoformat()", "p.lot.due <= self.on.isoformat()", LEDGER),
    Mutant(LOTS, "if self.actor in (account, REGISTRY):", "if self.actor or account:", LEDGER),
    Mutant(LOTS, 'order = "ORDER BY s.due, s.issue, s.lo', 'order = "ORDER BY s.issue, s.due, s.lo', LEDGER),
    Mutant(KINDS, "if found < 0 or (found == 0 and not zero):", "if found < 0:", LEDGER),
    Mutant(MOVING, "if until >= desk.on.isoformat():", "if until > desk.on.isoformat():", LEDGER),
    Mutant(MOVING, "if a.issue != b.issue or a.hi != b.lo:", "if a.issue != b.issue:", LEDGER),
    # accounts
    Mutant(ENDS, "return by_region(system.table, system.multipliers * system.table.Yr.sum(axis=1))", "return by_region(system.table, system.emitting)", ACCOUNTS),
    Mutant(ENDS, "enabled = system.solve(system.emitting.T).T", "enabled = system.multipliers", ACCOUNTS),
    Mutant(SHARED, "kept = (1.0 - passed) * (others + final) + (1.0 - to_itself) * own", "kept = (1.0 - passed) * (others + final)", ACCOUNTS),
    Mutant(ADJUSTED, "- credit + imports(bilateral(system))", "- credit", ACCOUNTS),
    Mutant(ADJUSTED, "return np.asarray(output.sum(axis=1) - own)", "return np.asarray(output.sum(axis=1))", ACCOUNTS),
)  # fmt: skip


def noticed(mutant: Mutant, folder: Path) -> int:
    """Exit code of the tests of a mutant, on a copy of the source that has it."""
    source = folder / "src"
    if not source.exists():
        shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    file = source / "dualcarbon" / mutant.file
    text = file.read_text(encoding="utf-8")
    assert text.count(mutant.right) == 1, (mutant.file, mutant.right)
    file.write_text(text.replace(mutant.right, mutant.wrong), encoding="utf-8")
    tests = [f"tests/{w}" if w.endswith(".py") else w for w in mutant.tests.split()]
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "--no-header", "--tb=line",
               "-p", "no:cacheprovider", "-p", "no:xdist", *tests]  # fmt: skip
    about = {"PYTHONPATH": str(source), "DUALCARBON_CACHE": str(folder / "systems")}
    try:
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **about}, check=False,
                              capture_output=True, timeout=LONGEST).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return NOTICED
    finally:
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for number in sys.argv[2:]:
        asked = MUTANTS[int(number)]
        print(number, noticed(asked, Path(sys.argv[1])), asked.file, asked.wrong, flush=True)
