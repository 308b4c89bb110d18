"""The pages of the report, and what a reader of each narrows it down with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.resources import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page as Tab

__all__ = ["PAGES", "Page", "pages_here"]


@dataclass(frozen=True)
class Page:
    """A page.

    Parameters
    ----------
    name : str
        Of its file in ``reports/``.
    title : str
        What the sidebar calls it.
    narrowing : str
        What its main filter is called; "" where it has none.
    narrow : callable
        Does what a reader does to use it; called again, it chooses something else.
    """

    name: str
    title: str
    narrowing: str = ""
    narrow: Callable[[Tab], None] = lambda _: None


def _press(key: str) -> Callable[[Tab], None]:
    """Press the button of a key."""
    return lambda tab: tab.locator(f".st-key-{key} button").first.click()


PAGES = (
    Page("overview", "Overview"),
    Page("agreement", "Agreement"),
    Page("disagreements", "Disagreements"),
    Page("reader", "Reader", "the next article", _press("Next-article")),
    Page("phrases", "Phrases"),
    Page("annotators", "Annotators"),
    Page("outlets", "Outlets"),
    Page("dataset", "Dataset"),
)


def pages_here() -> list[Page]:
    """Give the pages that there are; the first is the one that opens."""
    return [page for page in PAGES if (resource("reports") / f"{page.name}.py").exists()]
