"""Figures as inline SVG: from a plain specification to markup, without a script or a font file."""

from dualcarbon.report.svg.render import render

__all__ = ["render"]
