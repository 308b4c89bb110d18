"""Who has left a study stays out of it, whatever Label Studio still holds, and can go there too."""

import contextlib
import json
import shutil
from dataclasses import replace

import pytest
from leaving import CONFIG, everything, files_with, items, run

from annotate import workflow
from annotate.articles import Metadata
from annotate.databases import copy_database
from annotate.errors import StudioError
from annotate.settings import Assigning
from annotate.studio.accounts import ensure_accounts, read_people, write_people
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger
from annotate.studio.rest import ask, listed_projects, listed_tasks, send
from annotate.study import Settings, Study
from annotate.workflow.erasing import erase_annotator, erase_articles
from annotate.workflow.rights import forget, withdraw

pytestmark = pytest.mark.studio

LEAVER, STAYER, REASON = "quillon", "zebulon", "consent was withdrawn"
NOTE = "Written by the one who leaves."


def laid_out(root, mode="desks"):
    """Lay out a study of two annotators and two articles."""
    study = Study.create(
        root,
        Settings("Leaving", (LEAVER, STAYER), assignment=Assigning(mode=mode)),
        config=CONFIG,
        codebook=b"# Book",
    )
    rows = [{"text": f"Ferry number {n} came in late again.", "id": f"n{n}"} for n in range(2)]
    path = root.parent / f"{root.name}-ferries.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    workflow.add(study, [path], Metadata())
    return study


@pytest.fixture(scope="module")
def people(studio):
    """Make accounts once."""
    lead = open_connection(studio.url, studio.token)
    return ensure_accounts(lead, (LEAVER, STAYER), studio.log.parent / "leaving-people.json")


@pytest.fixture
def team(studio, people, tmp_path, monkeypatch):
    """Give a study that works with the server as with a team's; tell how its articles are given."""
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.token)

    def make(mode="desks"):
        study = laid_out(tmp_path / mode, mode)
        write_people(study.people_path, people)
        workflow.push(study)
        return study

    return make


def annotate(studio, people, who, task):
    """Store an annotation as somebody; give its number."""
    own = open_connection(studio.url, people[who].token)
    note = NOTE if who == LEAVER else "Written by one who stays."
    made = send(own, f"/api/tasks/{task}/annotations/", {"result": items("x" * 40, 3, note)})
    return made["id"]


def desks(study, server):
    """Give projects by whose they are."""
    return {desk.annotator: desk.project for desk in Ledger(study.ledger_path, server).desks()}


def tasks(studio, project):
    """List a project's tasks by number."""
    lead = open_connection(studio.url, studio.token)
    return [task["id"] for task in listed_tasks(lead, project, "id")]


def statuses(study):
    """Tell how far everybody is."""
    visits = study.tables().visits
    return sorted(zip(visits["annotator"], visits["status"], strict=True))


def test_a_pull_brings_nothing_of_a_forgotten_person_back(studio, people, team):
    study = team()
    own = desks(study, studio.url)
    mine, theirs = tasks(studio, own[LEAVER]), tasks(studio, own[STAYER])
    annotate(studio, people, LEAVER, mine[0])
    annotate(studio, people, STAYER, theirs[0])
    annotate(studio, people, LEAVER, theirs[1])  # at somebody else's desk
    workflow.pull(study)
    assert files_with(study.root, NOTE)
    forget(study, LEAVER, REASON)
    annotate(studio, people, LEAVER, mine[1])
    annotate(studio, people, LEAVER, theirs[1])
    pulled = [workflow.pull(study, full=full) for full in (False, True, False)]

    assert files_with(study.root, LEAVER, NOTE) == {}
    assert statuses(study) == [(STAYER, "submitted"), (STAYER, "unseen")]
    # The first pull after it fetches everything: who is who has changed.
    assert [outcome.changed for outcome in pulled[1:]] == [False] * 2
    assert [desk.annotator for desk in workflow.push(study)] == [STAYER]
    told = run("forget", LEAVER, "--reason", REASON, "--yes", "--on-server", "--study", study.root)

    assert "1 project, 2 annotations" in told.stdout
    held = {project["id"] for project in listed_projects(open_connection(studio.url, studio.token))}
    assert own[LEAVER] not in held
    assert own[STAYER] in held
    article = study.articles()["article_id"][0]
    asked = ("withdraw", article, "--reason", REASON, "--dry-run", "--study", study.root)
    lying = run(*asked).stderr
    assert f"project {own[LEAVER]} " not in lying
    assert f"project {own[STAYER]} on {studio.url}: task {theirs[0]}, with all" in lying
    assert people[LEAVER].email in open_connection(studio.url, studio.token).users().values()
    assert workflow.pull(study).submitted == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_what_a_backup_of_study_and_server_brings_back_can_be_deleted_there(
    studio, people, team, tmp_path, at_once
):
    study = team()
    own = desks(study, studio.url)
    theirs = tasks(studio, own[STAYER])
    annotate(studio, people, LEAVER, theirs[0])
    withdrawn = study.articles()["article_id"][1]
    restored = Study(shutil.copytree(study.root, tmp_path / "restored"))
    forget(study, LEAVER, REASON)
    withdraw(study, [withdrawn], REASON)
    # As it is after the desk was deleted on the old server; the new one has it from the backup.
    stones = study.tombstones()
    (stone,) = stones.annotators
    restored.save_tombstones(replace(stones, annotators=(replace(stone, projects=()),)))
    arguments = ("forget", "--on-server", "--study", restored.root)
    refused = run(*arguments, code=1).stderr
    assert f"project {own[LEAVER]} on {studio.url}: all of it" in refused
    assert "say --yes" in refused
    dry = run(*arguments, "--dry-run").stderr
    assert f"project {own[STAYER]} on {studio.url}: task {theirs[1]}, with all" in dry
    assert desks(restored, studio.url) == own
    if not at_once:
        told = run("forget", "--study", restored.root).stdout
        assert f"In Label Studio: project {own[LEAVER]} on {studio.url}: all of it." in told
        assert desks(restored, studio.url) == {STAYER: own[STAYER]}
        assert tasks(studio, own[LEAVER])
    told = run(*arguments, "--yes").stdout

    assert "Deleted in Label Studio: 1 project, 1 task, 1 annotation." in told
    held = {project["id"] for project in listed_projects(open_connection(studio.url, studio.token))}
    assert own[LEAVER] not in held
    assert tasks(studio, own[STAYER]) == theirs[:1]
    assert "nothing was left there" in run(*arguments, "--yes").stdout
    assert f"project {own[LEAVER]}" not in run(*arguments, "--dry-run").stderr


def test_where_all_work_in_one_project_the_others_work_stays(studio, people, team):
    study = team("shared")
    (project,) = desks(study, studio.url).values()
    first, second = tasks(studio, project)
    annotate(studio, people, LEAVER, first)
    annotate(studio, people, STAYER, first)
    workflow.pull(study)
    forget(study, LEAVER, REASON)
    annotate(studio, people, LEAVER, second)
    workflow.pull(study)
    workflow.pull(study, full=True)

    assert files_with(study.root, LEAVER, NOTE, "(forgotten)", "annotator-") == {}
    assert statuses(study) == [(STAYER, "submitted"), (STAYER, "unassigned")]
    erased = erase_annotator(study, LEAVER)
    assert (len(erased.annotations), erased.projects) == (2, ())
    assert erase_annotator(study, LEAVER).annotations == ()
    assert workflow.pull(study).submitted == 1


def test_a_pull_brings_no_withdrawn_article_back_and_a_push_does_not_send_it(studio, people, team):
    study = team()
    gone, kept = study.articles()["article_id"]
    own = desks(study, studio.url)
    for who in (LEAVER, STAYER):
        for task in tasks(studio, own[who]):
            annotate(studio, people, who, task)
    workflow.pull(study)
    withdraw(study, [gone], REASON)
    annotate(studio, people, STAYER, tasks(studio, own[STAYER])[0])
    pulled = [workflow.pull(study, full=full) for full in (False, True)]
    pushed = workflow.push(study)

    assert [(outcome.changed, outcome.submitted) for outcome in pulled] == [(False, 2)] * 2
    assert set(study.tables().visits["article_id"]) == {kept}
    assert files_with(study.root, "Ferry number 0") == {}
    assert [(desk.sent, desk.there, desk.extra) for desk in pushed] == [(0, 1, 1)] * 2
    erased = erase_articles(study, [gone])

    assert len(erased.tasks) == 2
    assert [len(tasks(studio, project)) for project in own.values()] == [1, 1]
    assert workflow.pull(study).submitted == 2
    assert [desk.extra for desk in workflow.push(study)] == [0, 0]
    assert erase_articles(study, [gone]).tasks == ()


def test_an_article_that_was_let_in_again_brings_its_labels(studio, people, team):
    study = team()
    gone = study.articles()["article_id"][0]
    for task in tasks(studio, desks(study, studio.url)[STAYER]):
        annotate(studio, people, STAYER, task)
    workflow.pull(study)
    withdraw(study, [gone], REASON)
    workflow.pull(study)
    workflow.add(study, [study.root.parent / "desks-ferries.jsonl"], Metadata(), again=True)
    workflow.push(study)

    assert workflow.pull(study).submitted == 2


def test_a_project_without_the_desks_mark_is_left_alone(studio, people, team):
    study = team()
    project = desks(study, studio.url)[LEAVER]
    lead = open_connection(studio.url, studio.token)
    with lead.translated():
        lead.sdk.projects.update(project, description="Something else by now")
    forget(study, LEAVER, REASON)

    with pytest.raises(StudioError, match=f"Project {project} does not carry the mark"):
        erase_annotator(study, LEAVER)
    assert ask(lead, f"/api/projects/{project}/")["id"] == project


def test_on_the_studys_own_server_nothing_is_left_in_any_file(studio):
    """The study whose private folder the server lives in: its exports and its database, too."""
    study = laid_out(studio.log.parent.parent)
    with contextlib.ExitStack() as after:
        after.callback((study.root / "study.toml").unlink)
        lead = open_connection(studio.url, studio.token)
        leaver = "Wilhelmina"
        study.add_annotators([leaver])
        people = ensure_accounts(lead, (leaver, STAYER, LEAVER), study.people_path)
        workflow.push(study)
        own = desks(study, "embedded")
        for who in (leaver, STAYER):
            annotate(studio, people, who, tasks(studio, own[who])[0])
        annotate(studio, people, leaver, tasks(studio, own[STAYER])[1])
        workflow.pull(study)
        copies = study.private / "label-studio-backups"  # as an upgrade leaves them
        copies.mkdir()
        after.callback(shutil.rmtree, copies, ignore_errors=True)
        copy_database(
            study.private / "label-studio" / "label_studio.sqlite3", copies / "1.20.0-x.sqlite3"
        )
        words = (leaver, people[leaver].email, people[leaver].password)
        before = {name.partition("/")[2] for name in files_with(study.root, *words)}
        assert {"people.json", "label-studio/label_studio.sqlite3"} <= before
        assert any("export" in name for name in before)
        assert "label-studio-backups/1.20.0-x.sqlite3" in before
        told = run(
            *("forget", leaver, "--reason", REASON, "--yes", "--on-server", "--json"),
            *("--study", study.root),
        )

        deleted = json.loads(told.stdout)["deleted"]
        assert deleted["projects"] == [own[leaver]]
        assert deleted["accounts"] == [people[leaver].email]
        found = files_with(study.root, *words)
        assert set(found) == set(), [
            text[max(0, text.find(word) - 80) : text.find(word) + 80]
            for name, text in everything(study.root).items()
            for word in words
            if word in text
        ]
        assert workflow.pull(study).submitted == 1
        assert leaver not in read_people(study.people_path)
