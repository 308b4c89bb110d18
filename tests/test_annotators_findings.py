"""Each annotator beside the others: figures of the views, and habits worked out by hand."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from made_study import choose, ids, made_study, pulled
from small_studies import SCHEMA, TEXT, answers, random_study, spans, tables, visits

from annotate.findings.annotators import annotators_of
from annotate.findings.habits import LONG_RUN
from annotate.pace import IDLE, Pace
from annotate.reliability.views import by_self, view
from annotate.report.talk import talking_points
from annotate.schema import parse_config
from annotate.settings import Settings
from annotate.summary import summarise
from annotate.tables import frame

STANCES = b"".join(
    b'<Choices name="%b" toName="text" scale="ordinal" choice="single-radio" missing="unclear">'
    b'<Choice value="-1"/><Choice value="0"/><Choice value="1"/><Choice value="unclear"/></Choices>'
    % name
    for name in (b"one", b"two", b"three")
)
BATTERY = parse_config(b'<View><Text name="text" value="$text"/>%b</View>' % STANCES)


def articles_of(names, words=100):
    """Make the frame of articles."""
    columns = dict.fromkeys(("outlet", "event", "title", "duplicate_of"), "")
    rows = [{"article_id": a, "text": TEXT, "n_words": words, **columns} for a in names]
    return pd.DataFrame(rows)


def found_in(made, names, schema=SCHEMA, people=(), words=100):
    """Look at every annotator of some tables."""
    articles = articles_of(names, words)
    summary = summarise(Settings("S", tuple(people)), schema, articles, made)
    return annotators_of(summary, made, articles, schema), summary


def named(n):
    return [f"n{place:03d}" for place in range(n)]


def seen_by(people, names):
    """Let all read all, one article a day."""
    rows = visits(*[(a, p, "submitted") for a in names for p in people])
    days = [f"2026-03-01T{names.index(a):04d}" for a in rows["article_id"]]
    stamps = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(
        [int(day[-4:]) for day in days], unit="D"
    )
    return rows.assign(created_at=[stamp.isoformat() for stamp in stamps])


def genres(names, **said):
    """Make answers to one question, by annotator and article."""
    return answers(
        *[
            (a, person, "genre", value)
            for person, values in said.items()
            for a, value in zip(names, values, strict=True)
        ]
    )


def test_figures_are_those_of_the_view_and_of_the_summary():
    made, texts = random_study(3, 30)
    found, summary = found_in(made, list(texts))
    figures = view(summary.evidence, "annotator")
    shown = [
        figure
        for person in found.people
        for against in person.against
        for figure in (against.without, against.change, against.rest, *against.leans)
    ]
    # Undefined figures are not equal to themselves, what is written of them is.
    assert sorted(map(repr, shown)) == sorted(map(repr, figures))
    assert repr(list(found.whole.values())) == repr(list(summary.headlines))


def test_annotators_stand_in_the_order_of_the_study():
    made, texts = random_study(3, 12)
    found, _ = found_in(made, list(texts), people=("s", "absent", "p"))
    assert [person.name for person in found.people][:3] == ["s", "absent", "p"]
    assert found.of("absent").against == ()
    assert found.of("nobody") is None
    assert [person.name for person in found.active] == [
        person.name for person in found.people if person.name != "absent"
    ]


def test_other_names_for_annotators_change_their_rows_and_nothing_in_them():
    made, texts = random_study(5, 30)
    turn = dict(zip("pqrs", "rspq", strict=True))
    parts = {
        part: getattr(made, part).assign(annotator=getattr(made, part)["annotator"].map(turn))
        for part in ("visits", "answers", "spans")
    }
    plain, _ = found_in(made, list(texts))
    turned, _ = found_in(replace(made, **parts), list(texts))
    for person in plain.people:
        other = turned.of(turn[person.name])
        assert other.working == person.working
        assert other.habits.runs == person.habits.runs
        assert other.marking.blocks == person.marking.blocks
        values = [
            [f.value for a in each.against for f in (a.rest, a.without, a.change, *a.leans)]
            for each in (person, other)
        ]
        assert values[0] == pytest.approx(values[1], nan_ok=True)


def test_a_visit_left_open_is_not_in_the_median_and_is_counted():
    names = named(11)
    seen = seen_by("p", names)
    seconds = [60.0] * 5 + [100.0] * 5 + [60.0 * IDLE * 2]
    made = tables(seen.assign(seconds=seconds), genres(names, p=["report"] * 11))
    (person,) = found_in(made, names)[0].people
    times = person.working
    assert (times.median, times.raw) == (80.0, 100.0)
    assert (times.visits, times.idle) == (11, 1)
    assert (times.low, times.high) == (60.0, 100.0)
    assert times.median == Pace.of(made.visits).own["p"]
    assert times.raw == person.progress.seconds


def test_whose_times_are_not_known_has_none():
    names = named(3)
    made = tables(seen_by("p", names).assign(seconds=math.nan), genres(names, p=["report"] * 3))
    (person,) = found_in(made, names)[0].people
    assert math.isnan(person.working.median)
    assert (person.working.visits, person.working.idle) == (0, 0)


def marked(names, **times):
    """Let annotators mark so many phrases in each article."""
    return spans(
        *[
            (a, person, "Loaded", 4 * n, 4 * n + 2)
            for person, counts in times.items()
            for a, count in zip(names, counts, strict=True)
            for n in range(count)
        ]
    )


def test_marks_over_time_are_set_against_the_others_on_the_same_articles():
    names = named(10)
    made = tables(seen_by("pq", names), None, marked(names, p=[1] * 5 + [3] * 5, q=[1] * 10))
    found, _ = found_in(made, names)
    marking = found.of("p").marking
    blocks = [(b.first, b.last, b.rate, b.others) for b in marking.blocks]
    assert blocks == [
        (1, 5, pytest.approx(10), pytest.approx(10)),
        (6, 10, pytest.approx(30), pytest.approx(10)),
    ]
    assert marking.change.value == pytest.approx(20)
    assert marking.change.low < 20 < marking.change.high
    assert (marking.size, marking.timed, marking.rate) == (5, True, pytest.approx(20))
    assert found.of("q").marking.change.value == pytest.approx(-20)
    assert all(b.low <= b.rate <= b.high for b in marking.blocks)


def test_articles_that_call_for_more_marks_are_no_drift():
    names = named(20)
    counts = [1] * 10 + [4] * 10
    made = tables(seen_by("pq", names), None, marked(names, p=counts, q=counts))
    marking = found_in(made, names)[0].of("p").marking
    assert marking.blocks[-1].rate > 3 * marking.blocks[0].rate
    assert marking.change.value == pytest.approx(0)
    assert marking.change.low <= 0 <= marking.change.high


def test_the_order_is_that_of_submission():
    names = named(10)
    seen = seen_by("pq", names)
    backwards = seen.assign(created_at=seen["created_at"].to_numpy()[::-1])
    made = tables(backwards, None, marked(names, p=[1] * 5 + [3] * 5, q=[1] * 10))
    rates = [b.rate for b in found_in(made, names)[0].of("p").marking.blocks]
    assert rates == pytest.approx([30, 10])


def test_times_that_do_not_differ_tell_no_order():
    names = named(4)
    made = tables(visits(*[(a, "p", "submitted") for a in names]), None, marked(names, p=[1] * 4))
    marking = found_in(made, names)[0].of("p").marking
    assert marking.timed is False
    assert [(b.first, b.last) for b in marking.blocks] == [(n, n) for n in range(1, 5)]
    assert all(math.isnan(b.low) and math.isnan(b.others) for b in marking.blocks)
    assert "no interval" in marking.change.reason or "undefined" in marking.change.reason


def run_of(found, name, question="genre"):
    return next(run for run in found.of(name).habits.runs if run.question == question)


def test_a_long_run_that_others_do_not_bear_out_is_named():
    names = named(14)
    own = ["opinion", *["report"] * 12, "opinion"]
    made = tables(seen_by("pq", names), genres(names, p=own, q=["opinion"] * 14))
    found, _ = found_in(made, names)
    run = run_of(found, "p")
    assert (run.answer, run.length, run.answered, run.first) == ("report", 12, 14, 2)
    assert (run.others, run.differ, run.notable) == (12, 12, True)
    assert any("12 times in a row" in says for _, says in talking_points(found, found.of("p")))


@pytest.mark.parametrize(
    ("length", "others"), [(LONG_RUN - 1, "opinion"), (LONG_RUN, "report"), (30, "report")]
)
def test_short_runs_and_runs_that_others_share_are_not_named(length, others):
    names = named(length)
    made = tables(seen_by("pq", names), genres(names, p=["report"] * length, q=[others] * length))
    found, _ = found_in(made, names)
    assert run_of(found, "p").length == length
    assert not run_of(found, "p").notable


def test_a_run_where_nobody_else_answered_is_not_named():
    names = named(20)
    made = tables(seen_by("p", names), genres(names, p=["report"] * 20))
    run = run_of(found_in(made, names)[0], "p")
    assert (run.length, run.others, run.notable) == (20, 0, False)


def test_no_answer_is_an_answer_that_can_be_given_again_and_again():
    names = named(12)
    made = tables(seen_by("pq", names), genres(names, p=["unclear"] * 12, q=["report"] * 12))
    run = run_of(found_in(made, names)[0], "p")
    assert (run.answer, run.length, run.differ, run.notable) == ("unclear", 12, 12, True)


def battery(names, **said):
    """Make answers to the three questions of one kind."""
    rows = [
        (f"{a}/{person}/main/1", a, person, "main", question, "answered", value, "")
        for person, triples in said.items()
        for a, triple in zip(names, triples, strict=True)
        for question, value in zip(("one", "two", "three"), triple, strict=True)
    ]
    return tables(seen_by(sorted(said), names), frame("answers", rows))


def test_one_answer_to_all_questions_is_compared_with_the_others_on_the_same_articles():
    names = named(12)
    alike, apart = ("0", "0", "0"), ("0", "1", "-1")
    made = battery(names, p=[alike] * 12, q=[apart] * 12, r=[alike] * 6 + [apart] * 6)
    found, _ = found_in(made, names, BATTERY)
    (own,) = found.of("p").habits.alike
    assert (own.share, own.others, own.articles) == (1.0, pytest.approx(0.25), 12)
    assert own.apart == pytest.approx(0.75)
    assert own.titles == ("One", "Two", "Three")
    assert own.notable
    assert not found.of("q").habits.alike[0].notable


def test_one_answer_to_all_questions_that_the_others_give_too_is_not_named():
    names = named(12)
    made = battery(names, p=[("unclear",) * 3] * 12, q=[("unclear",) * 3] * 12)
    (own,) = found_in(made, names, BATTERY)[0].of("p").habits.alike
    assert (own.share, own.others, own.notable) == (1.0, 1.0, False)


def test_two_questions_of_one_kind_are_no_set():
    made, texts = random_study(1, 6)
    assert found_in(made, list(texts))[0].people[0].habits.alike == ()


def test_second_readings_are_those_of_the_view(tmp_path):
    study = made_study(tmp_path, ("ada", "ben"))
    first = {a: choose("genre", "report" if n % 2 else "opinion") for n, a in enumerate(ids(study))}
    again = {a: choose("genre", "report") for a in ids(study)[:3]}
    pulled(study, "main", "ada", first, again=again)
    pulled(study, "main", "ben", first)
    study.build_tables()
    articles, schema = study.articles(), study.schema()
    summary = summarise(study.settings(), schema, articles, study.tables())
    found = annotators_of(summary, study.tables(), articles, schema)
    figures = by_self(study.tables(), schema, study.texts())
    assert figures
    assert repr(found.of("ada").second) == repr(tuple(f for f in figures if f.of == "ada"))
    assert [f.of for f in found.pooled] == [f.of for f in figures if f.of not in {"ada", "ben"}]


def test_of_two_the_rest_is_the_other_and_nobody_is_set_apart():
    names = named(20)
    genres_of = {"p": ["report", "opinion"] * 10, "q": ["opinion", "report"] * 10}
    made = tables(seen_by("pq", names), genres(names, **genres_of))
    found, summary = found_in(made, names)
    whole = next(f for f in summary.headlines if f.question == "genre")
    for name in "pq":
        assert found.of(name).on("genre").rest.value == pytest.approx(whole.value)
        assert not [says for _, says in talking_points(found, found.of(name)) if "without" in says]


def test_before_anything_is_submitted_there_is_nobody_to_compare():
    names = named(2)
    made = tables(visits((names[0], "p", "unseen"), (names[1], "p", "draft")))
    found, _ = found_in(made, names, people=("p", "q"))
    assert [person.name for person in found.people] == ["p", "q"]
    assert found.active == ()
    assert all(person.against == () and person.marking is None for person in found.people)
