"""Status: counts that can be checked by hand, and what is left at each one's pace."""

import json

import pandas as pd
import pytest
from small_studies import tables, visits

from annotate.rounds import Round
from annotate.settings import Assigning
from annotate.study.campaign import ASSIGNMENT
from annotate.tables import frame
from annotate.workflow.status import status

DESKS = Round("main", annotators=("p", "q"))
SHARED = Round("main", annotators=("p", "q", "r"), assigning=Assigning("shared", per_article=2))


def assignment(*rows):
    """Make an assignment of (article, annotator[, occasion[, round]])."""
    full = [(("main", *row, 1)[:4] if len(row) < 4 else (row[3], *row[:3])) for row in rows]
    return pd.DataFrame(full, columns=list(ASSIGNMENT)).astype(ASSIGNMENT)


def timed(seen, *seconds):
    return seen.assign(seconds=[float(each) for each in seconds])


def everything(rows):
    return [tuple(row) for row in rows.itertuples(index=False)]


def test_every_place_is_counted_once():
    rows = assignment(*[(a, "p") for a in "abcdef"], ("a", "p", 2), ("a", "q"), ("b", "q"))
    seen = visits(
        ("a", "p", "submitted"),
        ("b", "p", "skipped"),
        ("c", "p", "draft"),
        ("d", "p", "unseen"),
        ("a", "q", "submitted"),
    )
    sent = everything(rows[rows["article_id"] != "f"])
    found = status(tables(timed(seen, 60, 1, 5, 0, 30)), rows, [DESKS], sent, "abcdefgh")
    p, q = found.shares

    assert (p.assigned, p.not_sent, p.submitted, p.skipped, p.draft, p.unseen) == (7, 1, 1, 1, 1, 3)
    assert sorted(p.owed) == ["a", "c", "d", "e", "f"]
    assert (q.assigned, q.not_sent, q.submitted, q.unseen) == (2, 0, 1, 1)
    assert (p.seconds, q.seconds) == (60, 30)
    assert p.hours == pytest.approx(5 * 60 / 3600)
    assert found.hours == pytest.approx((5 * 60 + 1 * 30) / 3600)
    assert found.in_no_round == 2
    for share in found.shares:
        parts = share.not_sent + share.submitted + share.skipped + share.draft + share.unseen
        assert share.assigned == parts


def test_a_visit_that_was_left_open_is_cut():
    """Ten times the person's own median is work; more is a lunch."""
    rows = assignment(*[(a, "p") for a in "abcdef"])
    seen = timed(visits(*[(a, "p", "submitted") for a in "abcd"]), 10, 20, 30, 251)
    kept = timed(visits(*[(a, "p", "submitted") for a in "abcd"]), 10, 20, 30, 250)

    assert status(tables(seen), rows, [DESKS], [], "abcdef").shares[0].seconds == 20
    assert status(tables(kept), rows, [DESKS], [], "abcdef").shares[0].seconds == 25


def test_who_has_submitted_nothing_is_estimated_by_the_others():
    rows = assignment(*[(a, p) for a in "abc" for p in "pq"])
    seen = timed(visits(("a", "p", "submitted"), ("b", "p", "submitted")), 100, 200)
    p, q = status(tables(seen), rows, [DESKS], [], "abc").shares

    assert (q.seconds, q.hours) == (None, pytest.approx(3 * 150 / 3600))
    assert p.hours == pytest.approx(150 / 3600)


def test_who_has_another_pace_in_another_round_is_estimated_by_this_one():
    rounds = [DESKS, Round("pilot", annotators=("p",)), Round("third", annotators=("p",))]
    rows = assignment(("a", "p"), ("b", "p"), ("c", "p", 1, "pilot"), ("d", "p", 1, "third"))
    seen = timed(visits(("a", "p", "submitted"), ("c", "p", "submitted", "pilot")), 100, 300)
    shares = status(tables(seen), rows, rounds, [], "abcd").shares
    of = {(share.round, share.annotator): share for share in shares}

    assert of["main", "p"].hours == pytest.approx(100 / 3600)
    assert of["third", "p"].hours == pytest.approx(200 / 3600)


def test_before_anything_is_submitted_there_is_no_estimate():
    found = status(tables(visits()), assignment(("a", "p")), [DESKS], [], "a")

    assert (found.shares[0].hours, found.hours, found.seconds) == (None, None, None)
    assert found.shares[1].hours == 0


def test_of_a_closed_round_nothing_is_owed():
    closed = Round("main", annotators=("p", "q"), closed="2026-01-01T00:00:00Z")
    found = status(tables(visits()), assignment(("a", "p")), [closed], [], "a")

    assert (found.shares[0].owed, found.hours) == ((), 0)
    assert found.shares[0].assigned == 1


def test_of_a_shared_project_nobody_in_particular_owes_anything():
    """Two of three are to submit each of four articles; who skipped one is not asked again."""
    rows = assignment(*[(a, "") for a in "abcd"])
    seen = visits(
        *[("a", "p", "submitted"), ("a", "q", "submitted"), ("b", "p", "submitted")],
        *[("c", "p", "skipped"), ("c", "q", "skipped"), ("d", "r", "unassigned")],
        *[("d", "q", "draft")],
    )
    found = status(tables(timed(seen, 60, 60, 60, 1, 1, 0, 0)), rows, [SHARED], [], "abcd")
    (pool,) = found.pools

    assert (pool.articles, pool.wanted, pool.lacking, pool.visits) == (4, 2, 3, 1 + 1 + 2)
    assert pool.hours == found.hours == pytest.approx(4 * 60 / 3600)
    assert [(s.annotator, s.assigned, s.submitted, s.skipped, s.draft) for s in found.shares] == [
        ("p", 0, 2, 1, 0),
        ("q", 0, 1, 1, 1),
        ("r", 0, 0, 0, 0),
    ]
    assert not any(share.owed for share in found.shares)


def test_work_set_aside_is_counted_by_whose_it_is():
    aside = [
        ("a", "p", "main", "1", "set aside", False, "why"),
        ("a", "p", "main", "2", "trimmed", True, "why"),
        ("a", "p", "again", "3", "set aside", False, "why"),
        ("a", "stranger", "main", "4", "set aside", False, "why"),
        ("a", "stranger", "elsewhere", "5", "set aside", False, "why"),
    ]
    rows = assignment(("a", "p"), ("b", "q"), ("a", "p", 1, "again"))
    rounds = [DESKS, Round("again", annotators=("p",))]
    found = status(tables(visits(), faults=frame("faults", aside)), rows, rounds, [], "ab")

    assert [share.set_aside for share in found.shares] == [1, 0, 1]
    assert found.strangers == 1


def test_the_command_tells_people_and_programs_the_same(tmp_path):
    from test_rounds import ids, make_study, run, submit

    study = make_study(tmp_path, articles=4)
    submit(study, "ada", ids(study)[:3])
    told = run("status", "--study", study.root).stdout
    found = json.loads(run("status", "--json", "--study", study.root).stdout)
    ada = found["shares"][0]

    assert (ada["submitted"], ada["seconds"], ada["owed"]) == (3, 60, [ids(study)[3]])
    assert found["hours"] == pytest.approx(9 * 60 / 3600)
    assert "ada owes 1 visit of main: 1 not sent yet, 0 not begun, 0 in draft" in told
    assert "9 visits to go, about 0.1 hours of work" in told


def test_work_that_another_hand_was_in_is_no_draft_to_finish(tmp_path):
    """Its author is told to save it again, and not to finish what they never began."""
    from test_rounds import ids, make_study, run, submit

    study = make_study(tmp_path, articles=4, people=("ada", "ben"))
    one, two, three, _ = ids(study)
    submit(study, "ada", [one, two], editor="ben", drafts=[two, three])
    told = run("status", "--study", study.root).stdout
    ada = json.loads(run("status", "--json", "--study", study.root).stdout)["shares"][0]
    visits_of_ada = study.tables().visits.set_index("article_id")["status"]

    assert set(visits_of_ada[[one, two, three]]) == {"draft"}
    assert (ada["draft"], ada["kept_apart"], ada["set_aside"], len(ada["owed"])) == (2, 1, 2, 4)
    parts = ("not_sent", "unseen", "draft", "kept_apart", "submitted", "skipped")
    assert sum(ada[part] for part in parts) == ada["assigned"] == 4
    assert "1 not sent yet, 0 not begun, 2 in draft, 1 kept apart" in told
    assert "1 visit of ada in main kept apart: to be saved again by ada" in told
    assert "in draft  kept apart  submitted" in told


def test_of_a_study_without_annotators_there_is_nothing_to_say(tmp_path):
    from test_rounds import make_study, run

    study = make_study(tmp_path, people=())

    assert "Nothing is owed." in run("status", "--study", study.root).stdout
