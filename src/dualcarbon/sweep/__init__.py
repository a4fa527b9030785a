"""Many solves of one system: sessions, executors, attribution, abatement cost curve."""
