"""The dataset: what an export would hold, its card, and the export itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st
from findings import current, kept
from show import heading, note, nothing_yet

from annotate.dataset import dataset_card
from annotate.errors import AnnotateError
from annotate.findings.holdings import holdings, kept_apart
from annotate.report.html.dataset import card_html, files_html, left_out_html
from annotate.report.wording import counted

if TYPE_CHECKING:
    from findings import Findings

    from annotate.findings.holdings import Holdings

_PACKED = "packed dataset"


class _Choice(NamedTuple):
    """What the reader wants in the file."""

    with_text: bool
    with_notes: bool

    @property
    def file_name(self) -> str:
        parts = ("text" if self.with_text else "", "notes" if self.with_notes else "")
        said = "-and-".join(filter(None, parts))
        return f"dataset-with-{said}.zip" if said else "dataset.zip"


def _page() -> None:
    findings = current()
    summary = findings.summary
    heading(
        "Dataset",
        "The labels as others can load them: CSV and Parquet tables, JSON Lines, the scheme, the "
        "codebook and a card that says how far to trust them. Nothing in it leads to a person.",
        level=1,
    )
    if not summary.corpus.articles:
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return
    if summary.demonstration:
        note("careful", "A demonstration", "The dataset says so too: no figure in it is a finding.")
    if not summary.started:
        note("plain", "Nothing has been submitted yet", "The dataset would hold articles only.")
    choice = _choose()
    try:
        held = kept(_holdings, findings, choice.with_text, choice.with_notes)
        _download(findings, choice)
    except AnnotateError as error:
        note("bad", "The dataset cannot be made", str(error))
        return
    _held(held)
    _card(findings, choice)


def _choose() -> _Choice:
    with_text = st.checkbox("With the articles’ text", key="with_text")
    with_notes = st.checkbox("With annotators’ notes", key="with_notes")
    if with_text:
        note(
            "careful",
            "Mind the rights",
            "Most news articles may not be passed on without their publisher’s leave. Hand this "
            "file only to people who may read them; spans quote them either way.",
        )
    if with_notes:
        note(
            "careful",
            "Mind the annotators",
            "Notes are in their own words and were written for the study. Ask them first, and read "
            "the notes for names before you pass them on.",
        )
    return _Choice(with_text, with_notes)


def _download(findings: Findings, choice: _Choice) -> None:
    """Pack when asked to, since that takes a while where there is much; then offer the file."""
    state = (str(findings.study.root), findings.stamp, choice)
    packed = st.session_state.get(_PACKED)
    if packed is None or packed[0] != state:
        # What was packed before is of another choice or of an older pull.
        st.session_state.pop(_PACKED, None)
        if not st.button("Pack the dataset", type="primary", key="pack"):
            return
        with st.spinner(f"Packing {counted(findings.summary.corpus.articles, 'article')} …"):
            packed = (state, _archive(findings, choice))
        st.session_state[_PACKED] = packed
        st.rerun()
    data: bytes = packed[1]
    st.download_button(
        f"Download ({_size(len(data))}, zip)",
        data,
        file_name=choice.file_name,
        mime="application/zip",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
        key="download",
    )


def _archive(findings: Findings, choice: _Choice) -> bytes:
    from annotate.dataset.plan import Choices
    from annotate.workflow import dataset_archive

    return dataset_archive(findings.study, Choices(**choice._asdict()))


def _size(number_of_bytes: int) -> str:
    kilobytes = number_of_bytes / 1000
    return f"{kilobytes:,.0f} kB" if kilobytes < 1000 else f"{kilobytes / 1000:,.1f} MB"  # noqa: PLR2004


def _held(held: Holdings) -> None:
    tables = sum(1 for file in held.files if file.is_table)
    documents = len(held.files) - tables
    heading(
        "What it holds",
        f"{counted(tables, 'table')} and {counted(documents, 'document')}",
        "annotate export FOLDER writes the same",
    )
    st.html(files_html(held))
    heading("What stays in the study")
    st.html(left_out_html(held.left_out))


def _card(findings: Findings, choice: _Choice) -> None:
    heading("Its card", "The file README.md, as others will read it first.")
    card = kept(_card_of, findings, *choice)
    st.html(card_html(card))
    with st.expander("The card as it is written"):
        # As code, not as Markdown: it names outlets and labels, which nobody has vetted.
        st.code(card, language=None, wrap_lines=True, height=560)


def _card_of(findings: Findings, with_text: bool, with_notes: bool) -> str:  # noqa: FBT001
    from annotate.dataset.plan import Choices
    from annotate.workflow import dataset_about

    choices = Choices(with_text=with_text, with_notes=with_notes)
    about = dataset_about(findings.study, [findings.tables.visits], choices)
    return dataset_card(findings.summary, about)


def _holdings(findings: Findings, with_text: bool, with_notes: bool) -> Holdings:  # noqa: FBT001
    uncounted = findings.study.uncounted_rounds()
    apart = kept_apart(findings.study.tables(), uncounted) if uncounted else ()
    return holdings(
        findings.summary,
        findings.articles,
        findings.tables,
        findings.schema,
        apart,
        with_text=with_text,
        with_notes=with_notes,
    )


_page()
