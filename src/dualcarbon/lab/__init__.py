"""The policy lab: a page on this machine whose levers move the markets and whose prices say why.

:func:`dualcarbon.lab.server.serve` starts it. What is solved is solved by a session that stays warm
(:mod:`dualcarbon.lab.engine`), what is drawn is drawn by the builders of the report.
"""
