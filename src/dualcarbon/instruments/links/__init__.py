"""Links between markets: credits, conversions."""
