"""One label out of many, always beside the distribution that it was taken from."""
