"""Agreement: every figure of one question, who agrees with whom, and the table for a paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from findings import current, kept
from show import heading, is_dark, note, nothing_yet, plain

from annotate.findings.agreement import measures_of, questions_of
from annotate.findings.paper import paper_table
from annotate.findings.sides import mistaken_of, pairs_of, rounds_of, spread_of
from annotate.report.charts.histogram import (
    article_histogram,
    histogram_caption,
    histogram_finding,
)
from annotate.report.html.agreement import (
    labels_html,
    measures_html,
    notes_html,
    said_html,
    split_finding,
    split_html,
    summed_up,
)
from annotate.report.html.confusion import (
    confused_in_words,
    confused_table_html,
    confusion_finding,
    confusion_heat_html,
    disagreements_url,
)
from annotate.report.html.meanings import meanings_html
from annotate.report.html.pairs import (
    alone_in_words,
    pairs_finding,
    pairs_heat_html,
    pairs_table_html,
)
from annotate.report.html.spread import spread_table_html
from annotate.report.paper import figures_csv, paper_csv, paper_html, paper_latex
from annotate.report.wording import counted, interval, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from findings import Findings

    from annotate.findings.agreement import Measures
    from annotate.findings.paper import PaperTable
    from annotate.findings.sides import Mistaken, Pairs, Spread
    from annotate.reliability import Figure

_ROWS = 20  # of a long table at a time
_MATRIX = 30  # annotators up to which a heat map can be read
_CONFUSED = 5  # pairs of values that are told in words
_LOWEST = 5  # articles
_CHOSEN = "agreement question"  # a key of its own: other pages choose questions too
_HERE = Path(__file__).parent


# What is kept is known by its function's name, which must be no other page's.
def _agreement_measures(findings: Findings, question: str) -> Measures:
    return measures_of(findings.summary, findings.schema, question)


def _agreement_pairs(findings: Findings, question: str) -> Pairs:
    return pairs_of(findings.summary.evidence, question)


def _agreement_mistaken(findings: Findings, question: str) -> Mistaken | None:
    return mistaken_of(findings.summary, question)


def _agreement_spread(findings: Findings, question: str) -> Spread:
    return spread_of(findings.summary.evidence, question)


def _agreement_rounds(findings: Findings) -> dict[str, tuple[Figure, ...]]:
    columns = (findings.articles[name] for name in ("article_id", "text"))
    texts = dict(zip(*columns, strict=True))
    return rounds_of(findings.tables, findings.schema, texts)


def _agreement_csv(findings: Findings) -> str:
    return figures_csv(findings.summary)


def _agreement_paper(findings: Findings, labels: bool) -> PaperTable:  # noqa: FBT001 - a key
    return paper_table(findings.summary, labels=labels)


def _page() -> None:
    findings = current()
    summary = findings.summary
    heading(
        "Agreement",
        "How far annotators agree on each question, where they part, and what the figures rest on.",
        level=1,
    )
    if not summary.corpus.articles:
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return
    if not summary.started:
        _nothing_submitted(pulled=bool(findings.study.tables_stamp))
        return
    records = questions_of(summary)
    if not records:
        note("plain", "Nothing is scored", "The scheme holds no question and no label that counts.")
        return
    if sum(1 for person in summary.progress if person.submitted) == 1:
        note(
            "plain",
            "One annotator so far",
            "Agreement needs at least two who submitted the same article; until then every figure "
            "below is undefined.",
        )
    question = _choose(records)
    measures = kept(_agreement_measures, findings, question)
    _measures(measures)
    _labels(measures)
    _said(measures)
    _pairs(kept(_agreement_pairs, findings, question), measures)
    _confusion(kept(_agreement_mistaken, findings, question), question)
    _articles(findings, kept(_agreement_spread, findings, question))
    _rounds(findings, measures)
    _paper(findings)


def _nothing_submitted(*, pulled: bool) -> None:
    if pulled:
        first = "Annotators open their desk in Label Studio and press Submit at each article."
        nothing_yet("Nobody has submitted anything yet", (first, _PULL))
        return
    nothing_yet("Nothing has been pulled yet", ("Annotators mark the articles.", _PULL))


_PULL = "Press “Pull new annotations” on this page."


def _choose(records: dict[str, Figure]) -> str:
    """Let a question be chosen; the address follows, so that it can be sent to somebody."""
    names = list(records)
    asked = st.query_params.get("question", "")
    if st.session_state.get(_CHOSEN) not in records:
        st.session_state[_CHOSEN] = asked if asked in records else names[0]
        if asked and asked not in records:
            note("careful", "No such question", f"Nothing is scored under “{asked[:80]}”.")
    chosen = st.selectbox(
        "Question or span group",
        names,
        format_func=lambda name: _named(records[name]),
        key=_CHOSEN,
    )
    st.query_params["question"] = chosen
    return str(chosen)


def _named(figure: Figure) -> str:
    ends = f" {interval(figure)}" if interval(figure) else ""
    return f"{figure.title} · {number(figure.value)}{ends}"


def _measures(measures: Measures) -> None:
    figure = measures.record
    heading(
        summed_up(measures),
        figure.measure,
        f"95 % interval {interval(figure)}" if interval(figure) else "",
        counted(figure.articles, "article"),
        counted(figure.annotators, "annotator"),
    )
    st.html(measures_html(measures.whole, measures.reasons))
    if measures.by_construction:
        st.caption(
            "“Within one step” is left out: this question has two values at most, and any two of "
            "them lie within one step. The CSV of all figures holds it."
        )
    st.caption(
        "95 % intervals are over articles: they speak of other articles, not of other annotators. "
        "Verdicts rest on the lower end, at .667 and .80 (dashed lines); they are for alpha only."
    )
    with st.expander("What these measures mean"):
        st.html(meanings_html(figure.measure for figure in measures.figures))
    if measures.notes:
        shown, rest = measures.notes[:_NOTES], measures.notes[_NOTES:]
        st.html(f'<div class="an-notes">{notes_html(shown)}</div>')
        if rest:
            with st.expander(f"{counted(len(rest), 'more note')}"):
                st.html(f'<div class="an-notes">{notes_html(rest)}</div>')
    if measures.split:
        heading(
            split_finding(measures.split),
            "Where they marked is |u-alpha, which label cu-alpha, both together u-alpha. All "
            "disagreements of two annotators, by kind:",
            level=3,
        )
        st.html(split_html(measures.split, measures.reasons))


_NOTES = 3  # shown at once


def _labels(measures: Measures) -> None:
    if not measures.labels:
        return
    what = "label" if measures.of_spans else "value"
    heading(f"By {what}", f"Each {what} by itself: did it stand or did it not?")
    first = _first_row("agreement labels", len(measures.labels), what)
    st.html(labels_html(measures, measures.labels[first : first + _ROWS]))


def _first_row(key: str, rows: int, noun: str) -> int:
    """Let a long table be paged; give the first row to show."""
    if rows <= _ROWS:
        return 0
    pages = -(-rows // _ROWS)
    # A question chosen later may have fewer pages.
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = 1
    page = st.number_input(f"Page of {pages} ({counted(rows, noun)})", 1, pages, key=key, width=240)
    return (int(page) - 1) * _ROWS


def _said(measures: Measures) -> None:
    heading(
        "Who had a say",
        "Who saw an article and marked nothing has voted. Skipped, drafts and articles not begun "
        "have not; “missing” is an answer that the scheme does not count, such as “unclear”.",
    )
    st.html(said_html(measures.said, measures.record.measure))


def _pairs(pairs: Pairs, measures: Measures) -> None:
    heading("Who agrees with whom" if not pairs.pairs else pairs_finding(pairs))
    if pairs.alone:
        note("plain", "", alone_in_words(pairs))
    if not pairs.pairs:
        note("plain", "No two annotators share an article of this question")
        return
    if 2 < len(pairs.annotators) <= _MATRIX:  # noqa: PLR2004 - two annotators are one pair
        st.html(pairs_heat_html(pairs))
        st.caption(
            "Annotators in the order of their mean with the others, weighted by shared articles. "
            "A pair with few shared articles says little: see the intervals in the list."
        )
        with st.expander(f"As a list, with intervals ({counted(len(pairs.pairs), 'pair')})"):
            _pair_list(pairs, measures)
    else:
        _pair_list(pairs, measures)


def _pair_list(pairs: Pairs, measures: Measures) -> None:
    first = _first_row("agreement pairs", len(pairs.pairs), "pair")
    st.html(pairs_table_html(pairs.pairs[first : first + _ROWS], measures.reasons))


def _confusion(mistaken: Mistaken | None, question: str) -> None:
    if mistaken is None:
        return
    heading(confusion_finding(mistaken))
    if not mistaken.pairs:
        return
    there = _is_there("disagreements")
    st.html(confusion_heat_html(mistaken, link=disagreements_url(question) if there else ""))
    left = mistaken.used - len(mistaken.places)
    st.caption(
        "Read along a row: where one annotator gave this value, which share of the others gave "
        "which; below it how often, every vote weighing alike. Blue with a frame is agreement, "
        "orange is confusion, the deeper the more."
        + (f" The {counted(left, 'value')} confused least are left out." if left else "")
    )
    for place, pair in enumerate(mistaken.pairs[:_CONFUSED]):
        _link(
            "disagreements",
            f"{place + 1}. {confused_in_words(pair, mistaken)}",
            {"question": question},
        )
    if len(mistaken.pairs) > _CONFUSED:
        with st.expander(f"All {counted(len(mistaken.pairs), 'confusion')} as a list"):
            first = _first_row("agreement confused", len(mistaken.pairs), "pair")
            st.html(confused_table_html(mistaken.pairs[first : first + _ROWS], mistaken))


def _is_there(page: str) -> bool:
    return (_HERE / f"{page}.py").exists()


def _link(page: str, says: str, query: dict[str, str]) -> None:
    """Lead to another page and keep the session, or say the same where there is none."""
    if _is_there(page):
        st.page_link(f"{page}.py", label=plain(says), query_params=query)
    else:
        st.markdown(plain(says))


def _articles(findings: Findings, spread: Spread) -> None:
    heading(histogram_finding(spread))
    chart = article_histogram(spread, dark=is_dark())
    if chart is None:
        st.caption(f"{counted(spread.without, 'article')} without two votes to compare.")
        return
    st.altair_chart(chart, alt=f"Articles by {spread.measure}. {histogram_finding(spread)}.")
    st.caption(histogram_caption(spread))
    with st.expander("As a table, and the articles with the least agreement"):
        st.html(spread_table_html(spread))
        lowest = spread.lowest[:_LOWEST]
        titles = _titles(findings, [figure.of for figure in lowest])
        for figure in lowest:
            says = f"{number(figure.value)} · {titles.get(figure.of, figure.of)}"
            _link("reader", says, {"article": figure.of})


def _titles(findings: Findings, ids: Sequence[str]) -> dict[str, str]:
    articles = findings.articles
    rows = articles[articles["article_id"].isin(list(ids))]
    columns = (rows[name].astype(str) for name in ("article_id", "title", "text"))
    return {id_: (title or text)[:80] for id_, title, text in zip(*columns, strict=True)}


def _rounds(findings: Findings, measures: Measures) -> None:
    if findings.tables.visits["round"].nunique() < 2:  # noqa: PLR2004 - one round is the whole
        return
    heading("By round")
    # Scoring every round takes as long as scoring the study.
    if not st.toggle("Score each round by itself", key="by_round"):
        return
    figures = kept(_agreement_rounds, findings).get(measures.question, ())
    st.html(measures_html(figures, measures.reasons, first="round"))
    st.caption(
        "Two intervals that overlap say nothing of a difference; `annotate compare --rounds A B` "
        "tests it."
    )


def _paper(findings: Findings) -> None:
    heading(
        "For a paper",
        "The figures of record of all questions. Select the table to copy it, or take a file; "
        "what has to be said of measure, interval and version stands under it.",
    )
    labels = st.toggle("A line for each value and label too", key="paper_labels")
    table = kept(_agreement_paper, findings, labels)
    with st.container(horizontal=True, gap="small"):
        _download("LaTeX", "agreement.tex", "text/x-tex", paper_latex(table))
        _download("CSV", "agreement.csv", "text/csv", paper_csv(table))
        every = f"CSV of all {len(findings.summary.figures):,} figures"
        _download(every, "figures.csv", "text/csv", kept(_agreement_csv, findings))
    st.html(paper_html(table))
    with st.expander("LaTeX to copy (booktabs)"):
        st.code(paper_latex(table), language=None, wrap_lines=True)


def _download(says: str, name: str, mime: str, text: str) -> None:
    options: dict[str, Any] = {"icon": ":material/download:", "on_click": "ignore", "key": name}
    st.download_button(says, text.encode("utf-8", "replace"), file_name=name, mime=mime, **options)


_page()
