"""Accounts over many years: national totals, series, cumulative emissions, per head."""
