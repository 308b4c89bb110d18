"""Votes of a made-up crowd, and crowd-kit in an environment of its own."""
