"""Studies whose true figures are known, and the intervals that are tried on them."""
