"""Desks on a real Label Studio: nothing lost, nothing doubled, nothing told that is hidden."""

import json

import httpx
import pytest
from desks_on_a_server import (
    CONFIG,
    add_articles,
    annotate_task,
    desks,
    quiet,
    server_tasks,
    span,
    store,
    study_on,
)

from annotate import workflow
from annotate.articles import Metadata
from annotate.dataset.plan import Choices
from annotate.errors import SnapshotError, StudioError, Unreachable
from annotate.studio import push as push_module
from annotate.studio.accounts import read_people
from annotate.studio.ledger import Ledger

pytestmark = pytest.mark.studio


@pytest.fixture
def study(studio, tmp_path, monkeypatch):
    """Give a study of two annotators that works with the shared server."""
    return study_on(studio, tmp_path, monkeypatch)


def test_a_second_push_sends_nothing(study, studio, tmp_path):
    add_articles(study, tmp_path, 3)

    first = workflow.push(study, quiet)
    second = workflow.push(study, quiet)

    assert [(desk.sent, desk.there) for desk in first] == [(3, 0), (3, 0)]
    assert [(desk.sent, desk.there) for desk in second] == [(0, 3), (0, 3)]
    for desk in desks(study, studio).values():
        assert len(server_tasks(studio, desk.project)) == 3


def test_articles_that_come_later_are_sent_later(study, studio, tmp_path):
    add_articles(study, tmp_path, 2)
    workflow.push(study, quiet)
    add_articles(study, tmp_path, 5)

    assert [(desk.sent, desk.there) for desk in workflow.push(study, quiet)] == [(3, 2)] * 2


def test_a_push_killed_half_way_goes_on_where_it_stopped(study, studio, tmp_path, monkeypatch):
    monkeypatch.setattr(push_module, "_BATCH_TASKS", 4)
    add_articles(study, tmp_path, 10)

    def die(_whose, number, _total):
        if number == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        workflow.push(study, die)
    finished = workflow.push(study, quiet)

    assert [(desk.sent, desk.there) for desk in finished] == [(2, 8), (10, 0)]
    for desk in desks(study, studio).values():
        keys = [task["data"]["article_id"] for task in server_tasks(studio, desk.project)]
        assert sorted(keys) == sorted(study.articles()["article_id"])


def test_a_lost_ledger_doubles_nothing(study, studio, tmp_path):
    add_articles(study, tmp_path, 2)
    workflow.push(study, quiet)
    before = desks(study, studio)
    study.ledger_path.unlink()

    again = workflow.push(study, quiet)

    assert [(desk.sent, desk.there) for desk in again] == [(0, 2), (0, 2)]
    assert desks(study, studio) == before


def test_a_task_tells_nothing_that_is_hidden(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    for desk in desks(study, studio).values():
        (task,) = server_tasks(studio, desk.project)

        assert set(task["data"]) == {"text", "article_id", "text_sha256"}
        told = json.dumps(task).lower()
        assert "zebra" not in told
        assert "secret" not in told


def double(studio, project):
    """Send what a project holds a second time, as a push that was cut off may have."""
    for task in server_tasks(studio, project):
        httpx.post(
            f"{studio.url}/api/projects/{project}/import",
            json=[{"data": task["data"]}],
            headers={"Authorization": f"Token {studio.token}"},
            timeout=60,
        ).raise_for_status()


@pytest.mark.parametrize("copy", [0, 1])
def test_of_a_task_held_twice_the_untouched_copy_goes(study, studio, tmp_path, copy):
    add_articles(study, tmp_path, 2)
    workflow.push(study, quiet)
    project = desks(study, studio)["ada"].project
    double(studio, project)
    article = study.articles()["article_id"].iloc[0]
    tasks = [t for t in server_tasks(studio, project) if t["data"]["article_id"] == article]
    annotate_task(study, studio, "ada", tasks[copy]["id"], [span(0, 7)])

    pulled = workflow.pull(study)
    pushed = workflow.push(study, quiet)
    again = workflow.pull(study)

    assert (pulled.submitted, again.submitted, again.spans) == (1, 1, 1)
    assert sorted(pushed[0].doubled) == sorted(study.articles()["article_id"])
    held = server_tasks(studio, project)
    assert len(held) == 2
    assert tasks[copy]["id"] in [task["id"] for task in held]


def test_of_a_task_worked_on_twice_the_later_work_counts_and_both_stay(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    project = desks(study, studio)["ada"].project
    double(studio, project)
    for number, task in enumerate(server_tasks(studio, project), start=1):
        annotate_task(study, studio, "ada", task["id"], [span(0, number)])
    workflow.push(study, quiet)

    outcome = workflow.pull(study)

    assert (outcome.submitted, outcome.spans) == (1, 1)
    assert list(study.tables().spans["end"]) == [2]
    assert list(study.tables().faults["kind"]) == ["superseded"]
    assert len(server_tasks(studio, project)) == 2


def test_every_kind_of_work_comes_back(study, studio, tmp_path):
    add_articles(study, tmp_path, 3)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 8)], lead_time=61.5)
    store(study, studio, "ada", [], article=1)
    store(study, studio, "ben", [], was_cancelled=True)
    person = read_people(study.people_path)["ben"]
    tasks = Ledger(study.ledger_path, studio.url).tasks(desks(study, studio)["ben"].project)
    httpx.post(
        f"{studio.url}/api/tasks/{tasks[study.articles()['article_id'].iloc[1]]}/drafts",
        json={"result": [span(0, 3)], "lead_time": 3},
        headers={"Authorization": f"Token {person.token}"},
        timeout=60,
    ).raise_for_status()

    outcome = workflow.pull(study)

    assert (outcome.submitted, outcome.skipped, outcome.drafts) == (2, 1, 1)
    visits = study.tables().visits.set_index(["annotator", "article_id"])["status"]
    ids = list(study.articles()["article_id"])
    assert list(visits["ada"][ids]) == ["submitted", "submitted", "unseen"]
    assert list(visits["ben"][ids]) == ["skipped", "draft", "unseen"]
    assert list(study.tables().spans["text"]) == ["Article"]
    assert study.tables().visits["seconds"].max() == 61.5


def test_a_pull_without_news_writes_no_snapshot(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [])

    first, second = workflow.pull(study), workflow.pull(study)

    assert (first.changed, second.changed) == (True, False)
    assert len(list(study.snapshots.iterdir())) == 2  # one for each desk


def test_work_of_others_is_set_aside(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 7)], as_whom="ben")

    outcome = workflow.pull(study)

    assert (outcome.submitted, outcome.set_aside) == (0, 1)
    assert "the desk is ada's; the work is ben's" in study.tables().faults["detail"].iloc[0]


def test_a_text_altered_on_the_server_is_found(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 7)])
    project = desks(study, studio)["ada"].project
    (task,) = server_tasks(studio, project)
    httpx.patch(
        f"{studio.url}/api/tasks/{task['id']}/",
        json={"data": {**task["data"], "text": "An Article, altered"}},
        headers={"Authorization": f"Token {studio.token}"},
        timeout=60,
    ).raise_for_status()

    outcome = workflow.pull(study)
    pushed = workflow.push(study, quiet)

    assert (outcome.submitted, outcome.spans, outcome.set_aside) == (0, 0, 1)
    assert pushed[0].altered == list(study.articles()["article_id"])


def test_no_person_and_no_token_is_in_the_study(study, studio, tmp_path):
    """Outside private/, a study's files hold pseudonyms only."""
    import gzip

    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 7)])
    workflow.pull(study)
    workflow.export(study, study.export_path, Choices(with_text=True, with_notes=True))
    people = read_people(study.people_path)
    secrets = [studio.token, studio.email, *(p.email for p in people.values())]
    secrets += [p.token for p in people.values()] + [p.password for p in people.values()]

    for path in study.root.rglob("*"):
        if path.is_file() and study.private not in path.parents:
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            assert not [secret for secret in secrets if secret.encode() in content], path


def test_a_config_that_drops_labels_in_use_is_refused(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 7)])
    study.replace_config(CONFIG.replace(b'value="Loaded"', b'value="Other"'))

    with pytest.raises(StudioError, match="1 annotations made with other questions"):
        workflow.push(study, quiet)


def test_a_config_may_change_its_looks_at_any_time(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 7)])
    study.replace_config(CONFIG.replace(b'value="Loaded"', b'value="Loaded" background="#0a0"'))
    workflow.push(study, quiet)

    assert workflow.pull(study).submitted == 1


def test_a_renamed_group_is_scored_without_a_pull(study, studio, tmp_path):
    """The tables follow the scheme: they are a function of it and of the snapshots."""
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 7)])
    workflow.pull(study)
    study.replace_config(CONFIG.replace(b'value="Loaded"', b'value="Loaded" group="phrases"'))

    assert list(study.tables().spans["group"]) == ["phrases"]


def test_a_desk_whose_mark_was_edited_stays_the_desk(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [])
    before = desks(study, studio)
    httpx.patch(
        f"{studio.url}/api/projects/{before['ada'].project}/",
        json={"description": "My own words"},
        headers={"Authorization": f"Token {studio.token}"},
        timeout=60,
    ).raise_for_status()
    workflow.push(study, quiet)

    assert desks(study, studio) == before
    assert workflow.pull(study).submitted == 1


def delete(studio, annotation):
    """Delete an annotation on the server, as its lead."""
    httpx.delete(
        f"{studio.url}/api/annotations/{annotation}/",
        headers={"Authorization": f"Token {studio.token}"},
        timeout=60,
    ).raise_for_status()


def test_deleted_work_is_said_to_be_gone(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    annotation = store(study, studio, "ada", [])
    workflow.pull(study)
    delete(studio, annotation)

    outcome = workflow.pull(study)

    assert (outcome.submitted, outcome.gone) == (0, 1)
    assert "1 annotation of the last pull is gone" in outcome.sentence


def test_another_server_takes_nothing_away(study, studio, tmp_path, monkeypatch):
    """What was pulled from one server stays when the study turns to another address."""
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [])
    workflow.pull(study)
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url.replace("127.0.0.1", "localhost"))
    workflow.push(study, quiet)

    assert workflow.pull(study).submitted == 1


def test_an_export_of_our_own_desk_is_not_read_as_a_stranger_s(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [])
    project = desks(study, studio)["ada"].project
    answer = httpx.get(
        f"{studio.url}/api/projects/{project}/export?exportType=JSON",
        headers={"Authorization": f"Token {studio.token}"},
        timeout=60,
    )
    path = tmp_path / "by-hand.json"
    path.write_bytes(answer.content)

    with pytest.raises(SnapshotError, match="annotate pull"):
        workflow.pull_file(study, path)


def test_two_commands_at_once_wait_for_each_other(study, tmp_path):
    """Two at a time would each write back the articles they had read."""
    from concurrent.futures import ThreadPoolExecutor

    def add(number):
        path = tmp_path / f"article-{number}.txt"
        path.write_text(f"Article {number}.")
        workflow.add(study, [path], Metadata())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))

    assert len(study.articles()) == 12


def test_nothing_is_pulled_before_something_is_pushed(study):
    with pytest.raises(StudioError, match="annotate push"):
        workflow.pull(study)


def test_a_server_that_is_gone_loses_nothing(study, studio, tmp_path, monkeypatch):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 7)])
    workflow.pull(study)
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")

    with pytest.raises(Unreachable):
        workflow.pull(study)

    assert len(study.tables().spans) == 1


def test_a_scheme_that_did_not_change_is_left_alone(study, studio, tmp_path):
    """Label Studio takes white space at the ends of a config away."""
    study.replace_config(CONFIG + b"\n\n")
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    store(study, studio, "ada", [span(0, 7)])
    workflow.pull(study)

    assert [desk.changes for desk in workflow.push(study, quiet)] == [[], []]
    assert len(list((study.root / "schemes").iterdir())) == 1
    assert set(study.tables().visits["schema_version"]) == {study.schema().sha256}


def test_a_desk_that_refuses_does_not_stop_the_others(study, studio, tmp_path):
    """The server refuses any change of a scheme as long as one answer does not fit it."""
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    stray = {
        "from_name": "gone",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": ["x"]},
        "id": "s1",
    }
    store(study, studio, "ada", [stray])
    study.replace_config(CONFIG.replace(b'value="Loaded"', b'value="Loaded" background="#0a0"'))
    add_articles(study, tmp_path, 2)

    with pytest.raises(StudioError, match=r"1 desks are up to date. These are not:\n  - ada, main"):
        workflow.push(study, quiet)
    assert len(server_tasks(studio, desks(study, studio)["ben"].project)) == 2


def test_who_deleted_work_was_of_is_said(study, studio, tmp_path):
    add_articles(study, tmp_path, 1)
    workflow.push(study, quiet)
    annotation = store(study, studio, "ada", [])
    workflow.pull(study)
    delete(studio, annotation)

    assert f"ada's of {study.articles()['article_id'].iloc[0]}" in workflow.pull(study).sentence
