"""Rounds on a real Label Studio: who gets what, what comes back, and what nobody can tell."""

from collections import Counter

import httpx
import pytest
from desks_on_a_server import (
    CONFIG,
    add_articles,
    annotate_task,
    give_accounts,
    quiet,
    server_tasks,
    span,
    study_on,
)

from annotate import workflow
from annotate.cli.studio import push as push_command
from annotate.resources import resource
from annotate.rounds import MAIN
from annotate.settings import Assigning, Settings, Topic
from annotate.studio.ledger import Ledger
from annotate.workflow.migrating import migration_table
from annotate.workflow.rounds import close_round
from annotate.workflow.starting import RoundPlan, start_round
from annotate.workflow.status import status_of

pytestmark = pytest.mark.studio

PEOPLE = ("ada", "ben", "cyd", "dee")


def projects(study, studio):
    """Give the projects by round, annotator and topic."""
    desks = Ledger(study.ledger_path, studio.url).desks()
    return {(desk.round, desk.annotator, desk.topic): desk.project for desk in desks}


def held(study, studio, round_=MAIN):
    """Give what the server holds, by annotator: what tasks call their articles, in order."""
    return {
        annotator: [task["data"]["article_id"] for task in server_tasks(studio, project)]
        for (name, annotator, _), project in projects(study, studio).items()
        if name == round_
    }


def project_of(studio, number):
    answer = httpx.get(
        f"{studio.url}/api/projects/{number}/",
        headers={"Authorization": f"Token {studio.token}"},
        timeout=60,
    )
    return answer.json()


def answered(value):
    return {
        "from_name": "tone",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": [value]},
        "id": "c1",
    }


def test_desks_are_dealt_evenly_and_nothing_that_lies_there_moves(studio, tmp_path, monkeypatch):
    rules = Assigning(per_article=2, repeats=2)
    study = study_on(studio, tmp_path, monkeypatch, Settings("Dealt", PEOPLE[:3], assignment=rules))
    add_articles(study, tmp_path, 12)
    workflow.push(study, quiet)
    first, ids = held(study, studio), set(study.articles()["article_id"])
    add_articles(study, tmp_path, 20)
    study.add_annotators(["dee"])
    give_accounts(study, studio)
    workflow.push(study, quiet)
    later, ids_later = held(study, studio), set(study.articles()["article_id"])

    firsts = Counter(key for keys in first.values() for key in keys if key in ids)
    assert set(firsts.values()) == {2}
    assert {len(keys) for keys in first.values()} == {8 + 2}
    for annotator, keys in first.items():
        assert later[annotator][: len(keys)] == keys
    laters = Counter(key for keys in later.values() for key in keys if key in ids_later)
    assert len(laters) == 20
    assert set(laters.values()) == {2}
    # An article that comes again is called something else, and not all come at once.
    assert all(len([key for key in keys if key not in ids_later]) == 2 for keys in later.values())
    assert len(later["dee"]) > 2


def test_a_hidden_repeat_tells_itself_by_nothing_and_is_no_second_vote(
    studio, tmp_path, monkeypatch
):
    rules = Assigning(repeats=1)
    study = study_on(
        studio, tmp_path, monkeypatch, Settings("Again", ("ada", "ben"), assignment=rules)
    )
    add_articles(study, tmp_path, 3)
    workflow.push(study, quiet)
    known = set(study.articles()["article_id"])
    for annotator in ("ada", "ben"):
        for task in server_tasks(studio, projects(study, studio)[MAIN, annotator, ""]):
            again = task["data"]["article_id"] not in known
            value = "no" if again else "yes"
            annotate_task(study, studio, annotator, task["id"], [answered(value)])
    tasks = server_tasks(studio, projects(study, studio)[MAIN, "ada", ""])
    workflow.pull(study)
    visits, answers = study.tables().visits, study.tables().answers
    (repeat,) = [task for task in tasks if task["data"]["article_id"] not in known]
    (original,) = [
        task
        for task in tasks
        if task["data"]["text"] == repeat["data"]["text"] and task is not repeat
    ]

    differing = {key for key in repeat["data"] if repeat["data"][key] != original["data"][key]}
    assert differing == {"article_id", "text_sha256"}
    assert all(len(repeat["data"][name]) == len(original["data"][name]) for name in differing)
    same = {"data", "id", "inner_id", "annotations", "created_at", "updated_at", "unique_lock_id"}
    assert {k: v for k, v in repeat.items() if k not in same and not _stamp(k)} == {
        k: v for k, v in original.items() if k not in same and not _stamp(k)
    }
    assert Counter(visits["occasion"]) == {1: 6, 2: 2}
    assert set(visits["article_id"]) == known
    second = visits[visits["occasion"] == 2]["visit_id"]
    assert set(answers[answers["visit_id"].isin(second)]["value"]) == {"no"}
    (asked,) = workflow.evidence(study).asked
    assert len(asked.ratings.value) == 6
    assert {asked.ratings.values[code] for code in asked.ratings.value} == {"yes"}
    assert [share.assigned for share in status_of(study).shares] == [4, 4]


def _stamp(name):
    """Tell whether a field of a task differs between any two tasks that were worked on."""
    return name.endswith(("_at", "_results", "_ids")) or "annotation" in name


def test_a_shared_project_gives_back_everybody_s_own_work(studio, tmp_path, monkeypatch):
    rules = Assigning("shared", per_article=2)
    settings = Settings("Shared", PEOPLE[:3], assignment=rules)
    study = study_on(studio, tmp_path, monkeypatch, settings)
    add_articles(study, tmp_path, 3)
    (pushed,) = workflow.push(study, quiet)
    (project,) = projects(study, studio).values()
    tasks = server_tasks(studio, project)
    annotate_task(study, studio, "ada", tasks[0]["id"], [span(0, 7)], lead_time=60)
    annotate_task(study, studio, "ben", tasks[0]["id"], [], lead_time=60)
    annotate_task(study, studio, "ada", tasks[1]["id"], [], was_cancelled=True)
    httpx.post(
        f"{studio.url}/api/tasks/{tasks[2]['id']}/annotations/",
        json={"result": [span(0, 3)]},
        headers={"Authorization": f"Token {studio.token}"},
        timeout=60,
    ).raise_for_status()
    workflow.pull(study)
    study_tables, found = study.tables(), status_of(study)
    visits = study_tables.visits[study_tables.visits["status"] != "unassigned"]
    again = workflow.push(study, quiet)

    assert (pushed.annotator, pushed.sent) == ("", 3)
    assert {task["overlap"] for task in tasks} == {2}
    assert sorted(zip(visits["annotator"], visits["status"], strict=True)) == [
        ("ada", "skipped"),
        ("ada", "submitted"),
        ("ben", "submitted"),
    ]
    assert set(visits["arm"]) == {"unknown"}
    assert list(study_tables.spans["annotator"]) == ["ada"]
    assert "is no annotator of this study" in study_tables.faults["detail"].iloc[0]
    assert (found.strangers, [share.owed for share in found.shares]) == (1, [(), (), ()])
    (pool,) = found.pools
    assert (pool.articles, pool.lacking, pool.visits) == (3, 2, 4)
    assert pool.hours == pytest.approx(4 * 60 / 3600)
    assert [(desk.sent, desk.changes) for desk in again] == [(0, [])]


def test_a_shared_project_says_what_it_gives_up_and_follows_its_rules(
    studio, tmp_path, monkeypatch
):
    from click.testing import CliRunner

    settings = Settings("Open", ("ada", "ben"), assignment=Assigning("shared"))
    study = study_on(studio, tmp_path, monkeypatch, settings)
    add_articles(study, tmp_path, 1)
    told = CliRunner().invoke(push_command, ["--study", str(study.root)])
    study.add_annotators(["cyd"])
    (desk,) = workflow.push(study, quiet)
    (project,) = projects(study, studio).values()

    assert told.exit_code == 0, told.output
    assert "everybody: 1 sent" in told.stdout
    for said in ("hands the articles out", "nobody is assigned", "each other's work"):
        assert said in told.stderr
    assert desk.changes == ["maximum_annotations"]
    assert server_tasks(studio, project)[0]["overlap"] == 3


def test_a_pilot_then_the_rest_with_labels_renamed(studio, tmp_path, monkeypatch):
    """Each round keeps its desks, its scheme and its codebook; the tables speak today's words."""
    settings = Settings("Rounds", ("ada", "ben"))
    book = b"# Book\n\n## In short\n\nMark *loaded* words."
    study = study_on(studio, tmp_path, monkeypatch, settings, codebook=book)
    add_articles(study, tmp_path, 6)
    start_round(study, RoundPlan("pilot", number=2))
    workflow.push(study, quiet)
    for task in server_tasks(studio, projects(study, studio)["pilot", "ada", ""]):
        annotate_task(study, studio, "ada", task["id"], [span(0, 7), answered("yes")])
    workflow.pull(study)
    study.replace_config(CONFIG.replace(b'value="Loaded"', b'value="Wording"'))
    study.codebook_path.write_bytes(b"# Book\n\n## In short\n\nMark *all* words.")
    table = tmp_path / "table.csv"
    table.write_text(migration_table(study).replace("?,?", "span,Wording"), encoding="utf-8")
    start_round(study, RoundPlan("main", migration=table))
    pushed = {(desk.round, desk.annotator): desk for desk in workflow.push(study, quiet)}
    now = projects(study, studio)
    (task, *_) = server_tasks(studio, now["main", "ada", ""])
    wording = span(0, 7)
    wording["value"]["labels"] = ["Wording"]
    annotate_task(study, studio, "ada", task["id"], [wording])
    outcome = workflow.pull(study)
    spans = study.tables().spans
    close_round(study, "pilot")
    left = workflow.push(study, quiet)

    assert [(desk.sent, desk.there) for desk in pushed.values()] == [(0, 2), (0, 2), (4, 0), (4, 0)]
    assert pushed["pilot", "ada"].changes == []
    old, new = (project_of(studio, now[name, "ada", ""]) for name in ("pilot", "main"))
    assert ("Loaded" in old["label_config"], "Wording" in new["label_config"]) == (True, True)
    assert "<em>loaded</em>" in old["expert_instruction"]
    assert "<em>all</em>" in new["expert_instruction"]
    assert (outcome.submitted, list(spans["label"])) == (3, ["Wording"] * 3)
    assert list(spans["round"]) == ["pilot", "pilot", "main"]
    assert study.tables().faults.empty
    assert {desk.round for desk in left} == {"main"}
    pilot, rest = study.rounds()
    assert study.kept_scheme(pilot.schemes[""]) == CONFIG
    assert study.kept_codebook(pilot.codebook).read_bytes() == book
    assert pilot.schemes != rest.schemes


def test_the_desk_of_a_topic_asks_of_its_targets_only(studio, tmp_path, monkeypatch):
    scheme = resource("label_config.xml").read_bytes()
    settings = Settings("Topics", ("ada",), topics=(Topic("vote", ("Ukraine",)),))
    study = study_on(studio, tmp_path, monkeypatch, settings, config=scheme)
    add_articles(study, tmp_path, 2, event="vote")
    add_articles(study, tmp_path, 3)
    workflow.push(study, quiet)
    now = projects(study, studio)
    stance = {
        "from_name": "stance_ukraine",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": ["1"]},
        "id": "s",
    }
    for project in now.values():
        for task in server_tasks(studio, project):
            annotate_task(study, studio, "ada", task["id"], [stance])
    workflow.pull(study)
    workflow.edit(study, study.articles()["article_id"].iloc[0], {"event": "other"})
    again = workflow.push(study, quiet)
    answers = study.tables().answers.merge(study.articles()[["article_id", "event"]])
    state = answers.groupby(["event", "question"])["state"].agg(set).to_dict()
    config = project_of(studio, now[MAIN, "ada", "vote"])["label_config"]

    assert set(now) == {(MAIN, "ada", "vote"), (MAIN, "ada", "")}
    assert ("stance_ukraine" in config, "stance_russia" in config) == (True, False)
    assert ("ukraine:favourable" in config, "russia:favourable" in config) == (True, False)
    assert state["vote", "stance_ukraine"] == {"answered"}
    assert state["vote", "stance_russia"] == {"not_shown"}
    assert state["", "stance_russia"] == {"empty"}
    assert study.tables().faults.empty
    # What lies on a desk stays there, whatever its article is about now.
    assert [(desk.sent, desk.there) for desk in again] == [(0, 2), (0, 1)]


def test_the_status_of_desks_is_what_was_done_there(studio, tmp_path, monkeypatch):
    study = study_on(studio, tmp_path, monkeypatch, Settings("Far", ("ada", "ben")))
    add_articles(study, tmp_path, 4)
    workflow.push(study, quiet)
    tasks = server_tasks(studio, projects(study, studio)[MAIN, "ada", ""])
    annotate_task(study, studio, "ada", tasks[0]["id"], [], lead_time=30)
    annotate_task(study, studio, "ada", tasks[1]["id"], [], was_cancelled=True)
    annotate_task(study, studio, "ben", tasks[2]["id"], [])
    workflow.pull(study)
    add_articles(study, tmp_path, 5)
    ada, ben = status_of(study).shares

    assert (ada.assigned, ada.not_sent, ada.submitted, ada.skipped) == (5, 1, 1, 1)
    assert (ada.unseen, len(ada.owed), ada.hours) == (2, 3, pytest.approx(3 * 30 / 3600))
    assert (ben.submitted, ben.set_aside, len(ben.owed)) == (0, 1, 5)
    assert ben.hours == pytest.approx(5 * 30 / 3600)
