"""The pages of the report as a browser sees them: what there is, and when one is drawn."""

from dataclasses import dataclass
from urllib.parse import urlencode

from annotate.resources import resource

__all__ = [
    "LOOKS",
    "PAGES",
    "Look",
    "ReportPage",
    "address",
    "pages_here",
    "settle",
    "stretch",
    "wider_than_window",
]

_PATIENCE = 120_000  # milliseconds; the first page of a first start scores everything
_QUIET = 400  # milliseconds without a change after which a page is drawn

#: Streamlit stands still, nothing is loading, and the page has not changed for a while.
_DRAWN = """quiet => {
  const app = document.querySelector('[data-testid="stApp"]');
  const main = document.querySelector('[data-testid="stMain"]');
  const busy = '[data-testid="stSpinner"], [data-testid="stSkeleton"], [data-stale="true"]';
  const now = performance.now();
  if (main && !window.anWatched) {
    window.anWatched = true;
    window.anChanged = now;
    const look = new MutationObserver(() => { window.anChanged = performance.now(); });
    look.observe(main, {childList: true, subtree: true, characterData: true});
  }
  return Boolean(main) && app.dataset.testScriptState === 'notRunning'
    && !main.querySelector(busy) && Boolean(main.querySelector('.an-h, .an-note, .stException'))
    && now - window.anChanged > quiet;
}"""


@dataclass(frozen=True)
class ReportPage:
    """A page.

    Parameters
    ----------
    name : str
        Of its file in ``reports/``, and its place in the address.
    title : str
        What the sidebar calls it.
    """

    name: str
    title: str


#: In the order of the sidebar. The page of training is there only in a study that trains.
PAGES = (
    ReportPage("overview", "Overview"),
    ReportPage("agreement", "Agreement"),
    ReportPage("disagreements", "Disagreements"),
    ReportPage("reader", "Reader"),
    ReportPage("phrases", "Phrases"),
    ReportPage("annotators", "Annotators"),
    ReportPage("outlets", "Outlets"),
    ReportPage("training", "Training"),
    ReportPage("dataset", "Dataset"),
)


@dataclass(frozen=True)
class Look:
    """How somebody looks at a page: the theme of their system and the width of their screen."""

    theme: str
    width: int

    def __str__(self):
        """Name it."""
        return f"{self.theme}-{self.width}"

    def options(self):
        """Give what a browser's context takes for it."""
        height = 900 if self.width > 800 else 844
        return {
            "color_scheme": self.theme,
            "viewport": {"width": self.width, "height": height},
        }


LOOKS = tuple(Look(theme, width) for theme in ("light", "dark") for width in (1280, 390))


def pages_here(*, training=False):
    """Give the pages that a study shows."""
    shown = [page for page in PAGES if (resource("reports") / f"{page.name}.py").exists()]
    return [page for page in shown if training or page.name != "training"]


def address(report, page, **query):
    """Give a page's address, with what its parameters name."""
    place = "" if page.name == "overview" else page.name
    return f"{report.url}/{place}" + (f"?{urlencode(query)}" if query else "")


def settle(page, patience=_PATIENCE):
    """Wait until a page is drawn."""
    page.wait_for_function(_DRAWN, arg=_QUIET, timeout=patience, polling=50)


def stretch(page, most=12_000):
    """Make the window as high as what it shows, so that a picture holds all of it."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    width = page.viewport_size["width"]
    page.set_viewport_size({"width": width, "height": min(max(height, 600), most)})
    settle(page)


def wider_than_window(page):
    """Give how many pixels a page is wider than its window, the body and its main part."""
    return page.evaluate(
        """() => Math.max(...[document.documentElement, document.body,
          document.querySelector('[data-testid=stMain]')].map(
            box => box ? box.scrollWidth - box.clientWidth : 0))"""
    )
