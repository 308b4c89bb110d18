"""The consensus of a study: every vote in the soft labels, decisions marked, ties shown."""

import numpy as np
import pandas as pd
import pytest
from made_study import annotated, ids, made_study

from annotate.consensus.span_tables import column_of, soft_spans_table, spans_table
from annotate.consensus.tables import MODELS, answers_table, every_answer, soft_table
from annotate.reliability.compare import by_annotators
from annotate.workflow import evidence

NO_SPANS = pd.DataFrame(columns=["article_id", "group", "label", "start", "end"])


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Let three people annotate six articles."""
    made = made_study(tmp_path_factory.mktemp("consensus"))
    annotated(made)
    return made


@pytest.fixture(scope="module")
def votes(study):
    """Gather what votes."""
    return evidence(study)


@pytest.fixture(scope="module")
def found(votes):
    """Find the consensus."""
    return every_answer(votes)


def row(table, article, question):
    """Give the one row of an article and a question."""
    (only,) = table[(table["article_id"] == article) & (table["question"] == question)].to_dict(
        "records"
    )
    return only


def test_soft_labels_hold_every_vote(votes, found):
    soft = soft_table(found)
    single = soft[~soft["question"].isin(["frames"])]
    for asked in votes.asked:
        if asked.question.kind != "multiple":
            own = single[single["question"] == asked.question.name]
            assert own["votes"].sum() == len(asked.with_absence.unit)
    shares = single.groupby(["article_id", "question"])["share"].sum()
    assert shares.to_numpy() == pytest.approx(np.ones(len(shares)))
    assert soft[list(MODELS)].isna().all().all()
    assert set(soft["why_no_model"]) >= {"3 annotators have fewer than 20 items"}


def test_most_votes_make_the_answer(study, found):
    table, (first, second, third, *_) = answers_table(found, {}), ids(study)
    # The second text: opinion, report, opinion. The fourth has ratings 2, 3, 5.
    assert row(table, second, "genre")["values"] == ["opinion"]
    assert row(table, second, "genre")["support"] == pytest.approx(2 / 3)
    assert row(table, ids(study)[3], "slant")["values"] == ["3"]
    assert row(table, ids(study)[3], "slant")["rule"] == "median"
    # Ada ticked conflict, ben both, cleo nothing: one of three is not enough for morality.
    assert row(table, first, "frames")["values"] == ["conflict"]
    assert row(table, first, "frames")["votes"] == 3
    # Nobody ticked anything: that is an answer, and they agree.
    nothing = row(table, third, "frames")
    assert (nothing["values"], nothing["status"], nothing["support"]) == ([], "agreed", 1.0)
    # Only who said opinion was asked for the place.
    assert row(table, second, "place")["votes"] == 2


def test_without_a_majority_there_is_a_tie(study, votes):
    table = answers_table(every_answer(by_annotators(votes, ("ada", "ben"))), {})
    tied = row(table, ids(study)[1], "genre")
    assert (tied["values"], tied["status"]) == ([], "tied")
    assert sorted(tied["tied"]) == ["opinion", "report"]


def test_what_was_decided_stands_and_the_votes_stay_beside_it(study, found):
    first, second, *_ = ids(study)
    decided = {(second, "genre"): ("report",), (first, "frames"): ()}
    table = answers_table(found, decided)
    one = row(table, second, "genre")
    assert (one["values"], one["status"], one["voted"]) == (["report"], "adjudicated", ["opinion"])
    emptied = row(table, first, "frames")
    assert (emptied["values"], emptied["voted"]) == ([], ["conflict"])
    alone = answers_table([], decided)
    assert alone["status"].tolist() == ["adjudicated"] * 2
    assert alone["votes"].tolist() == [0, 0]


def test_spans_are_counted_among_all_who_read(study, votes):
    first, second, third, *_ = ids(study)
    text = study.texts()
    soft = soft_spans_table(votes)
    cue = soft[(soft["article_id"] == second) & (soft["label"] == "Cue")]
    assert cue[["marked_by", "readers"]].to_numpy().tolist() == [[2, 3]]
    table = spans_table(votes, {}, NO_SPANS)
    own = table[(table["article_id"] == third) & (table["kind"] == "plain")]
    (span,) = own.to_dict("records")
    assert text[third][span["start"] : span["end"]] == "radical"
    assert (span["support"], span["marked_by"], span["readers"]) == (1.0, 3, 3)
    assert span[column_of("direction")] == "worse"  # two of three
    # "reckless" is Loaded for two of three, Cue for one: a consensus for the former only.
    labels = table[(table["article_id"] == first) & (table["group"] == "loaded")]["label"]
    assert labels.tolist() == ["Loaded"]
    assert (table["kind"] == "plain").all()  # too few articles for the weighted one


def test_an_adjudicators_spans_stand_in_place_of_the_votes(study, votes):
    first, *_ = ids(study)
    decided = {first: {"loaded"}}
    spans = pd.DataFrame(
        [
            {"article_id": first, "group": "loaded", "label": "Cue", "start": 4, "end": 12},
            {"article_id": first, "group": "source", "label": "Relayed", "start": 0, "end": 3},
        ]
    )
    table = spans_table(votes, decided, spans)
    own = table[table["article_id"] == first]
    assert set(own[own["group"] == "loaded"]["status"]) == {"overruled", "adjudicated"}
    # Of a group that was not asked, nothing was decided.
    assert set(own[own["group"] == "source"]["status"]) == {"agreed"}
    (ours,) = own[own["status"] == "adjudicated"].to_dict("records")
    assert (ours["label"], ours["start"], ours["end"]) == ("Cue", 4, 12)
