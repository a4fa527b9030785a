"""Settings of the documentation."""

from __future__ import annotations

from dualcarbon import __version__

project = "dualcarbon"
author = "The dualcarbon contributors"
copyright = "2026, The dualcarbon contributors"
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
]
myst_enable_extensions = ["dollarmath", "fieldlist"]
myst_heading_anchors = 3
autodoc_typehints = "description"
exclude_patterns = ["decisions/0000-template.md"]  # a form to copy, not a page
html_theme = "furo"
html_title = f"dualcarbon {version}"
