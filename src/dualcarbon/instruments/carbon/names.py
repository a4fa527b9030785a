"""Names of the carbon market's rows, variables and use of tokens."""

from __future__ import annotations

CCER = "ccer"
BALANCE, LIMIT, CARRY = "carbon-balance", "carbon-offset_limit", "carbon-carry_over"
CCER_POOL = "carbon-ccer_pool"
OFFSETS, BANK = "carbon-offsets", "carbon-bank"
NET_ALLOCATION, NET_ALLOCATION_ROW = "carbon-net_allocation", "carbon-net_allocation_rule"
SOLD_AT_CEILING, BOUGHT_AT_FLOOR = "carbon-sold_at_ceiling", "carbon-bought_at_floor"


def bought_offsets(step: str) -> str:
    """Name of the variable of offsets bought from a step of their supply."""
    return f"{OFFSETS}_{step}"
