"""Annotators against themselves: what came back is compared, and counts nowhere else."""

import json
import math
from dataclasses import replace
from statistics import median

import krippendorff
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from made_study import TEXTS, choose, ids, made_study, mark, pulled
from small_studies import (
    ARTICLES,
    SCHEMA,
    TEXT,
    _few_answers,
    _few_regions,
    answers,
    random_study,
    random_tables,
    tables,
    visits,
)
from small_studies import TEXTS as SMALL

from annotate.cli import main
from annotate.reliability import confusion, gather, score
from annotate.reliability.triage import triage
from annotate.reliability.views import VIEWS, by_self, view, view_rounds
from annotate.reliability.views.occasions import POOLED
from annotate.tables import Tables, frame
from annotate.workflow import view as view_of_study

SEEDS = range(4)
NAMES = ("visits", "answers", "spans", "faults")


def together(first, second):
    """Put two sets of tables together."""
    pairs = [(getattr(first, name), getattr(second, name)) for name in NAMES]
    return Tables(*(pd.concat(pair, ignore_index=True) for pair in pairs))


def repeats(made, seed, share=0.8):
    """Let people read again what they read, and answer by chance."""
    rng = np.random.default_rng(seed)
    seen, said, marked = [], [], []
    for row in made.visits[made.visits["occasion"] == 1].itertuples():
        if rng.random() > share:
            continue  # most come back, more than in life
        key = (f"{row.article_id}/{row.annotator}/{row.round}/2", *row[2:5])
        status = "submitted" if rng.random() < 0.9 else "draft"
        day = f"2026-02-{rng.integers(1, 28):02d}"
        seen.append((*key, 2, "blind", status, f"again {row.round}", "", day, 9.0, ""))
        if status != "submitted":
            continue
        regions = list(_few_regions(rng, key))
        marked += regions
        for question in SCHEMA.questions:
            for span_id in [r[0] for r in regions] if question.per_region else [""]:
                said += _few_answers(rng, key, question, span_id)
    return tables(frame("visits", seen), frame("answers", said), frame("spans", marked))


def both(seed):
    """Draw a study with repeats."""
    made, texts = random_study(seed, articles=30)
    return together(made, repeats(made, seed)), texts


def found(made, texts=SMALL):
    """Give the figures by person, question, label and measure."""
    return {(f.of, f.question, f.label, f.measure): f for f in by_self(made, SCHEMA, texts)}


def pairs_of(made, question):
    """Collect, by person, what was said of an article the first and the second time: by loops."""
    submitted = made.visits[made.visits["status"] == "submitted"]
    said = {}
    for visit in submitted.itertuples():
        own = made.answers[made.answers["visit_id"] == visit.visit_id]
        own = own[own["question"] == question.name]
        values = set()
        empty = False
        for row in own.itertuples():
            empty = empty or row.state == "empty"
            if row.state == "answered":
                values.add(row.value)
            elif row.state == "empty" and question.empty:
                values.add(question.empty)
        if question.kind == "multiple":
            vote = frozenset(values) if values or empty else None
        elif len(values) != 1 or values & question.missing or values == {question.absent}:
            vote = None
        else:
            (vote,) = values
        said[visit.annotator, visit.article_id, visit.occasion] = vote
    pairs = {}
    for (person, article, occasion), vote in said.items():
        other = said.get((person, article, 2))
        if occasion == 1 and vote is not None and other is not None:
            pairs.setdefault(person, []).append((article, vote, other))
    return pairs


LEVELS = {"genre": "nominal", "stance": "ordinal", "voice": "nominal", "slant": "interval"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LEVELS)
def test_alpha_of_the_two_occasions_is_that_of_the_krippendorff_package(name, seed):
    made, texts = both(seed)
    question, figures = SCHEMA.question(name), found(made, texts)
    by_person = pairs_of(made, question)
    everybody = [pair for pairs in by_person.values() for pair in pairs]
    checked = 0
    for of, pairs in [*by_person.items(), (POOLED, everybody)]:
        figure = figures[of, name, "", f"alpha ({LEVELS[name]})"]
        assert figure.units == len(pairs)
        assert figure.articles == len({article for article, *_ in pairs})
        assert figure.annotators == (len(by_person) if of == POOLED else 1)
        numeric = LEVELS[name] == "interval"
        coded = [
            [float(v) if numeric else question.ranks.index(v) for v in row]
            for row in zip(*((one, other) for _, one, other in pairs), strict=True)
        ]
        if len({value for row in coded for value in row}) < 2 or len(pairs) < 2:
            assert math.isnan(figure.value)
            assert figure.reason.startswith("undefined: ")
            continue
        domain = (
            sorted({v for row in coded for v in row}) if numeric else range(len(question.ranks))
        )
        alpha = krippendorff.alpha(
            np.array(coded, dtype=float),
            level_of_measurement=LEVELS[name],
            value_domain=np.array(domain, dtype=float),
        )
        assert figure.value == pytest.approx(alpha, abs=1e-12)
        same = sum(a == b for a, b in zip(*coded, strict=True)) / len(pairs)
        if not numeric:
            observed = figures[of, name, "", "observed agreement"]
            assert observed.value == pytest.approx(same)
        checked += 1
    assert checked > 2


@pytest.mark.parametrize("seed", SEEDS)
def test_sets_are_compared_by_masi(seed):
    def masi(a, b):
        if a == b:
            return 0.0
        contained = 2 / 3 if a <= b or b <= a else 1 / 3 if a & b else 0.0
        return 1 - contained * len(a & b) / len(a | b)

    made, texts = both(seed)
    pairs = [p for each in pairs_of(made, SCHEMA.question("frames")).values() for p in each]
    votes = [vote for _, *both_ in pairs for vote in both_]
    observed = sum(masi(one, other) for _, one, other in pairs) / len(pairs)
    n = len(votes)
    expected = sum(masi(a, b) for a in votes for b in votes) / (n * (n - 1))
    figure = found(made, texts)[POOLED, "frames", "", "alpha (MASI)"]
    assert figure.value == pytest.approx(1 - observed / expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_spans_of_the_two_occasions_are_compared_character_by_character(seed):
    made, texts = both(seed)
    figures = found(made, texts)
    submitted = made.visits[made.visits["status"] == "submitted"]
    ids_of = submitted.set_index(["annotator", "article_id", "occasion"])["visit_id"].to_dict()
    apart = seen = 0
    for (person, article, occasion), first in ids_of.items():
        second = ids_of.get((person, article, 2))
        if occasion != 1 or second is None:
            continue
        marked = []
        for visit in (first, second):
            own = made.spans[(made.spans["visit_id"] == visit) & (made.spans["group"] == "loaded")]
            marked.append({c for s in own.itertuples() for c in range(s.start, s.end)})
        apart += len(marked[0] ^ marked[1])
        seen += len(texts[article])
    figure = figures[POOLED, "loaded", "", "disagreement (share of the text)"]
    assert figure.value == pytest.approx(apart / seen)
    assert seen > 300


@pytest.mark.parametrize("seed", SEEDS)
def test_span_figures_are_those_of_a_study_whose_two_annotators_are_the_occasions(seed):
    made, texts = both(seed)
    figures = found(made, texts)
    for person in "pqrs":
        own = made.visits[made.visits["annotator"] == person]
        again = set(own[own["occasion"] == 2]["article_id"])
        own = own[own["article_id"].isin(again)]
        as_two = own.assign(annotator=own["occasion"].map({1: "p", 2: "q"}), occasion=1)
        study = Tables(as_two, made.answers, made.spans, made.faults)
        everything_of_two = score(gather(study, SCHEMA, texts))
        scored = {(f.question, f.measure): f for f in everything_of_two if not f.label}
        for question, measure in (
            ("loaded", "|u-alpha"),
            ("source", "|u-alpha"),
            ("direction", "alpha (nominal), on matched spans"),
        ):
            mine, other = figures[person, question, "", measure], scored[question, measure]
            numbers = [(f.value, f.low, f.high, f.units) for f in (mine, other)]
            assert numbers[0] == pytest.approx(numbers[1], abs=1e-7, nan_ok=True)
            assert mine.counts == other.counts


def test_the_units_of_an_article_are_left_out_together():
    """Three people alike are no more evidence of other articles than one of them."""
    votes = ["rr", "oo", "ro", "rr", "oo", "rr", "or", "oo", "rr", "oo", "rr", "ro"]
    names = {"r": "report", "o": "opinion"}
    places = [f"n{number}" for number in range(len(votes))]
    turns = [(a, p, n) for a in places for p in "pqr" for n in (1, 2)]
    seen = visits(*[(a, p, "submitted", "main", n) for a, p, n in turns])
    said = answers(
        *[(a, p, "genre", names[votes[places.index(a)][n - 1]], "main", n) for a, p, n in turns]
    )
    figures = found(tables(seen, said), dict.fromkeys(places, TEXT))
    one, pooled = (figures[of, "genre", "", "alpha (nominal)"] for of in ("p", POOLED))
    alike = figures["q", "genre", "", "alpha (nominal)"]

    assert (pooled.units, pooled.articles, pooled.annotators) == (36, 12, 3)
    assert (one.units, one.articles, one.annotators) == (12, 12, 1)
    assert alike == replace(one, of="q")
    assert pooled.value == pytest.approx(one.value, abs=0.03)
    assert pooled.high - pooled.low == pytest.approx(one.high - one.low, abs=0.05)


def everything(made, texts):
    """Give all that is said of agreement between annotators."""
    evidence = gather(
        made,
        SCHEMA,
        texts,
        outlets={name: "ab"[number % 2] for number, name in enumerate(texts)},
        events={name: "cd"[number % 2] for number, name in enumerate(texts)},
    )
    figures = [*score(evidence), *view_rounds(made, SCHEMA, texts)]
    figures += [figure for by in VIEWS for figure in view(evidence, by)]
    others = [*confusion(evidence), *triage(evidence, 50)]
    return [each.to_json() for each in [*figures, *others]]


@settings(max_examples=20, deadline=None)
@given(random_tables(), st.integers(0, 99))
def test_repeats_move_no_figure_of_agreement_between_annotators(made, seed):
    before = everything(made, SMALL)
    assert everything(together(made, repeats(made, seed)), SMALL) == before


@pytest.mark.parametrize("seed", SEEDS)
def test_nor_do_they_in_a_larger_study_or_in_any_order(seed):
    made, texts = random_study(seed, articles=30)
    before = everything(made, texts)
    assert any(row.get("low") is not None for row in before)
    assert everything(together(repeats(made, seed), made), texts) == before


def test_without_repeats_there_is_nothing_to_show():
    made, texts = random_study(0)
    assert by_self(made, SCHEMA, texts) == []


def read_twice(*days, status="submitted"):
    """Let p read articles twice, so many days apart."""
    articles = ARTICLES[: len(days)]
    turns = [(a, "p", s, "main", n) for a in articles for n, s in ((1, "submitted"), (2, status))]
    seen = visits(*turns)
    first = pd.Timestamp("2026-03-01T10:00:00Z")
    stamps = [first + pd.Timedelta(days=gap) for day in days for gap in (0, day)]
    seen["created_at"] = [stamp.isoformat() for stamp in stamps]
    seen["updated_at"] = "2026-12-31T00:00:00Z"  # corrected later: that is not when it was read
    said = answers(*[(a, p, "genre", "report", r, n) for a, p, _, r, n in turns])
    return tables(seen, said)


def test_the_days_in_between_are_told_by_their_median():
    days = (14, 3, -20, 8.5)
    figure = found(read_twice(*days))["p", "days between", "", "median days"]
    assert figure.value == median(map(abs, days))
    assert (figure.units, figure.articles, figure.annotators) == (4, 4, 1)
    assert figure.reason == ""


@pytest.mark.parametrize(("day", "warned"), [(0.02, True), (0.9, True), (1.5, False)])
def test_a_repeat_on_the_same_day_is_said_to_say_little(day, warned):
    figures = found(read_twice(*[day] * 5))
    alpha = figures["p", "genre", "", "alpha (nominal)"]
    assert ("memory may have helped" in alpha.reason) == warned


def test_too_few_are_undefined_with_their_reason():
    figures = found(read_twice(9, 9, status="unseen"))
    for (of, question, *_), figure in figures.items():
        assert of in {"p", POOLED}
        assert math.isnan(figure.value)
        assert "on both occasions" in figure.reason, question
    alpha = figures["p", "genre", "", "alpha (nominal)"]
    assert (alpha.counts.saw, alpha.counts.unseen) == (2, 2)
    same = found(read_twice(9, 9))["p", "genre", "", "alpha (nominal)"]
    assert "all these votes are the same" in same.reason


def test_a_reading_that_cannot_be_read_is_no_silence():
    """Its fault is told from one of the other occasion by the annotation."""
    made = read_twice(9, 9, 9)
    made.visits["annotation_id"] = [str(n) for n in range(6)]
    lost = frame("faults", [("b", "p", "main", "3", "bad offsets", False, "")])
    figures = found(replace(made, faults=lost))
    marks = figures["p", "loaded", "", "|u-alpha"]
    assert marks.units == 2
    assert (marks.counts.saw, marks.counts.missing) == (6, 1)


def test_a_repeat_belongs_to_its_round():
    """What one did in another round is no second reading."""
    seen = visits(("a", "p", "submitted"), ("a", "p", "submitted", "again", 2))
    said = answers(("a", "p", "genre", "report"), ("a", "p", "genre", "report", "again", 2))
    assert found(tables(seen, said))["p", "genre", "", "alpha (nominal)"].units == 0


@pytest.fixture
def study(tmp_path):
    """Give a study in which ada read six articles twice, and ben three."""
    made = made_study(tmp_path)
    for person, count in (("ada", 6), ("ben", 3)):
        readings = {}, {}
        for occasion, results in enumerate(readings, start=1):
            for number, article in enumerate(ids(made)[:count]):
                genre = "opinion" if number % 2 == 0 and number + occasion != 6 else "report"
                results[article] = choose("genre", genre)
                if number == 0:
                    results[article] += mark(TEXTS[0], "reckless", "Loaded", 1, "worse")
        pulled(made, "main", person, readings[0], again=readings[1])
    return made


def printed(study, *command):
    ran = CliRunner().invoke(main, ["score", *command, "--study", str(study.root)])
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_the_command_prints_it(study):
    rows = json.loads(printed(study, "--by", "self", "--json"))
    named = {(row["of"], row["question"], row["measure"]): row for row in rows}
    genre = named["ada", "genre", "alpha (nominal)"]
    assert (genre["view"], genre["units"], genre["articles"]) == ("self", 6, 6)
    assert genre["value"] == pytest.approx(
        krippendorff.alpha(
            np.array([[1, 0, 1, 0, 1, 0], [1, 0, 1, 0, 0, 0]]), level_of_measurement="nominal"
        )
    )
    assert named["ben", "genre", "alpha (nominal)"]["low"] is None
    assert named[POOLED, "genre", "alpha (nominal)"]["units"] == 9
    assert named[POOLED, "days between", "median days"]["value"] == 14
    assert json.loads(json.dumps([f.to_json() for f in view_of_study(study, "self")])) == rows

    text = printed(study, "--by", "self")
    assert "Days between the two readings" in text
    assert "14.00" in text
    assert "no agreement between annotators" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 120


def test_it_says_so_where_nobody_was_given_anything_twice(tmp_path):
    made = made_study(tmp_path)
    pulled(made, "main", "ada", {ids(made)[0]: choose("genre", "report")})
    assert "nobody was given an article twice" in printed(made, "--by", "self")
    assert json.loads(printed(made, "--by", "self", "--json")) == []


def test_a_table_of_labels_knows_no_occasions(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("coder,unit,label\na,1,x\nb,1,x\n")
    options = ["--annotator", "coder", "--unit", "unit", "--label", "label", "--by", "self"]
    ran = CliRunner().invoke(main, ["score", str(path), *options])
    assert ran.exit_code == 1
    assert "--by self needs a study" in ran.output
