"""The electricity market: dispatch, trade, reserve and services, contracts, retail."""
