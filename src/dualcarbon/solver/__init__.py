"""A linear program solved by HiGHS, and its values and duals in the user's units."""
