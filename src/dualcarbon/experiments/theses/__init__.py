"""Claims of Zou, Wang and Sun (2022) on the markets, each with our figure."""
