"""What every library needs: frozen input, reading of files, money over time, two languages."""
