"""A verifier's findings, net and gross, whether they matter, and the statement on a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from dualcarbon.errors import InputError
from dualcarbon.mrv.quantities import exact
from dualcarbon.mrv.report import Report
from dualcarbon.mrv.rules import rule

OPEN, CORRECTED, ACCEPTED, SUSTAINED = "open", "corrected", "accepted", "sustained"
VERIFIED, REMARKS, UNVERIFIED = "verified", "verified with remarks", "not verified"
NEXT = {OPEN: (CORRECTED, ACCEPTED, SUSTAINED)}
"""What a finding can become; what is closed stays closed."""


@dataclass(frozen=True)
class Finding:
    """A verifier's finding.

    Attributes:
        key: name; what: in words; effect: of setting it right on the report, t CO2e, above zero
            where too little was reported; state: ``open``, then ``corrected`` (in a new version),
            ``accepted`` (left, and known) or ``sustained`` (disputed and upheld); reply: of the
            plant.
    """

    key: str
    what: str
    effect: Fraction
    state: str = OPEN
    reply: str = ""

    def to(self, state: str, reply: str = "") -> Finding:
        """The finding in its next state.

        Raises:
            InputError: it cannot become that.
        """
        allowed = NEXT.get(self.state, ())
        if state not in allowed:
            raise InputError(
                f"finding {self.key} is {self.state} and cannot become {state}",
                where="state",
                allowed=allowed or "nothing more",
            )
        return replace(self, state=state, reply=reply)


@dataclass(frozen=True)
class Misstatement:
    """Findings against the total of a report.

    Attributes:
        net: ``|sum e| / E``; gross: ``sum |e| / E``; limit: from which it matters.
    """

    net: Fraction
    gross: Fraction
    limit: Fraction

    @property
    def material(self) -> bool:
        """Whether the net share reaches the limit, as ISO 14064-3 is practised."""
        return self.net >= self.limit

    @property
    def hidden(self) -> bool:
        """Whether errors of both signs hide each other: net below the limit, gross not."""
        return not self.material and self.gross >= self.limit


def misstatement(
    total: Fraction, findings: Sequence[Finding], limit: Fraction | str | None = None
) -> Misstatement:
    """Net and gross misstatement of what is not corrected yet.

    Args:
        total: reported, t CO2e; findings: all; limit: share from which it matters, 5 % by default.

    Raises:
        InputError: no emissions were reported, or the limit is no share.
    """
    if total <= 0:
        raise InputError("no emissions to hold findings against", where="total", allowed="above 0")
    bound = rule("materiality").value if limit is None else exact(limit, "limit")
    if bound > 1:
        raise InputError(f"{limit} is no share", where="limit", allowed="0 to 1")
    left = [one.effect for one in findings if one.state != CORRECTED]
    net = abs(sum(left, Fraction(0))) / total
    gross = sum((abs(e) for e in left), Fraction(0)) / total
    return Misstatement(net, gross, bound)


@dataclass(frozen=True)
class Statement:
    """What a verifier states of a report.

    Attributes:
        report: digest and version stated on; plant, year, guide: of it; verified: whole t CO2e.
        misstatement: of what is left; verdict: ``verified``, ``verified with remarks`` or
            ``not verified``; open: keys of findings still open; verifier: who states it.
    """

    report: str
    version: int
    plant: str
    year: int
    guide: str
    verified: int
    misstatement: Misstatement
    verdict: str
    open: tuple[str, ...]
    verifier: str


def state(report: Report, findings: Sequence[Finding], verifier: str) -> Statement:
    """The statement on a report: nothing open, nothing material, no findings that hide each other.

    Verified are the whole tonnes of the form, plus what was found too low and is not corrected;
    what was found too high is left, against the interest of who reports.

    Raises:
        InputError: no verifier is named, a key stands twice, or nothing was emitted.
    """
    if not verifier.strip():
        raise InputError("no verifier is named", where="verifier")
    keys = [one.key for one in findings]
    for key in keys:
        if keys.count(key) > 1:
            raise InputError(f"finding {key} stands twice", where="findings")
    found = misstatement(report.total(), findings)
    still = tuple(one.key for one in findings if one.state == OPEN)
    closed = REMARKS if found.gross else VERIFIED
    verdict = UNVERIFIED if still or found.material else closed
    more = sum((f.effect for f in findings if f.state != CORRECTED and f.effect > 0), Fraction(0))
    verified = report.obligation + -(-more.numerator // more.denominator)
    return Statement(
        report.digest,
        report.version,
        report.plant,
        report.year,
        report.guide.key,
        verified,
        found,
        verdict,
        still,
        verifier,
    )
