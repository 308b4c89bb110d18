"""The page's frame: one file of HTML that asks nobody for anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotate import __version__
from annotate.report.html.escape import safe
from annotate.report.html.pieces import heading_html
from annotate.report.offline.section import contents_html, section_html
from annotate.report.styles import stylesheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.report.offline.section import Section

__all__ = ["GENERATOR", "page_html"]

#: By this a page of ours is known again.
GENERATOR = '<meta name="generator" content="annotate-news report">'
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page_html(title: str, facts: Sequence[str], sections: Sequence[Section], *, css: str) -> str:
    """Put the page together.

    Parameters
    ----------
    title : str
        The study's name.
    facts : sequence of str
        What stands under it.
    sections : sequence of Section
        In their order.
    css : str
        What the sections need beside the sheets of the report.
    """
    sheets = f"{stylesheet()}\n{_sheet()}\n{css}"
    body = "".join(map(section_html, sections))
    # An icon of its own, else the browser asks the file's server for one. The class is the one
    # in which the pages of the app stand, so that the same sheets hold here.
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n{GENERATOR}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f'<link rel="icon" href="data:,">\n<title>{safe(title)}: report</title>\n'
        f"<style>\n{sheets}\n</style>\n</head>\n"
        f'<body>\n<main class="of-page stHtml" id="top">\n'
        f"<header>{heading_html(title, *facts, level=1)}</header>\n"
        f"{contents_html(sections)}\n{body}"
        f"<footer><p>Made with annotate-news {safe(__version__)}. This page holds no script and "
        "asks no other computer for anything.</p></footer>\n</main>\n</body>\n</html>\n"
    )


def _sheet() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
