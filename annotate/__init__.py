"""Annotate news for framing and source bias, and measure how far annotators agree."""

__version__ = "0.1.0"
__all__ = ["__version__"]
