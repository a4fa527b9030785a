"""Generation, capacity, flows and prices."""
