"""The dataset: what an export holds, and the export itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from findings import current
from show import heading, note, nothing_yet

from annotate.errors import AnnotateError

if TYPE_CHECKING:
    from findings import Findings


def _page() -> None:
    findings = current()
    summary = findings.summary
    heading(
        "Dataset",
        "Answers and spans per annotator as CSV and Parquet, JSON Lines per article, and the "
        "README below. Annotators appear under their pseudonyms only.",
        level=1,
    )
    if not summary.corpus.articles:
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return
    if summary.demonstration:
        note("careful", "A demonstration", "The dataset says so too: no figure in it is a finding.")
    if not summary.started:
        note("plain", "Nothing has been submitted yet", "The dataset would hold articles only.")
    try:
        _readme(findings, with_text=_download(findings))
    except AnnotateError as error:
        note("bad", "The dataset cannot be made", str(error))


def _download(findings: Findings) -> bool:
    """Offer the file; tell whether it holds the articles' text."""
    with_text = st.checkbox("With the articles’ text", key="with_text")
    if with_text:
        note(
            "careful",
            "Mind the rights",
            "Most news articles may not be passed on without their publisher’s leave. Hand this "
            "file only to people who may read them; spans quote them either way.",
        )
    data = _archive(str(findings.study.root), findings.stamp, with_text=with_text)
    st.download_button(
        f"Download ({len(data) / 1000:,.0f} kB, zip)",
        data,
        file_name="dataset-with-text.zip" if with_text else "dataset.zip",
        mime="application/zip",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
        key="download",
    )
    return with_text


def _readme(findings: Findings, *, with_text: bool) -> None:
    from annotate.workflow import dataset_readme

    heading("What its README says")
    # As code, not as Markdown: it names outlets and labels, which nobody has vetted.
    readme = dataset_readme(findings.study, with_text=with_text)
    st.code(readme, language=None, wrap_lines=True, height=560)


@st.cache_data(max_entries=4, show_spinner="Packing …")
def _archive(root: str, stamp: object, *, with_text: bool) -> bytes:  # noqa: ARG001 (the key)
    from pathlib import Path

    from annotate.study import Study
    from annotate.workflow import dataset_archive

    return dataset_archive(Study.open(Path(root)), with_text=with_text)


_page()
