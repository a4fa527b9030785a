"""Articles, their status, and the lines of an assessment that cite them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["in force", "provisional", "proposal"]
IN_FORCE: Status = "in force"
PROVISIONAL: Status = "provisional"
PROPOSAL: Status = "proposal"
ORDER = (IN_FORCE, PROVISIONAL, PROPOSAL)

SCOPE = "Regulation (EU) 2023/956, Article 2(1) and Annex I"
DIRECT_ONLY = "Regulation (EU) 2023/956, Article 7(1) and Annex II"
ACTUAL = (
    "Regulation (EU) 2023/956, Article 7(2) and Annex IV; Implementing Regulation (EU) 2025/2547"
)
DEFAULTS = "Implementing Regulation (EU) 2025/2621, Article 1(2) and Annex I"
UNKNOWN_ORIGIN = "Implementing Regulation (EU) 2025/2621, Article 1(5) and Annex IV"
CLINKER = "Implementing Regulation (EU) 2025/2547, Article 4(5)"
ELECTRICITY = "Regulation (EU) 2023/956, Annex IV, points 2, 4.2 and 5"
FREE = (
    "Regulation (EU) 2023/956, Article 31; Implementing Regulation (EU) 2025/2620, equations 1 to 6"
)
BENCHMARK = "Implementing Regulation (EU) 2025/2620, Annex, points 5.1 to 5.3"
FACTOR = "Directive 2003/87/EC, Article 10a(1a)"
CORRECTION = "Directive 2003/87/EC, Article 10a(5)"
DEDUCTION = "Regulation (EU) 2023/956, Article 9; draft act of 13 May 2026, Article 6"
REBATES = "draft act of 13 May 2026, Article 8"
CREDITS = "draft act of 13 May 2026, Annex I, points 3.3 and 3.5.4"
DE_MINIMIS = "Regulation (EU) 2023/956, Article 2a (Regulation (EU) 2025/2083)"
SURRENDER = "Regulation (EU) 2023/956, Article 22(1)"
PRICE = "Regulation (EU) 2023/956, Article 21; Implementing Regulation (EU) 2025/2548"
HOLDING = "Regulation (EU) 2023/956, Article 22(2)"
PENALTY = "Regulation (EU) 2023/956, Article 26; Directive 2003/87/EC, Article 16(3) and (4)"
DOWNSTREAM = "COM(2025) 989, Annex I"


@dataclass(frozen=True)
class Line:
    """One step of an assessment: what rule gave which figure.

    Attributes:
        rule: key of the rule.
        value: the figure, None where the line is a remark.
        unit: unit of the figure.
        article: where the rule stands.
        status: in force, provisional (an act or a value is not final), or proposal.
        note: what was chosen or assumed, empty where nothing was.
    """

    rule: str
    value: float | None
    unit: str
    article: str
    status: Status = IN_FORCE
    note: str = ""
