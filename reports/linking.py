"""Links from page to page, which keep the session."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from show import plain

__all__ = ["link"]

_HERE = Path(__file__).parent


def link(page: str, label: str, **query: str) -> None:
    """Show a link to a page of the report, or its label alone where there is no such page.

    Parameters
    ----------
    page : str
        Its name, as in its address.
    label : str
        What it is called; may hold the words of a file.
    query : str
        What the page is to show.
    """
    path = _HERE / f"{page}.py"
    if page and path.exists():
        st.page_link(path, label=plain(label), query_params=query)
    else:
        st.markdown(f"**{plain(label)}**")
