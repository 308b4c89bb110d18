"""The ledger of phrases: every occurrence is marked or not; sums are those of their parts."""

import csv
import io
import math
import re
import unicodedata
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import small_studies as small
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.dataset.writers import csv_of
from annotate.findings.choosing import ORDERS, Choice, chosen
from annotate.findings.occurrences import in_context, lines_of, occurrences_of
from annotate.findings.phrased import key_of
from annotate.findings.phrases import make_ledger
from annotate.findings.tabulating import ledger_table
from annotate.findings.telling import FEWEST, phrase_rows, phrase_view, wilson
from annotate.findings.words import _limits, normalised, words
from annotate.reliability.evidence.gather import gather
from annotate.report.charts.outlet_rates import rates_chart
from annotate.report.html.phrases import context_html, outlets_html, top_phrases_html
from annotate.tables import frame

_ODD = "aßﬁ½²…“”'\"’«»ſİΐ\u0345\u0301\u0338=\u00ad\u200d\u200b ｶﾞ中กำ-‐Aa.,!?%٣\ufe0f\0\n"
_PIECES = ("war", "War", "the", "peace", "so-called", "’s", " ", " ", " ", "\n", ",", ".", "“", "”")
_GROUP_OF = {"Loaded": "loaded", "Cue": "loaded", "Relayed": "source", "Aside": "span"}


def study(texts, visits, marked, said=(), outlets=()):
    """Make a study: texts by article, visits, marks of (article, annotator, label, start, end).

    What is said is (number of the mark, question, value).
    """
    spans = frame(
        "spans",
        [
            (f"{a}/{p}/{n}", f"{a}/{p}/main/1", a, p, "main", _GROUP_OF[k], k, s, e, texts[a][s:e])
            for n, (a, p, k, s, e) in enumerate(marked)
        ],
    )
    answers = frame(
        "answers",
        [
            (v, a, p, "main", question, "answered", value, span)
            for number, question, value in said
            for span, v, a, p, *_ in [spans.iloc[number].tolist()]
        ],
    )
    tables = small.tables(small.visits(*visits), answers, spans)
    articles = pd.DataFrame(
        {
            "article_id": list(texts),
            "outlet": [*outlets, *[""] * (len(texts) - len(outlets))],
            "title": "",
            "text": list(texts.values()),
            "n_words": [len(text.split()) for text in texts.values()],
        }
    )
    evidence = gather(tables, small.SCHEMA, texts)
    summary = SimpleNamespace(evidence=evidence)
    return SimpleNamespace(schema=small.SCHEMA, articles=articles, tables=tables, summary=summary)


@st.composite
def _studies(draw):
    """Draw texts of few words, who read them, and marks anywhere, also inside words."""
    texts, visits, marked = {}, [], []
    for article in "abcd"[: draw(st.integers(1, 4))]:
        texts[article] = "".join(draw(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=14)))
        for person in "pqr":
            status = draw(st.sampled_from(["submitted", "submitted", "draft", "skipped", ""]))
            if status:
                visits.append((article, person, status))
            if status == "submitted":
                for _ in range(draw(st.integers(0, 3))):
                    start = draw(st.integers(0, len(texts[article]) - 1))
                    end = draw(st.integers(start + 1, len(texts[article])))
                    label = draw(st.sampled_from(list(_GROUP_OF)))
                    marked.append((article, person, label, start, end))
    outlets = draw(st.lists(st.sampled_from(["x", "y", ""]), max_size=4))[: len(texts)]
    return study(texts, visits, marked, outlets=outlets)


def _expected(made, ledger, place):
    """Find every occurrence of a phrase and its markers the slow way: article, limits, people."""
    row = ledger.phrases.iloc[place]
    group = ledger.groups[row["group"]]
    spans = made.tables.spans[made.tables.spans["group"] == group]
    found = []
    for article, text in zip(made.articles["article_id"], made.articles["text"], strict=True):
        every = words(text)
        own = spans[spans["article_id"] == article]
        size = row["normal"].count(" ") + 1
        limits = {
            (every[i].start, every[i + size - 1].end)
            for i in range(len(every) - size + 1)
            if " ".join(w.form for w in every[i : i + size]) == row["normal"]
        }
        for start, written in zip(own["start"], own["text"], strict=True):
            if normalised(written) == row["normal"]:
                first, last = _core(written)
                limits.add((start + first, start + last))
        for begin, end in sorted(limits):
            touched = {w for w in every if w.start < end and w.end > begin}
            who = {
                r.annotator
                for r in own.itertuples()
                if any(w.start < r.end and w.end > r.start for w in touched)
            }
            found.append((article, begin, end, who))
    return found


def _core(written):
    """Find where the phrase stands in a mark, by leaving out ends that change nothing."""
    first, last = 0, len(written)
    while normalised(written[first + 1 : last]) == normalised(written) and first + 1 < last:
        first += 1
    while normalised(written[first : last - 1]) == normalised(written) and last - 1 > first:
        last -= 1
    return first, last


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=12), st.text(alphabet=_ODD, max_size=12)))
def test_a_normalised_phrase_stays_as_it_is(text):
    once = normalised(text)
    assert normalised(once) == once
    assert all(0 <= word.start < word.end <= len(text) for word in words(text))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=20))
def test_the_quick_way_through_plain_text_is_the_slow_one(text):
    assert [(word.start, word.end) for word in words(text)] == _limits(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The  Regime", "the\nregime"),
        ("Russia’s war", "russia's WAR"),
        ("“peace”", "«Peace»"),
        ("Orbán", unicodedata.normalize("NFD", "ORBÁN")),
        ("Straße", "STRASSE"),
        ("so-called", "so\u2011called"),
        ("regime,", " regime"),
        ("re\u00adgime", "regime"),
        ("ﬁnal", "final"),
        ("制裁 措施", "制裁措施"),
    ],
)
def test_what_is_written_otherwise_is_the_same_phrase(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("“peace”", "peace"), ("us. War", "us war"), ("5%", "5"), ("regime", "regimes"), ("?!", "")],
)
def test_what_means_something_else_is_another_phrase(one, other):
    assert normalised(one) != normalised(other)


@settings(max_examples=60, deadline=None)
@given(_studies())
def test_marked_and_unmarked_occurrences_are_exactly_all(made):
    """The ledger, one phrase looked up and a search word by word find the same."""
    ledger = make_ledger(made)
    for place in range(len(ledger.phrases)):
        row, found = ledger.phrases.iloc[place], occurrences_of(ledger, place)
        expected = _expected(made, ledger, place)
        limits = zip(found.article, found.start, found.end, strict=True)
        assert [(ledger.articles[a], s, e) for a, s, e in limits] == [e[:3] for e in expected]
        assert found.marking.tolist() == [len(who) for *_, who in expected]
        state = Counter(found.state.tolist())
        assert state[0] + state[1] + state[2] == row["found"] == len(expected)
        assert (state[0], state[1]) == (row["marked"], row["unmarked"])
        assert row["read"] == state[0] + state[1]
        assert found.readers.sum() == row["readings"]
        assert found.marking.sum() == row["marking"]
        assert (found.marking * (found.readers - found.marking)).sum() == row["differing"]
        assert row["marks"] >= 1
        assert row["marked"] >= 1  # what was marked occurs


@settings(max_examples=40, deadline=None)
@given(_studies())
def test_sums_over_outlets_and_annotators_are_those_of_the_phrase(made):
    ledger = make_ledger(made)
    assert ledger.phrases["marks"].sum() == len(ledger.marks)
    assert ledger.phrases["key"].is_unique
    for place in range(len(ledger.phrases)):
        view = phrase_view(ledger, place)
        for name in ("found", "read", "marked", "marks"):
            assert sum(getattr(o, name) for o in view.outlets) == getattr(view.row, name)
        assert sum(person.read for person in view.people) == ledger.phrases["readings"][place]
        assert sum(person.marked for person in view.people) == ledger.phrases["marking"][place]
        assert sum(person.marks for person in view.people) == view.row.marks
        assert len(view.people) == view.row.saw
        assert sum(n for _, n in view.row.labels) == sum(n for _, n in view.row.people)
        told = in_context(ledger, place, view.occurrences, lines_of(made))
        for context, marking, readers in zip(
            told, view.occurrences.marking, view.occurrences.readers, strict=True
        ):
            people = {said.annotator for said in context.marks}
            assert len(people) == marking
            assert len(people | set(context.silent)) == readers


@settings(max_examples=30, deadline=None)
@given(_studies())
def test_the_marks_are_those_that_agreement_is_scored_on(made):
    ledger = make_ledger(made)
    for group, marked in enumerate(made.summary.evidence.marked):
        own = ledger.marks[ledger.marks["group"] == group]
        lost = [
            marked.marks.span_ids[n]
            for n in range(len(marked.marks.span_ids))
            if not normalised(_text(made, marked.marks.span_ids[n]))
        ]
        assert set(own["span_id"]) | set(lost) == set(marked.marks.span_ids)
        assert len(own) + len(lost) == len(marked.marks.span_ids)


def _text(made, span_id):
    spans = made.tables.spans
    return spans["text"][spans["span_id"] == span_id].iloc[0]


TEXTS = {
    "a": "The regime said no. Critics of the Regime’s plan, the regimes, wept.",
    "b": "A regime, again: “regime” and peace.",
    "c": "Nobody read of the regime here.",
}


def example():
    """Give two readers of a and b: p marks three of four occurrences, q one."""
    turns = [(a, p, "submitted") for a in "ab" for p in "pq"] + [("c", "p", "skipped")]
    marked = [
        ("a", "p", "Loaded", 4, 10),  # regime
        ("a", "q", "Cue", 4, 10),
        ("a", "p", "Loaded", 35, 49),  # Regime’s plan,
        ("b", "p", "Loaded", 2, 9),  # regime,
        ("b", "p", "Aside", 17, 25),  # not scored
        ("b", "q", "Relayed", 2, 8),  # of another group
    ]
    said = [(0, "direction", "worse"), (1, "direction", "better"), (0, "strong", "strong")]
    return study(TEXTS, turns, marked, said, outlets=["X", "Y", "X"])


def test_a_phrase_is_counted_as_by_hand():
    ledger = make_ledger(example())
    row = ledger.phrases.iloc[ledger.place_of(key_of("loaded", "regime"))]
    # a: two (the second inside a longer mark; "regimes" is another word), b: two, c: one, unread.
    assert row[["marks", "articles", "annotators", "saw"]].tolist() == [3, 2, 2, 2]
    assert row[["found", "read", "marked", "unmarked"]].tolist() == [5, 4, 3, 1]
    assert row["share"] == 4 / 8
    assert row["disagreement"] == 2 / 4
    told = phrase_rows(ledger, [ledger.place_of(row["key"])])[0]
    assert (told.phrase, told.group) == ("regime", "Loaded spans")
    assert told.labels == (("Loaded", 2), ("Cue", 1))
    assert told.people == (("p", 2), ("q", 1))
    assert told.outlets == (("X", 2), ("Y", 1))
    assert dict(told.answers) == {
        "Direction": (("better", 1), ("worse", 1)),
        "Strong": (("strong", 1),),
    }


def test_each_occurrence_says_who_marked_it_and_as_what():
    made = example()
    ledger = make_ledger(made)
    place = ledger.place_of(key_of("loaded", "regime"))
    first, second, third, fourth, last = in_context(
        ledger, place, occurrences_of(ledger, place), lines_of(made)
    )
    assert [(s.annotator, s.label, s.answers) for s in first.marks] == [
        ("p", "Loaded", ("worse", "strong")),
        ("q", "Cue", ("better",)),
    ]
    assert (first.before, first.phrase, first.silent) == ("The ", "regime", ())
    assert (second.phrase, second.silent, second.state) == ("Regime", ("q",), "marked")
    assert (third.article_id, third.start, third.end) == ("b", 2, 8)
    assert (fourth.state, fourth.marks, fourth.silent) == ("unmarked", (), ("p", "q"))
    assert (last.state, last.article_id, last.outlet) == ("unread", "c", "X")
    pages = [context_html(context) for context in (first, fourth, last)]
    assert ">marked</b> by <bdi>p</bdi> as <bdi>Loaded, worse, strong</bdi>" in pages[0]
    assert ">unmarked</b> read by <bdi>p</bdi>, <bdi>q</bdi>" in pages[1]
    assert ">not read</b>" in pages[2]


def test_repeats_drafts_and_earlier_submissions_never_count():
    texts = {"a": "war and war"}
    turns = [("a", "p", "submitted"), ("a", "p", "submitted", "main", 2), ("a", "q", "draft")]
    made = study(texts, turns, [("a", "p", "Loaded", 0, 3), ("a", "q", "Loaded", 8, 11)])
    again = made.tables.spans.iloc[:1].assign(
        visit_id="a/p/main/2", span_id="again", start=8, end=11
    )
    tables = small.tables(
        made.tables.visits, made.tables.answers, pd.concat([made.tables.spans, again])
    )
    made.summary.evidence = gather(tables, small.SCHEMA, texts)
    row = make_ledger(made).phrases.iloc[0]
    assert row[["marks", "saw", "found", "marked", "unmarked"]].tolist() == [1, 1, 2, 1, 1]


def test_a_study_without_marks_has_an_empty_ledger():
    ledger = make_ledger(study({"a": "war"}, [("a", "p", "submitted")], []))
    assert len(ledger.phrases) == len(chosen(ledger, Choice())) == 0
    assert ledger.place_of("0") is None
    assert ledger_table(ledger, chosen(ledger, Choice())).empty


def test_a_mark_of_white_space_alone_is_no_phrase_and_is_counted():
    ledger = make_ledger(
        study({"a": "war  now"}, [("a", "p", "submitted")], [("a", "p", "Cue", 3, 5)])
    )
    assert ledger.phrases.empty
    assert ledger.wordless == 1


@settings(max_examples=40, deadline=None)
@given(_studies(), st.data())
def test_filters_keep_the_phrases_with_such_a_mark(made, data):
    ledger = make_ledger(made)
    names = {
        "group": len(ledger.groups),
        "label": len(ledger.labels),
        "annotator": len(ledger.annotators),
        "outlet": len(ledger.outlets),
    }
    wanted = {
        name: data.draw(st.one_of(st.none(), st.integers(0, size - 1)))
        for name, size in names.items()
        if size
    }
    order = data.draw(st.sampled_from(list(ORDERS)))
    search = data.draw(st.sampled_from(["", "war", "WAR", "so-c", "zzz"]))
    places = chosen(ledger, Choice(**wanted, search=search, order=order))
    kept = ledger.marks
    for name, value in wanted.items():
        kept = kept if value is None else kept[kept[name] == value]
    holds = ledger.phrases["normal"].str.contains(normalised(search), regex=False)
    assert set(places) == {p for p in set(kept["phrase"]) if holds[p]}
    column = ledger.phrases[ORDERS[order][0]].to_numpy(dtype=float)[places]
    numbers = column[~np.isnan(column)]
    assert (np.diff(numbers) <= 0).all()
    assert np.isnan(column[len(numbers) :]).all()


def test_an_answer_is_a_filter_too():
    ledger = make_ledger(example())
    better = [answer.shown for answer in ledger.answers].index("better")
    assert ledger.phrases["phrase"][chosen(ledger, Choice(answer=better))].tolist() == ["regime"]
    cue = ledger.labels.index("Cue")
    p = ledger.annotators.index("p")
    assert not len(chosen(ledger, Choice(answer=better, label=cue, annotator=p)))


def test_the_table_for_other_programs_runs_no_formula():
    texts = {"a": "=1+2 and war"}
    made = study(texts, [("a", "p", "submitted")], [("a", "p", "Loaded", 0, 4)])
    ledger = make_ledger(made)
    table = ledger_table(ledger, chosen(ledger, Choice()))
    row = next(csv.DictReader(io.StringIO(csv_of(table).decode())))
    assert row["phrase"] == "'=1+2"
    assert (row["labels"], row["annotators"], row["times_marked"]) == ("Loaded: 1", "p: 1", "1")
    # What may be quoted is as short as in the dataset without texts.
    long = study({"a": "war " * 90}, [("a", "p", "submitted")], [("a", "p", "Loaded", 0, 359)])
    ledger = make_ledger(long)
    assert len(ledger_table(ledger, np.array([0]))["phrase"].iloc[0]) == 201


def test_an_interval_needs_articles_and_holds_its_share():
    assert all(map(math.isnan, wilson(1, FEWEST - 1)))
    for hits in range(21):
        low, high = wilson(hits, 20)
        assert 0 <= low <= hits / 20 <= high <= 1


def test_rates_are_drawn_for_outlets_with_enough_articles_only():
    texts = {f"a{n}": "war and peace" for n in range(13)}
    turns = [(a, "p", "submitted") for a in texts]
    marked = [(a, "p", "Loaded", 0, 3) for a in list(texts)[:7]]
    made = study(texts, turns, marked, outlets=["X"] * 6 + ["Y"] * 5 + ["Z"] * 2)
    view = phrase_view(make_ledger(made), 0)
    drawn = rates_chart(view.outlets).to_dict()
    rows = next(rows for rows in drawn["datasets"].values())
    assert [(r["outlet"], r["share"], r["counts"]) for r in rows] == [
        ("X", 1.0, "6 of 6 articles"),
        ("Y", 0.2, "1 of 5 articles"),
    ]
    assert rates_chart(view.outlets[1:]) is None
    page = outlets_html(view.outlets)
    assert "0.20 [0.04, 0.62]" in page
    assert re.search(r"<bdi>Z</bdi>.*?0 of 2.*?>0.00</td>", page)  # a share, and no interval


def test_names_and_texts_never_become_markup():
    nasty = "<img src=x onerror=alert(1)>"
    texts = {"a": f"{nasty} war", "b": "x"}
    made = study(texts, [("a", nasty, "submitted")], [], outlets=[nasty])
    spans = frame(
        "spans",
        [("s", f"a/{nasty}/main/1", "a", nasty, "main", "loaded", "Loaded", 0, 28, nasty)],
    )
    tables = small.tables(made.tables.visits, None, spans)
    made.tables, made.summary.evidence = tables, gather(tables, small.SCHEMA, texts)
    ledger = make_ledger(made)
    view = phrase_view(ledger, 0)
    told = in_context(ledger, 0, view.occurrences, lines_of(made))
    pages = [
        top_phrases_html(phrase_rows(ledger, [0])),
        outlets_html(view.outlets),
        *map(context_html, told),
    ]
    assert all("&lt;img" in page for page in pages)
    assert not any("<img" in page for page in pages)
