"""A browser that says how long a page took to stand still."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

__all__ = ["browser", "first_figure", "taken", "to_page", "window"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_PATIENCE = 60_000  # milliseconds, for whatever is to be pressed
_LONG = 300_000  # milliseconds, for a page
_QUIET = 1_000  # milliseconds without a change after which a page is done

#: Notes when the page last changed, and when somebody last pressed something.
_WATCH = """
window.anChanged = 0;
window.anPressed = 0;
const inside = ({target}) => (target.closest ? target : target.parentElement)
  ?.closest('[data-testid="stMain"]');
const note = changes => { if (changes.some(inside)) window.anChanged = performance.now(); };
new MutationObserver(note).observe(document, {childList: true, subtree: true, characterData: true});
for (const kind of ['pointerdown', 'keydown']) {
  document.addEventListener(kind, () => { window.anPressed = performance.now(); }, true);
}
"""
#: A chart or a table of figures that can be seen, and when.
_FIGURE = """() => {
  const seen = [...document.querySelectorAll(
    '[data-testid="stMain"] :is(svg.marks, canvas.marks, .an-num, [data-testid="stMetricValue"])')];
  return seen.some(each => each.getClientRects().length) && performance.now();
}"""
#: When the page last changed, once nothing runs or loads and it has stood still for a while.
_DONE = """([quiet, since]) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const main = document.querySelector('[data-testid="stMain"]');
  const busy = '[data-testid="stSpinner"], [data-testid="stSkeleton"], [data-stale="true"]';
  return Boolean(main) && app.dataset.testScriptState === 'notRunning'
    && !main.querySelector(busy) && window.anChanged > since
    && performance.now() - window.anChanged > quiet && window.anChanged;
}"""


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser without a window: Playwright's own, else the system's."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        found = own if Path(own).exists() else next(filter(None, map(shutil.which, _NAMES)), None)
        if found is None:
            msg = "this benchmark needs Chromium: python -m playwright install chromium"
            raise SystemExit(msg)
        running = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        try:
            yield running
        finally:
            running.close()


def to_page(title: str) -> Callable[[Tab], None]:
    """Press a page in the sidebar."""
    return lambda tab: tab.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()


@contextmanager
def window(running: Browser) -> Iterator[BrowserContext]:
    """Open a window of the size of a laptop's, with nothing kept from before."""
    context = running.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(_WATCH)
    context.set_default_timeout(_PATIENCE)
    try:
        yield context
    finally:
        context.close()


def first_figure(tab: Tab, url: str) -> float:
    """Give the seconds from opening an address to the first figure that can be seen."""
    tab.goto(url, wait_until="commit")
    return float(tab.wait_for_function(_FIGURE, polling="raf", timeout=_LONG).json_value()) / 1000


def taken(tab: Tab, act: Callable[[Tab], None]) -> float:
    """Give the seconds from pressing something to the last change that follows from it.

    Parameters
    ----------
    tab : Page
        The browser's tab.
    act : callable
        Presses something in it.

    Raises
    ------
    playwright.sync_api.Error
        If nothing changes.
    """
    act(tab)
    pressed = float(tab.evaluate("window.anPressed"))
    done = tab.wait_for_function(
        _DONE, arg=[_QUIET, pressed], polling=50, timeout=_LONG
    ).json_value()
    return (float(done) - pressed) / 1000
