"""Environmental claims of a project: used once, and how a credit meets the quality principles."""

from __future__ import annotations

from dataclasses import dataclass

from dualcarbon.errors import InputError, unknown_name

PRINCIPLES: dict[str, str] = {
    "governance": "effective governance of the programme",
    "tracking": "registry that identifies every credit and its retirement",
    "transparency": "public information on the activity",
    "third_party_verification": "independent validation and verification",
    "additionality": "reductions would not have happened without the revenue",
    "permanence": "reversals compensated for at least 40 years",
    "robust_quantification": "conservative and complete accounting",
    "no_double_counting": "not issued, claimed or used twice",
    "sustainable_development": "safeguards and benefits for people and nature",
    "net_zero_contribution": "no lock-in of emissions",
}
"""The ten Core Carbon Principles of the Integrity Council for the Voluntary Carbon Market."""

SOURCES = {
    "exclusive": "NEA and MEE notice of 26 August 2024: no CCER for electricity with certificates",
    "principles": "ICVCM Core Carbon Principles, 2023",
}


@dataclass(frozen=True)
class CreditQuality:
    """A checklist, not a rating.

    Attributes:
        answers: by principle: yes, no or unknown.
    """

    answers: dict[str, str]

    @property
    def grade(self) -> str:
        """``meets`` all ten, ``fails`` at least one, or ``open``: unknown never counts as yes."""
        given = set(self.answers.values())
        if "no" in given:
            return "fails"
        return "open" if "unknown" in given else "meets"

    @property
    def counts(self) -> dict[str, int]:
        """How many answers of each kind."""
        values = list(self.answers.values())
        return {kind: values.count(kind) for kind in ("yes", "no", "unknown")}


def credit_quality(answers: dict[str, str]) -> CreditQuality:
    """Fill in the checklist; what is not answered is unknown.

    Raises:
        InputError: a principle that does not exist, or another answer.

    Source: ICVCM Core Carbon Principles (2023).
    """
    for name, answer in answers.items():
        if name not in PRINCIPLES:
            raise unknown_name("principle", name, PRINCIPLES, where="quality")
        if answer not in ("yes", "no", "unknown"):
            raise unknown_name("answer", answer, ("yes", "no", "unknown"), where=name)
    return CreditQuality({name: answers.get(name, "unknown") for name in PRINCIPLES})


def check_exclusive(certificate_share: float, credit_share: float) -> None:
    """Check that no MWh carries both a green certificate and a credit.

    Args:
        certificate_share: share of the output sold with green certificates.
        credit_share: share of the output that earns credits.

    Raises:
        InputError: the two shares exceed the output together.

    Source: NEA and MEE notice of 26 August 2024, in force since 1 October 2024.
    """
    both = certificate_share + credit_share
    if both > 1.0 + 1e-12:
        raise InputError(
            f"certificates and credits claim {both:.3g} of the output; electricity sold with "
            "certificates earns no CCER",
            where="carbon",
            allowed="green_certificate_share + credit_share <= 1",
        )
