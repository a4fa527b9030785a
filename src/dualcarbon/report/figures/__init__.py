"""Figures of the report: one builder per file, each giving a plain specification to draw from."""
