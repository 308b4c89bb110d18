"""A browser's tab that keeps count of what a page must not do."""

import re
from urllib.parse import urlsplit

from report_pages import settle, wider_than_window

__all__ = ["WatchedTab", "is_error"]

_OWN_SCHEMES = {"data", "blob", "about"}
_MOST_TOOLTIPS, _MOST_OPENED = 12, 6
_HINTS = (
    "[data-testid=stTooltipHoverTarget], [data-testid=stTooltipIcon], "
    "[data-testid=stVegaLiteChart] svg :is(.mark-symbol, .mark-rect, .mark-rule) path"
)
_LISTS = "[data-testid=stSelectbox] input, [data-testid=stMultiSelect] input"


def is_error(said):
    """Tell whether what a browser's console says is an error of ours.

    On a page with a place of its own, Streamlit looks for its server below that place first.
    """
    looked = re.search(r"/\w+/_stcore/(health|host-config)$", said.location.get("url", ""))
    return said.type == "error" and not looked


class WatchedTab:
    """A tab of its own window, on one report.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
        Where to open it.
    origin : str
        The address of the only server that may be asked; "" for a file, which may ask nobody.
    options : dict
        Of the window: its theme and size.
    """

    def __init__(self, browser, origin, **options):
        self.context = browser.new_context(**options)
        self.dialogs, self.strangers, self.errors = [], [], []
        self._origin = urlsplit(origin).netloc
        self.context.on("request", lambda request: self._ask(request.url))
        self.tab = self.context.new_page()
        self.context.on("page", lambda page: self.strangers.append(f"a window on {page.url}"))
        self.tab.on("websocket", lambda socket: self._ask(socket.url))
        self.tab.on("dialog", self._dismiss)
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("console", self._hear)

    def __enter__(self):
        """Give it."""
        return self

    def __exit__(self, *_):
        """Close its window."""
        self.context.close()

    def open(self, address):
        """Open an address and wait until the page is drawn."""
        self.tab.goto(address)
        settle(self.tab)

    def faults(self):
        """List what the page did that it must not do, and where it is broken."""
        broken = self.tab.locator("[data-testid=stException]").all_inner_texts()
        wider = wider_than_window(self.tab)
        return [
            *(f"dialog: {each}" for each in self.dialogs),
            *(f"asked elsewhere: {each}" for each in self.strangers),
            *(f"error: {each}" for each in self.errors),
            *(f"exception: {each}" for each in broken),
            *([f"{wider} px wider than the window"] if wider > 0 else []),
        ]

    def explore(self, look):
        """Open what can be opened on a page, and look after each.

        Parameters
        ----------
        look : callable
            Called with nothing.
        """
        look()
        for box in self.tab.locator("details").all()[:_MOST_OPENED]:
            if box.is_visible() and not box.evaluate("box => box.open"):
                box.locator("summary").first.click()
        settle(self.tab)
        look()
        for tab in self.tab.locator("[role=tab][aria-selected=false]").all()[:_MOST_OPENED]:
            tab.click()
            settle(self.tab)
            look()
        for choice in self.tab.locator(_LISTS).all()[:_MOST_OPENED]:
            if not choice.is_visible():  # in a tab that is not shown
                continue
            choice.click()
            self.tab.wait_for_timeout(300)
            look()
            self.tab.keyboard.press("Escape")
        for hint in self.tab.locator(_HINTS).all()[:_MOST_TOOLTIPS]:
            if hint.is_visible():
                # Forced: a button of a chart's own bar lies under the chart until it is hovered.
                hint.hover(force=True)
                self.tab.wait_for_timeout(250)
                look()
        self.tab.mouse.move(0, 0)

    def _ask(self, address):
        parts = urlsplit(address)
        if parts.scheme not in _OWN_SCHEMES and parts.netloc != self._origin:
            self.strangers.append(address[:200])

    def _dismiss(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _hear(self, said):
        if is_error(said):
            self.errors.append(f"{said.text} {said.location.get('url', '')}"[:400])
