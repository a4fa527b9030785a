"""What each reform of a package contributes: Shapley values over all settings of its switches."""
