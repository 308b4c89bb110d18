"""From sums over articles to a figure, its interval and its difference from another."""
