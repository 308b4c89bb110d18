"""How fresh the figures are, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.html.pieces import note_html
from annotate.report.wording import moment

if TYPE_CHECKING:
    from annotate.workflow.looks import Look

__all__ = ["freshness_html"]


def freshness_html(pulled: float, look: Look | None, every: float | None) -> str:
    """Build what is known of the figures' age, and what came of the last look.

    Parameters
    ----------
    pulled : float
        When what the figures rest on was pulled, in seconds of the epoch; 0 before the first pull.
    look : Look or None
        The last look into Label Studio.
    every : float or None
        How often it is looked there, in seconds; None where nobody does.
    """
    said = f"Figures as of {moment(pulled)}" if pulled else "Nothing has been pulled yet"
    lines = [f"<p>{safe(said)}</p>"]
    if every:
        lines.append(f"<p>Label Studio is asked every {every:g} s</p>")
    if look and look.at < pulled:
        look = None  # something came in since by another way
    if look and look.good:
        lines.append(note_html("good", f"Asked at {moment(look.at)}", look.says))
    elif look:
        kept = f" The figures stay those of {moment(pulled)}." if pulled else ""
        title = f"Nothing was pulled at {moment(look.at)}"
        lines.append(note_html("bad", title, f"{look.says.rstrip('.')}.{kept}"))
    return f'<div class="an-live">{"".join(lines)}</div>'
