"""Emissions, the cost of abating more, energy users."""
