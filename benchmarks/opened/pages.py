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


def _choose(label: str) -> Callable[[Tab], None]:
    """Choose what comes next in a list."""

    def choose(tab: Tab) -> None:
        field = tab.get_by_label(label, exact=True).and_(tab.locator("input")).first
        field.press("ArrowDown")
        field.press("ArrowDown")
        field.press("Enter")

    return choose


def _tick(label: str) -> Callable[[Tab], None]:
    """Tick a box, or take the tick away."""
    return lambda tab: tab.locator("label", has_text=label).first.click()


PAGES = (
    Page("overview", "Overview"),
    Page("agreement", "Agreement", "another question", _choose("Question or span group")),
    Page("disagreements", "Disagreements", "another question", _choose("Question or group")),
    Page("reader", "Reader", "the next article", _press("Next-article")),
    Page("phrases", "Phrases", "another label", _choose("Label")),
    Page("annotators", "Annotators", "another question", _choose("Question")),
    Page("outlets", "Outlets", "another figure", _choose("Figure")),
    Page("dataset", "Dataset", "with notes", _tick("With annotators’ notes")),
)


def pages_here() -> list[Page]:
    """Give the pages that there are; the first is the one that opens."""
    return [page for page in PAGES if (resource("reports") / f"{page.name}.py").exists()]
