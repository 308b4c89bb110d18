"""The report: its pages, and in the sidebar what every page needs."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from findings import has_news, has_training, show_anew, study_root
from opening import ready
from show import note

from annotate.errors import AnnotateError, StudyInUse
from annotate.report.html.live import freshness_html
from annotate.report.running import asked_every
from annotate.report.styles import stylesheet
from annotate.study import Study
from annotate.workflow.looks import last_look

_HERE = Path(__file__).parent
_BEAT = 3.0  # seconds between two looks at the study's files; pulls of other programs show as well


def _pull() -> None:
    """Pull; of what came of it the study keeps word, for all tabs."""
    from annotate.workflow import pull

    try:
        pull(Study.open(study_root()))
    except StudyInUse:
        st.session_state["busy"] = True
    except AnnotateError:
        return


@st.fragment(run_every=_BEAT)
def _live() -> None:
    """Pull on request, say how fresh the figures are, and run the page anew only for news."""
    if st.button("Pull new annotations", key="pull_button", type="primary", width="stretch"):
        st.session_state.pop("busy", None)
        with st.spinner("Asking Label Studio …"):
            _pull()
    if has_news(ready):
        st.rerun()
    st.html(_freshness())
    if st.session_state.get("busy"):
        text = "Another pull or command is at work on this study; what it brings appears here."
        note("plain", "Somebody is at it", text)


def _freshness() -> str:
    study = Study(study_root())
    try:
        pulled = study.pulled_at or study.tables_stamp
    except AnnotateError:  # the page says so
        pulled = study.tables_stamp
    return freshness_html(pulled, last_look(study), asked_every())


show_anew()
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
    _live()
_page.run()
