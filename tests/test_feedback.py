"""Feedback in training: one's own work beside the reference, and nothing before it is submitted."""

import json
import math

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from made_study import TEXTS, choose, ids, made_study, mark, pulled
from small_studies import SCHEMA, TEXT, answers, random_tables, spans, tables, visits
from small_studies import TEXTS as SMALL

from annotate import workflow
from annotate.articles import ARTICLE_COLUMNS
from annotate.cli import main
from annotate.errors import StudyError, UsageError
from annotate.rounds import ADJUDICATION, ANNOTATION, TRAINING, Round
from annotate.tables import Tables, frame
from annotate.training import feedback

TRIAL = Round("trial", TRAINING, ("p",), reference="r")
ROUNDS = (Round("main", ANNOTATION, ("p", "r")), TRIAL)


def rows(texts=SMALL):
    """Give a table of articles."""
    blank = dict.fromkeys(ARTICLE_COLUMNS, "")
    return pd.DataFrame([{**blank, "article_id": a, "text": text} for a, text in texts.items()])


def told(made, rounds=ROUNDS):
    """Give feedback on a small study."""
    return feedback(made, rounds, SCHEMA, rows())


def of_p(own, reference, marked=(), modelled=()):
    """Compare answers, and spans, of p in training with those of r in round "main"."""
    seen = visits(("a", "p", "submitted", "trial"), ("a", "r", "submitted"))
    said = answers(
        *[("a", "p", question, value, "trial") for question, value in own],
        *[("a", "r", question, value) for question, value in reference],
    )
    all_spans = spans(
        *[("a", "p", *each) for each in marked], *[("a", "r", *each) for each in modelled]
    )
    is_own = all_spans["annotator"] == "p"
    all_spans.loc[is_own, "visit_id"] = "a/p/trial/1"
    all_spans.loc[is_own, "round"] = "trial"
    (trainee,) = told(tables(seen, said, all_spans))
    (article,) = trainee.articles
    return trainee, article


@pytest.mark.parametrize(
    ("question", "own", "reference", "outcome", "distance"),
    [
        ("genre", ["report"], ["report"], "same", None),
        ("genre", ["report"], ["opinion"], "different", None),
        ("genre", ["unclear"], ["opinion"], "unanswered", None),
        ("genre", ["report"], ["unclear"], "open", None),
        ("genre", ["report"], [], "open", None),
        ("genre", ["report"], ["strange"], "open", None),
        ("genre", [], ["report"], "unanswered", None),
        ("stance", ["-1"], ["1"], "different", 2),
        ("stance", ["0"], ["1"], "different", 1),
        ("stance", ["not_present"], ["not_present"], "same", None),
        ("stance", ["not_present"], ["1"], "different", None),
        ("voice", ["empty"], ["empty"], "same", None),
        ("voice", ["empty"], ["quote"], "different", None),
        ("frames", ["empty"], ["empty"], "same", None),
        ("frames", ["conflict"], ["empty"], "different", None),
        ("frames", ["morality", "conflict"], ["conflict", "morality"], "same", None),
        ("place", ["not_shown"], ["before"], "not asked", None),
        ("place", ["before"], ["not_shown"], "open", None),
        ("place", ["not_shown"], ["not_shown"], "not asked", None),
        ("slant", ["2"], ["5"], "different", 3),
        ("sources", ["2.5"], ["4"], "different", 1.5),
        ("sources", ["4"], ["4.0"], "same", None),
        ("note", ["mine"], ["theirs"], "not compared", None),
    ],
)
def test_an_answer_is_compared_by_the_rules_of_counting(
    question, own, reference, outcome, distance
):
    trainee, article = of_p(
        [(question, value) for value in own], [(question, value) for value in reference]
    )
    (answer,) = [each for each in article.answers if each.question == question]
    assert answer.outcome == outcome
    assert answer.distance == pytest.approx(math.nan if distance is None else distance, nan_ok=True)
    assert trainee.asked == (outcome in {"same", "different", "unanswered"})
    assert trainee.same == (outcome == "same")
    assert len(article.answers) == len(SCHEMA.document_questions)


def test_steps_and_units_are_told_apart():
    _, article = of_p([("stance", "0"), ("slant", "2")], [("stance", "1"), ("slant", "4")])
    says = {each.question: each.says for each in article.answers}
    assert says["stance"] == "1 step apart"
    assert says["slant"] == "2 apart"
    assert says["genre"] == "the reference leaves this open"


def test_nothing_ticked_is_called_so():
    _, article = of_p([("frames", "empty")], [("frames", "conflict")])
    (frames,) = [each for each in article.answers if each.question == "frames"]
    assert (frames.own, frames.reference) == ("none of these", "conflict")


def test_spans_are_matched_one_to_one():
    trainee, article = of_p(
        [],
        [],
        [("Loaded", 0, 5), ("Cue", 10, 15), ("Loaded", 20, 26), ("Relayed", 30, 32)],
        [("Loaded", 0, 5), ("Loaded", 10, 15), ("Loaded", 22, 25), ("Cue", 35, 39)],
    )
    outcomes = [(span.outcome, span.start) for span in article.spans]
    assert outcomes == [
        ("exact", 0),
        ("other label", 10),
        ("overlapping", 20),
        ("extra", 30),
        ("missed", 35),
    ]
    assert (trainee.found, trainee.other_label, trainee.missed, trainee.extra) == (3, 1, 1, 1)
    assert trainee.f1 == pytest.approx(2 * 3 / 8)
    overlapping, missed = article.spans[2], article.spans[4]
    assert (overlapping.own, overlapping.reference) == (TEXT[20:26], TEXT[22:25])
    assert (missed.own, missed.reference, missed.reference_label) == ("", TEXT[35:39], "Cue")


def test_labels_that_are_not_scored_are_shown_and_not_compared():
    trainee, article = of_p([], [], [("Aside", 0, 5)])
    assert article.spans == ()
    assert math.isnan(trainee.f1)
    assert [m.label for s in article.reading.segments for m in s.marks] == ["Aside"]


def test_a_mark_that_could_not_be_read_is_held_against_nobody():
    seen = visits(("a", "p", "submitted", "trial"), ("a", "r", "submitted"))
    marked = spans(("a", "r", "Loaded", 0, 5))
    for who, round_, whose in (
        ("p", "trial", "Not every mark of yours"),
        ("r", "main", "Not every mark of the ref"),
    ):
        lost = frame("faults", [("a", who, round_, round_, "bad offsets", False, "")])
        (trainee,) = told(tables(seen, None, marked, lost))
        assert trainee.articles[0].spans == ()
        assert trainee.articles[0].unread.startswith(whose)
        assert trainee.missed == 0
        assert math.isnan(trainee.f1)


def test_nothing_of_the_reference_is_told_before_one_has_submitted():
    """Nor for work that was begun, skipped, or done in another round."""
    reference = answers(*[(a, "r", "genre", "opinion") for a in "abcdef"])
    seen = visits(
        ("a", "p", "draft", "trial"),
        ("b", "p", "skipped", "trial"),
        ("c", "p", "unseen", "trial"),
        ("d", "p", "submitted"),
        ("e", "p", "unseen", "trial"),
        ("e", "p", "submitted", "trial", 2),
        ("f", "q", "submitted", "trial"),
        *[(a, "r", "submitted") for a in "abcdef"],
    )
    p, q = told(tables(seen, reference))
    assert (p.annotator, p.articles, p.waiting, p.to_come) == ("p", (), 0, 4)
    assert "opinion" not in json.dumps(p.to_json())
    assert [each.article_id for each in q.articles] == ["f"]


def test_the_latest_of_the_reference_s_visits_holds_whatever_its_round():
    seen = visits(
        ("a", "p", "submitted", "trial"),
        ("a", "r", "submitted"),
        ("a", "r", "submitted", "again"),
        ("a", "r", "submitted", "again", 2),
        again="2026-02-01",
    )
    said = answers(
        ("a", "p", "genre", "opinion", "trial"),
        ("a", "r", "genre", "report"),
        ("a", "r", "genre", "opinion", "again"),
        ("a", "r", "genre", "report", "again", 2),
    )
    (trainee,) = told(tables(seen, said))
    assert (trainee.same, trainee.asked) == (1, 1)


def test_a_reference_that_took_part_is_no_trainee_and_its_training_counts_as_reference():
    seen = visits(("a", "p", "submitted", "trial"), ("a", "r", "submitted", "trial"))
    said = answers(("a", "p", "genre", "report", "trial"), ("a", "r", "genre", "report", "trial"))
    (trainee,) = told(tables(seen, said))
    assert (trainee.annotator, trainee.same, trainee.waiting) == ("p", 1, 0)


def test_what_was_adjudicated_is_the_reference_whoever_did_it():
    rounds = (
        Round("trial", TRAINING, ("p", "z"), reference="adjudicated"),
        Round("main", ANNOTATION, ("p", "z")),
        Round("judged", ADJUDICATION, ("z",), of="main"),
    )
    seen = visits(
        *[("a", who, "submitted", "trial") for who in "pz"],
        ("a", "z", "submitted", "main"),
        ("a", "z", "submitted", "judged"),
        ("b", "p", "submitted", "trial"),
    )
    said = answers(
        ("a", "p", "genre", "report", "trial"),
        ("a", "z", "genre", "report", "trial"),
        ("a", "z", "genre", "report"),
        ("a", "z", "genre", "opinion", "judged"),
    )
    p, z = told(tables(seen, said), rounds)
    assert (p.same, p.asked, p.waiting) == (0, 1, 1)
    assert (z.same, z.asked) == (0, 1)
    assert p.articles[0].reading.annotators == ("p", "adjudicated (reference)")


@settings(max_examples=60, deadline=None)
@given(random_tables())
def test_all_that_is_told_adds_up(made):
    """Every submitted article is told or waits, and every span of one's own is told once."""
    rounds = (Round("again", TRAINING, ("p", "q"), reference="r"),)
    for trainee in feedback(made, rounds, SCHEMA, rows()):
        own = made.visits[
            (made.visits["annotator"] == trainee.annotator) & (made.visits["round"] == "again")
        ]
        done = own[own["status"] == "submitted"]
        assert len(trainee.articles) + trainee.waiting == len(done)
        assert trainee.to_come == len(own) - len(done)
        assert {a.article_id for a in trainee.articles} <= set(done["article_id"])
        assert 0 <= trainee.same <= trainee.asked
        for article in trainee.articles:
            mine = [span for span in article.spans if span.own]
            visit = done[done["article_id"] == article.article_id]["visit_id"].iloc[0]
            marked = made.spans[made.spans["visit_id"] == visit]
            marked = marked[marked["label"] != "Aside"]
            distinct = marked[["start", "end", "label"]].drop_duplicates()
            if not article.unread:
                assert len(mine) == len(distinct)
        json.dumps(trainee.to_json(), allow_nan=False)


@settings(max_examples=30, deadline=None)
@given(random_tables(), st.sampled_from("pq"))
def test_who_says_what_the_reference_says_hears_that_all_is_the_same(made, who):
    """The reference's visits, copied to somebody in training."""
    keys = made.visits[(made.visits["annotator"] == "r") & (made.visits["round"] == "main")]

    def copied(part):
        mine = part[part["visit_id"].isin(keys["visit_id"])]
        changed = {"annotator": who, "round": "trial", "visit_id": "t/" + mine["visit_id"]}
        if "span_id" in part:
            changed["span_id"] = mine["span_id"].where(
                mine["span_id"] == "", "t/" + mine["span_id"]
            )
        return mine.assign(**changed)

    parts = {n: getattr(made, n) for n in ("visits", "answers", "spans")}
    only = {n: part[part["round"] == "main"] for n, part in parts.items()}
    both = {n: pd.concat([only[n], copied(part)], ignore_index=True) for n, part in parts.items()}
    study = Tables(**both, faults=made.faults.iloc[:0])
    course = (Round("trial", TRAINING, (who,), reference="r"),)
    (trainee,) = feedback(study, course, SCHEMA, rows())
    assert trainee.same == trainee.asked
    assert (trainee.missed, trainee.extra, trainee.other_label) == (0, 0, 0)
    assert all(span.outcome == "exact" for each in trainee.articles for span in each.spans)
    assert trainee.f1 == 1 or math.isnan(trainee.f1)


@pytest.fixture
def study(tmp_path):
    """Give a study in which ada trains on cleo's labels of round "main", and ben has begun."""
    made = made_study(tmp_path)
    first, second, third, *_ = ids(made)
    made.save_rounds(
        [
            Round("main", ANNOTATION, ("cleo",)),
            Round("trial", TRAINING, ("ada", "ben"), reference="cleo"),
        ]
    )
    model = mark(TEXTS[0], "reckless", "Loaded", 1, "worse") + mark(
        TEXTS[0], "Reuters", "Relayed", 2
    )
    model += choose("genre", "report") + choose("slant", 4) + choose("note", "the secret")
    pulled(made, "main", "cleo", {first: model, second: choose("genre", "opinion")})
    own = mark(TEXTS[0], "The reckless mayor", "Loaded", 1, "better")
    own += choose("genre", "report") + choose("slant", 2)
    pulled(made, "trial", "ada", {first: own, second: None, third: choose("genre", "report")})
    pulled(made, "trial", "ben", {first: None, second: None, third: None})
    return made


def printed(study, *command, code=0):
    ran = CliRunner().invoke(main, ["feedback", *command, "--study", str(study.root)])
    assert ran.exit_code == code, ran.output
    return ran.output


def test_the_command_tells_each_what_the_reference_says(study):
    text = printed(study)
    assert "ada, round trial, beside cleo" in text
    assert "1 article to look at, 1 article waiting for the reference, 1 article not subm" in text
    assert "2 of 3 questions answered as the reference (0.67)" in text
    assert "Slant · you: 2 · reference: 4 · 2 apart" in text
    assert "you: “The reckless mayor” Loaded, Better · reference: “reckless” Loaded, Worse" in text
    assert "“Reuters” Relayed · only the reference marks this" in text
    assert "overlap F1 against the reference 0.67" in text
    assert "not for print" in " ".join(text.split())
    assert "ben" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_programs_read_the_same(study):
    ada, ben = json.loads(printed(study, "--json"))
    assert (ada["annotator"], ada["questions"], ada["as_reference"]) == ("ada", 3, 2)
    assert (ada["spans_found"], ada["spans_missed"], ada["spans_extra"]) == (1, 1, 0)
    assert [each["article_id"] for each in ada["articles"]] == [ids(study)[0]]
    assert (ben["articles"], ben["not_submitted"]) == ([], 3)
    assert ben["overlap_f1_against_reference"] is None
    assert json.loads(printed(study, "--json", "--annotator", "ben")) == [ben]
    assert "the secret" not in printed(study, "--json", "--annotator", "ben")
    assert json.loads(printed(study, "--json", "--round", "trial")) == [ada, ben]
    assert "Nobody has submitted a training article yet" in printed(study, "--annotator", "ben")


def test_who_or_what_is_not_there_is_named(study):
    assert "is not in training; in training: ada, ben" in printed(
        study, "--annotator", "zoe", code=1
    )
    assert 'Round "main" is no training' in printed(study, "--round", "main", code=1)
    with pytest.raises(StudyError, match='no round "pilot"'):
        workflow.feedback(study, round_="pilot")
    study.save_rounds([Round("main", ANNOTATION, ("cleo",))])
    with pytest.raises(UsageError, match="no round of training"):
        workflow.feedback(study)


def test_training_is_in_no_figure(study):
    assert set(workflow.evidence(study).annotators) == {"cleo"}
