"""The report: its pages, and in the sidebar what every page needs."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from findings import has_training, study_root
from show import note

from annotate.errors import AnnotateError
from annotate.report.styles import stylesheet
from annotate.report.wording import moment
from annotate.study import Study

_HERE = Path(__file__).parent


def _pull() -> None:
    """Pull, and keep what is to be said of it for the next run of the page."""
    from annotate.workflow import pull

    try:
        outcome = pull(Study.open(study_root()))
    except AnnotateError as error:
        st.session_state["pull"] = ("bad", "Nothing was pulled", str(error))
        return
    st.session_state["pull"] = ("good", "Pulled", outcome.sentence)
    st.cache_data.clear()
    st.cache_resource.clear()


def _sidebar() -> None:
    if st.button("Pull new annotations", key="pull_button", type="primary", width="stretch"):
        with st.spinner("Asking Label Studio …"):
            _pull()
        st.rerun()
    stamp = Study(study_root()).tables_stamp
    st.caption(f"Figures as of {moment(stamp)}" if stamp else "Nothing has been pulled yet")
    if "pull" in st.session_state:
        note(*st.session_state["pull"])


st.set_page_config(page_title="Annotate: report", layout="wide")
st.html(f"<style>{stylesheet()}</style>")
# No icons: the browser would fetch the page's from Google as the tab's icon.
_titles = {
    "overview": "Overview",
    "agreement": "Agreement",
    "disagreements": "Disagreements",
    "reader": "Reader",
    "phrases": "Phrases",
    "annotators": "Annotators",
    "outlets": "Outlets",
    "training": "Training",
    "dataset": "Dataset",
}
_pages = {name: title for name, title in _titles.items() if (_HERE / f"{name}.py").exists()}
if not has_training(study_root()):
    del _pages["training"]
_page = st.navigation(
    [
        st.Page(_HERE / f"{name}.py", title=title, default=name == "overview")
        for name, title in _pages.items()
    ]
)
with st.sidebar:
    _sidebar()
_page.run()
