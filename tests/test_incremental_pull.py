"""A pull of what has changed ends where a pull of everything does."""

import os
import random
from datetime import timedelta

import httpx
import pandas as pd
import pytest
from test_push_pull import (
    add_articles,
    annotate_task,
    desks,
    quiet,
    server_tasks,
    span,
    study,  # noqa: F401 - a fixture
)

from annotate import workflow
from annotate.errors import StudioError
from annotate.snapshots import latest
from annotate.studio import pull as pull_module
from annotate.studio.accounts import read_people, write_people
from annotate.studio.people import claim_email

pytestmark = pytest.mark.studio

ARTICLES = 12


@pytest.fixture(autouse=True)
def _no_overlap(monkeypatch):
    """Look back to the last change only: in a test everything is younger than two minutes."""
    monkeypatch.setattr(pull_module, "_OVERLAP", timedelta(0))


@pytest.fixture
def exports(monkeypatch):
    """Note what is exported: how many tasks, or all."""
    seen = []
    whole = pull_module._export

    def export(connection, project, numbers=()):
        seen.append(len(numbers) or "all")
        return whole(connection, project, numbers)

    monkeypatch.setattr(pull_module, "_export", export)
    return seen


@pytest.fixture
def pushed(study, studio, tmp_path):  # noqa: F811
    """Give a study whose desks hold twelve articles each, and what changes the server."""
    add_articles(study, tmp_path, ARTICLES)
    workflow.push(study, quiet)
    workflow.pull(study)
    return Campaign(study, studio)


class Campaign:
    """What annotators do, through the API."""

    def __init__(self, made, studio):
        self.study, self.studio = made, studio
        self.tasks = {
            name: [task["id"] for task in server_tasks(studio, desk.project)]
            for name, desk in desks(made, studio).items()
        }

    def call(self, method, path, who="ada", **more):
        """Ask the server something as somebody."""
        token = read_people(self.study.people_path)[who].token
        answer = httpx.request(
            method,
            f"{self.studio.url}{path}",
            headers={"Authorization": f"Token {token}"},
            timeout=60,
            **more,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def submit(self, place, result, who="ada", **more):
        """Submit an annotation."""
        task = self.tasks[who][place]
        return annotate_task(self.study, self.studio, who, task, result, **more)

    def draft(self, place, result, who="ada"):
        """Leave a draft."""
        path = f"/api/tasks/{self.tasks[who][place]}/drafts"
        return self.call("POST", path, who, json={"result": result, "lead_time": 2})["id"]

    def bulk(self, action, places, who="ada"):
        """Do what the Data Manager does to ticked rows."""
        project = desks(self.study, self.studio)[who].project
        chosen = {"all": False, "included": [self.tasks[who][place] for place in places]}
        path = f"/api/dm/actions?id={action}&project={project}"
        self.call("POST", path, who, json={"selectedItems": chosen})


def same_as_everything(study):  # noqa: F811
    """Prove that pulling everything would change nothing, in tables and in what is known."""
    before, known = study.tables(), latest(study.snapshots)
    workflow.pull(study, full=True)
    after = study.tables()
    for name in ("visits", "answers", "spans", "faults"):
        pd.testing.assert_frame_equal(getattr(before, name), getattr(after, name))
    full = latest(study.snapshots)
    assert {s: snapshot.tasks for s, snapshot in known.items()} == {
        s: snapshot.tasks for s, snapshot in full.items()
    }


def test_only_what_has_changed_is_fetched(pushed, exports):
    pushed.submit(0, [span(0, 7)])
    first = workflow.pull(pushed.study)
    pushed.submit(1, [span(0, 3)])
    second = workflow.pull(pushed.study)
    third = workflow.pull(pushed.study)

    assert (first.submitted, second.submitted, third.submitted) == (1, 2, 2)
    assert "all" not in exports
    assert max(exports) <= 2
    assert not third.changed
    same_as_everything(pushed.study)


def test_edits_skips_and_deletions_arrive(pushed):
    kept, edited, gone = (pushed.submit(place, [span(0, 7)]) for place in range(3))
    workflow.pull(pushed.study)
    pushed.call("PATCH", f"/api/annotations/{edited}/", json={"result": [span(0, 3)]})
    pushed.call("DELETE", f"/api/annotations/{gone}/")
    pushed.submit(3, [], was_cancelled=True)
    outcome = workflow.pull(pushed.study)

    assert (outcome.submitted, outcome.skipped, outcome.gone) == (2, 1, 1)
    assert sorted(pushed.study.tables().spans["text"]) == ["Art", "Article"]
    assert str(kept) in set(pushed.study.tables().visits["annotation_id"])
    same_as_everything(pushed.study)


def test_drafts_come_and_go_though_they_move_no_time_stamp(pushed):
    draft = pushed.draft(0, [span(0, 7)])
    assert workflow.pull(pushed.study).drafts == 1
    pushed.call("PATCH", f"/api/drafts/{draft}/", json={"result": []})
    workflow.pull(pushed.study)
    same_as_everything(pushed.study)
    pushed.call("DELETE", f"/api/drafts/{draft}/")
    assert workflow.pull(pushed.study).drafts == 0
    same_as_everything(pushed.study)


def test_a_deletion_and_an_addition_do_not_hide_each_other(pushed):
    """The counts are the same before and after."""
    pushed.submit(0, [span(0, 7)])
    workflow.pull(pushed.study)
    pushed.bulk("delete_tasks_annotations", [0])
    pushed.submit(1, [span(0, 3)])
    outcome = workflow.pull(pushed.study)

    assert (outcome.submitted, outcome.gone) == (1, 1)
    assert list(pushed.study.tables().spans["text"]) == ["Art"]
    same_as_everything(pushed.study)


@pytest.mark.parametrize("place", [0, ARTICLES - 1])
def test_a_task_deleted_while_another_is_added_is_found(pushed, exports, place):
    """SQLite gives the number of the newest task, once deleted, to the next one."""
    pushed.submit(place, [span(0, 7)])
    workflow.pull(pushed.study)
    project = desks(pushed.study, pushed.studio)["ada"].project
    pushed.bulk("delete_tasks", [place])
    stranger = {"data": {"text": "A stranger's text."}}
    pushed.call("POST", f"/api/projects/{project}/import", json=[stranger])
    outcome = workflow.pull(pushed.study)

    assert (outcome.submitted, outcome.gone) == (0, 1)
    assert len(pushed.study.tables().visits) == 2 * ARTICLES - 1
    same_as_everything(pushed.study)
    if place == 0:
        assert "all" in exports


def test_work_on_a_task_that_is_not_ours_is_listed(pushed):
    project = desks(pushed.study, pushed.studio)["ada"].project
    stranger = [{"data": {"text": "A stranger's text."}}]
    made = pushed.call(
        "POST", f"/api/projects/{project}/import?return_task_ids=true", json=stranger
    )
    annotate_task(pushed.study, pushed.studio, "ada", made["task_ids"][0], [span(0, 1)])
    outcome = workflow.pull(pushed.study)

    assert (outcome.submitted, outcome.set_aside) == (0, 1)
    assert "no such article" in pushed.study.tables().faults["detail"].iloc[0]


def test_work_of_somebody_who_is_named_later_counts_from_then_on(pushed):
    """Nothing on the server has changed since, but who is who has."""
    people = read_people(pushed.study.people_path)
    write_people(pushed.study.people_path, {"ben": people["ben"]})
    pushed.study.people_path.chmod(0o600)
    annotate_as(pushed, people["ada"], [span(0, 7)])
    before = workflow.pull(pushed.study)
    claim_email(pushed.study.people_path, "ada", people["ada"].email)
    after = workflow.pull(pushed.study)

    assert (before.submitted, before.set_aside) == (0, 1)
    assert (after.submitted, after.set_aside) == (1, 0)
    same_as_everything(pushed.study)


def annotate_as(pushed, person, result):
    """Submit with an account that the study does not know."""
    httpx.post(
        f"{pushed.studio.url}/api/tasks/{pushed.tasks['ada'][0]}/annotations/",
        json={"result": result},
        headers={"Authorization": f"Token {person.token}"},
        timeout=60,
    ).raise_for_status()


def test_a_desk_that_is_gone_is_said_and_the_rest_is_pulled(pushed):
    pushed.submit(0, [span(0, 7)])
    workflow.pull(pushed.study)
    pushed.submit(1, [span(0, 3)], "ben")
    project = desks(pushed.study, pushed.studio)["ada"].project
    pushed.call("DELETE", f"/api/projects/{project}/")

    with pytest.raises(StudioError, match="ada"):
        workflow.pull(pushed.study)
    submitted = pushed.study.tables().visits.query("status == 'submitted'")
    assert sorted(submitted["annotator"]) == ["ada", "ben"]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_annotators_do_in_whatever_order_arrives(pushed, seed):
    rng = random.Random(seed)
    drafts, submitted = [], []
    for step in range(30):
        who, place = rng.choice(["ada", "ben"]), rng.randrange(ARTICLES)
        act = rng.choice(["submit", "submit", "edit", "delete", "draft", "undraft", "bulk", "pull"])
        if act == "submit":
            more = {"was_cancelled": rng.random() < 0.2}
            submitted.append((pushed.submit(place, [span(0, 1 + step % 7)], who, **more), who))
        elif act == "edit" and submitted:
            number, who = rng.choice(submitted)
            editor = rng.choice([who, who, "ben"])
            result = {"result": [span(2, 3 + step % 7)]}
            pushed.call("PATCH", f"/api/annotations/{number}/", editor, json=result)
        elif act == "delete" and submitted:
            number, who = submitted.pop(rng.randrange(len(submitted)))
            pushed.call("DELETE", f"/api/annotations/{number}/", who)
        elif act == "draft":
            drafts.append((pushed.draft(place, [span(0, 2)], who), who))
        elif act == "undraft" and drafts:
            number, who = drafts.pop(rng.randrange(len(drafts)))
            pushed.call("DELETE", f"/api/drafts/{number}/", who)
        elif act == "bulk" and step % 3 == 0:
            pushed.bulk("delete_tasks_annotations", [place], who)
            submitted, drafts = [], []
            break
        elif act == "pull":
            workflow.pull(pushed.study)
    workflow.pull(pushed.study)
    same_as_everything(pushed.study)


def test_copies_of_exports_that_the_study_s_own_server_keeps_do_not_pile_up(pushed):
    """Label Studio keeps one of every export, whole texts and people's addresses included."""
    kept = pushed.study.private / "label-studio" / "export"
    kept.mkdir(parents=True)
    old, fresh = kept / "project-1-at-old.json", kept / "project-1-at-fresh.json"
    for path in (old, fresh):
        path.write_text("[]")
    os.utime(old, (1, 1))
    workflow.pull(pushed.study)

    assert [path.name for path in kept.iterdir()] == [fresh.name]
