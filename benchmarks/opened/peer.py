"""A bare Streamlit app of two pages with one static figure each: what Streamlit itself takes."""

import altair as alt
import pandas as pd
import streamlit as st


def _figure() -> None:
    """Show a heading and a chart of twelve bars."""
    rows = pd.DataFrame({"name": [f"bar {n:02d}" for n in range(12)], "value": range(12)})
    st.header("A figure")
    st.altair_chart(alt.Chart(rows).mark_bar().encode(x="value:Q", y="name:N"))


def _overview() -> None:
    _figure()


def _other() -> None:
    _figure()


st.set_page_config(page_title="Bare", layout="wide")
st.navigation(
    [
        st.Page(_overview, title="Overview", url_path="overview", default=True),
        st.Page(_other, title="Other", url_path="other"),
    ]
).run()
