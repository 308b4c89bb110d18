"""The formats of a dataset: each is written piece by piece, and never held whole."""

from annotate.dataset.formats.writer import Writer

__all__ = ["Writer"]
