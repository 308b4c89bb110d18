"""The dataset as HTML: its files, what is left out of it, and its card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from annotate.report.html.escape import coded, safe
from annotate.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from annotate.findings.holdings import HeldFile, Holdings, LeftOut

__all__ = ["card_html", "files_html", "left_out_html"]


def files_html(holdings: Holdings) -> str:
    """Build the table of files: rows, columns, and what one row is."""
    rows = "".join(map(_file_row, holdings.files))
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Files of the dataset">'
        '<table class="an-table an-held"><thead><tr><th scope="col">file</th>'
        '<th scope="col" class="an-num">rows</th><th scope="col">one row is, or what it is for'
        f"</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _file_row(file: HeldFile) -> str:
    rows = "–" if file.rows is None else f"{file.rows:,}"
    columns = ""
    if file.columns:
        names = ", ".join(safe(name) for name in file.columns)
        columns = (
            f"<details><summary>{counted(len(file.columns), 'column')}</summary>"
            f"<small>{names}</small></details>"
        )
    return (
        f'<tr><th scope="row">{_breaking(file.name)}</th><td class="an-num">{rows}</td>'
        f"<td>{safe(file.says)}{columns}</td></tr>"
    )


def _breaking(name: str) -> str:
    """Let a name of a file break where its parts end."""
    return re.sub(r"([/_])", r"\1<wbr>", safe(name)).replace(".", "<wbr>.")


def left_out_html(left_out: Sequence[LeftOut]) -> str:
    """Build the table of what stays in the study, and why."""
    rows = "".join(
        f'<tr><th scope="row"><bdi>{safe(each.what)}</bdi></th>'
        f'<td class="an-num">{"all" if each.times is None else f"{each.times:,}"}</td>'
        f"<td>{coded(each.why)}</td></tr>"
        for each in left_out
    )
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="What is left out">'
        '<table class="an-table an-held"><thead><tr><th scope="col">left out</th>'
        '<th scope="col" class="an-num">how many</th><th scope="col">why</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def card_html(card: str, *, level: int = 3) -> str:
    """Render a dataset's card, whose names of outlets and labels nobody has vetted.

    Markdown makes headings, lists, tables, emphasis and code here; it makes no link, no picture
    and no HTML.

    Parameters
    ----------
    card : str
        Markdown.
    level : int
        Which level of heading its title is.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.disable(["link", "image", "autolink", "html_inline", "html_block", "reference"])
    tokens = [_lowered(token, level - 1) for token in reader.parse(card)]
    html = str(reader.renderer.render(tokens, reader.options, {}))
    html = html.replace(
        "<table>",
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Table of the '
        'card"><table class="an-table">',
    ).replace("</table>", "</table></div>")
    return f'<div class="an-card" dir="auto">{html}</div>'


def _lowered(token: Token, by: int) -> Token:
    """Set a heading lower, since the card stands inside a page."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1:]) + by, 6)}"
    return token
