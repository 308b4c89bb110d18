"""How soon the report shows something, beside a bare Streamlit page in the same browser.

    python benchmarks/report.py
    python benchmarks/report.py --articles 300 --repeats 1
    python benchmarks/report.py --data ~/bench

Generates a study of 10,000 articles x 3 annotators whose tables are there, starts the report on it
and opens it in Chromium. Prints one line for each of: the first figure on screen after opening, on
a server that nobody has asked anything yet; every page, pressed in the sidebar, the first time and
later; the main filter of every page; the memory of the server after all of that. A time ends with
the last change of the page. Nothing is judged at other sizes.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from claims.harness import Line, Options, machine
from claims.study import ANNOTATORS, ARTICLES, study_folder
from opened.browser import browser, first_figure, taken, to_page, window
from opened.pages import pages_here
from opened.servers import bare, highest, resident

from annotate.report.running import run_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

__all__ = ["lines", "main"]

_OPEN, _PAGE, _FILTER = 3.0, 1.0, 0.5  # seconds
_MEGABYTES = 1500.0


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    chosen = _parser().parse_args(arguments)
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        data = chosen.data or Path(scratch)
        for line in lines(data, chosen.articles, chosen.repeats):
            print(line.shown(judged=chosen.articles == ARTICLES), flush=True)


def lines(data: Path, articles: int, repeats: int) -> Iterator[Line]:
    """Measure everything on one study.

    Parameters
    ----------
    data : Path
        Where the study is kept, or is to be.
    articles, repeats : int
        How many articles; how often each thing is done.
    """
    data.mkdir(parents=True, exist_ok=True)
    options = Options(repeats, articles / ARTICLES, data)
    study, log = study_folder(options), data / "bare.log"
    what = f"{options.size(ARTICLES):,} articles x {ANNOTATORS}"
    with browser() as running:
        yield _opening(running, study, log, repeats, what)
        with bare(log) as url, window(running) as context:
            tab = context.new_page()
            first_figure(tab, url)
            floor = statistics.median(_to_and_fro(tab, repeats))
        with run_report(study, port=0) as report, window(running) as context:
            tab = context.new_page()
            first_figure(tab, report.url)
            yield from _visits(tab, floor, repeats)
            yield from _filters(tab, repeats)
            yield _memory(report.pid, what)


def _opening(running: Browser, study: Path, log: Path, repeats: int, what: str) -> Line:
    """Open the report and the bare page in turn, each on a server that nobody has asked yet."""
    ours: list[float] = []
    again: list[float] = []
    plain: list[float] = []
    for _ in range(repeats):
        with bare(log) as url:
            plain.append(_open(running, url))
        with run_report(study, port=0) as report:
            ours.append(_open(running, report.url))
            again.append(_open(running, report.url))
    return Line(
        "open",
        f"first figure of {what}, on a server just started",
        f"{_middle(ours)}, opened again {_middle(again)}; bare page {_middle(plain)}, "
        f"{statistics.median(ours) / statistics.median(plain):.1f} times",
        f"{_OPEN:.0f} s",
        statistics.median(ours) <= _OPEN,
    )


def _open(running: Browser, url: str) -> float:
    with window(running) as context:
        return first_figure(context.new_page(), url)


def _to_and_fro(tab: Tab, repeats: int) -> list[float]:
    pages = [taken(tab, to_page(title)) for title in ("Other", "Overview") * repeats]
    return pages[1:]  # at the first, the browser fetches what draws a chart


def _visits(tab: Tab, floor: float, repeats: int) -> Iterator[Line]:
    """Go through all pages, once for the first time and then again."""
    pages = pages_here()
    rounds = [
        {page.name: taken(tab, to_page(page.title)) for page in [*pages[1:], pages[0]]}
        for _ in range(repeats + 1)
    ]
    for page in pages:
        first, *later = (each[page.name] for each in rounds)
        middle = statistics.median(later)
        yield Line(
            "page",
            f"{page.name}, from the sidebar",
            f"{_middle(later)}, the first time {first:.2f} s; bare page {floor:.2f} s, "
            f"{middle / floor:.1f} times",
            f"{_PAGE:.0f} s",
            middle <= _PAGE,
        )


def _filters(tab: Tab, repeats: int) -> Iterator[Line]:
    """Narrow each page down in turn."""
    for page in pages_here():
        if not page.narrowing:
            continue
        taken(tab, to_page(page.title))
        times = [taken(tab, page.narrow) for _ in range(repeats)]
        yield Line(
            "filter",
            f"{page.name}, {page.narrowing}",
            _middle(times),
            f"{_FILTER} s",
            statistics.median(times) <= _FILTER,
        )


def _memory(leader: int, what: str) -> Line:
    held = resident(leader)
    return Line(
        "memory",
        f"the server and all it started, {what}, after all pages",
        f"{held:,.0f} MB, at most {highest(leader):,.0f} MB before",
        f"{_MEGABYTES:,.0f} MB",
        held <= _MEGABYTES,
    )


def _middle(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} s ({min(times):.2f} to {max(times):.2f})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--articles", type=int, default=ARTICLES, help="how many; targets hold at this"
    )
    parser.add_argument("--repeats", type=int, default=3, help="of each; the median counts")
    parser.add_argument("--data", type=Path, help="keep the study here for the next time")
    return parser


if __name__ == "__main__":
    main()
