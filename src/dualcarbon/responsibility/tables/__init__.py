"""Tidy tables of all that the accounts say, as the report and exports take them."""

from dualcarbon.responsibility.tables.all_tables import ReportOptions, report_tables

__all__ = ["ReportOptions", "report_tables"]
