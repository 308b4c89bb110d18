"""Annotate news for framing and source bias, and measure how far annotators agree."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotate.tidy.agreement import agreement, span_agreement

__version__ = "0.1.0"
__all__ = ["__version__", "agreement", "span_agreement"]

if not TYPE_CHECKING:  # a checker would take any name for granted

    def __getattr__(name: str) -> object:
        """Import what needs pandas only once it is asked for."""
        if name in __all__:
            from annotate.tidy import agreement

            return getattr(agreement, name)
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
