"""Figures as inline SVG: from a plain specification to markup, without a script or a font file."""

from dualcarbon.charts.svg.render import render

__all__ = ["render"]
