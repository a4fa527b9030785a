"""Builders of the embedded tables; run ``python -m tools`` from the project root."""
