"""The style sheet of all pages, in the browser and on paper."""

from __future__ import annotations

from pathlib import Path

__all__ = ["stylesheet"]


def stylesheet() -> str:
    """Join the sheets: the common one first, then those of single pages."""
    sheets = sorted((Path(__file__).parent / "styles").glob("*.css"), key=_order)
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def _order(sheet: Path) -> tuple[bool, str]:
    return sheet.name != "base.css", sheet.name
