"""Figures as SVG: typed specifications and how they are drawn; knows no table."""
