"""The EU border and carbon prices of countries."""
