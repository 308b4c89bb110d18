"""Take a picture of every page of a study's report, in both themes and at both widths.

python tests/screenshots.py STUDY FOLDER
python tests/screenshots.py STUDY FOLDER --page reader --page phrases --query article=a0123
"""

import argparse
import time
from pathlib import Path

from editor import open_browser
from playwright.sync_api import sync_playwright
from report_pages import (
    LOOKS,
    PAGES,
    address,
    pages_here,
    settle,
    stretch,
    wider_than_window,
)
from watched_tab import is_error

from annotate.report.running import run_report
from annotate.study import Study


def main(arguments=None):
    """Take the pictures, and say of each what can be said without looking."""
    chosen = _parser().parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    training = any(each.kind == "training" for each in Study.open(chosen.study).rounds())
    pages = [p for p in pages_here(training=training) if p.name in (chosen.page or _names())]
    query = dict(each.split("=", 1) for each in chosen.query)
    with run_report(chosen.study, port=chosen.port) as report, sync_playwright() as playwright:
        browser = open_browser(playwright)
        for look in LOOKS:
            context = browser.new_context(**look.options())
            for page in pages:
                print(_take(context, address(report, page, **query), page, look, chosen.folder))
            context.close()
        browser.close()


def _take(context, where, page, look, folder):
    tab = context.new_page()
    wrong = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if is_error(said) else None)
    begun = time.monotonic()
    tab.goto(where)
    settle(tab)
    seconds = time.monotonic() - begun
    stretch(tab)
    wider = wider_than_window(tab)
    path = folder / f"{page.name}-{look}.png"
    tab.screenshot(path=path)
    broken = tab.locator("[data-testid=stException]").count()
    tab.close()
    faults = [f"{wider} px too wide"] * (wider > 0) + ["an exception"] * broken + wrong[:3]
    return f"{path}: drawn after {seconds:.1f} s{'; ' * bool(faults)}{'; '.join(faults)}"


def _names():
    return [page.name for page in PAGES]


def _parser():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("study", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--page", action="append", choices=_names(), help="this page only")
    parser.add_argument("--query", action="append", default=[], help="NAME=VALUE of the address")
    parser.add_argument("--port", type=int, help="for the report")
    return parser


if __name__ == "__main__":
    main()
