"""The audits: what is counted twice, which instruments regulate whom, how they add up."""

from dualcarbon.equilibrium.audit.double_claims import double_claim_table, saving_table, token_table
from dualcarbon.equilibrium.audit.overlap import burden_table, pair_table, party_table, spread_table

__all__ = [
    "burden_table",
    "double_claim_table",
    "pair_table",
    "party_table",
    "saving_table",
    "spread_table",
    "token_table",
]
