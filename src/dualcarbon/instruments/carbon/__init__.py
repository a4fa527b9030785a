"""The carbon market and the carbon tax."""
