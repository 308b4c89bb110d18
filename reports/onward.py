"""Links from one page to another; a page that is not there is not linked to."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from show import plain

__all__ = ["onward"]


def onward(page: str, label: str, **query: str) -> None:
    """Link to a page, within the session.

    Parameters
    ----------
    page : str
        Its file, such as ``disagreements.py``.
    label : str
        What the link says; words of files and people are shown as they are.
    **query : str
        What the page is to open with.
    """
    if (Path(__file__).parent / page).exists():
        st.page_link(page, label=plain(label), query_params=query, icon=":material/arrow_forward:")
