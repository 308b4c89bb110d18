"""What tests of desks share: a study on the real server, and work stored there as annotators do."""

import json

import httpx

from annotate import workflow
from annotate.articles import Metadata
from annotate.studio.accounts import ensure_accounts, read_people
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger
from annotate.study import Settings, Study

CONFIG = b"""<View><Text name="text" value="$text"/>
<Labels name="span" toName="text"><Label value="Loaded"/></Labels>
<Choices name="tone" toName="text"><Choice value="yes"/><Choice value="no"/></Choices></View>"""
TWO = Settings("Pushed", ("ada", "ben"))
OUTLET = "The Zebra Observer"


def quiet(*_):
    """Say nothing of progress."""


def study_on(studio, tmp_path, monkeypatch, settings=TWO, config=CONFIG, codebook=b"# Book"):
    """Lay out a study that works with the shared server; its annotators have accounts there."""
    made = Study.create(tmp_path / "study", settings, config=config, codebook=codebook)
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.token)
    give_accounts(made, studio)
    return made


def give_accounts(study, studio):
    """Give accounts to those who have none; they are the same from test to test."""
    lead = open_connection(studio.url, studio.token)
    shared = studio.log.parent / "pushed-people.json"
    ensure_accounts(lead, study.settings().annotators, shared)
    study.people_path.write_bytes(shared.read_bytes())


def add_articles(study, tmp_path, number, event=""):
    """Add that many one-line articles, with everything that must stay hidden."""
    rows = [
        {
            "text": f"Article number {place} says something.",
            "id": f"secret-{place}",
            "outlet": OUTLET,
            "url": f"https://zebra.example/{place}",
        }
        for place in range(number)
    ]
    path = tmp_path / "zebra-observer.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    workflow.add(study, [path], Metadata(event=event))


def desks(study, studio):
    """Give the desks by annotator."""
    return {desk.annotator: desk for desk in Ledger(study.ledger_path, studio.url).desks()}


def server_tasks(studio, project):
    """List a project's tasks as the server holds them."""
    answer = httpx.get(
        f"{studio.url}/api/tasks",
        params={"project": project, "page_size": 1000, "fields": "all"},
        headers={"Authorization": f"Token {studio.token}"},
        timeout=60,
    )
    return answer.json()["tasks"]


def store(study, studio, annotator, result, *, article=0, as_whom=None, **fields):
    """Store an annotation through the API, as somebody."""
    desk = desks(study, studio)[annotator]
    tasks = Ledger(study.ledger_path, studio.url).tasks(desk.project)
    task = tasks[study.articles()["article_id"].iloc[article]]
    return annotate_task(study, studio, as_whom or annotator, task, result, **fields)


def annotate_task(study, studio, annotator, task, result, **fields):
    """Store an annotation on a task through the API, as an annotator."""
    person = read_people(study.people_path)[annotator]
    answer = httpx.post(
        f"{studio.url}/api/tasks/{task}/annotations/",
        json={"result": result, **fields},
        headers={"Authorization": f"Token {person.token}"},
        timeout=60,
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def span(start, end):
    """Give a marked span as Label Studio writes it."""
    value = {"start": start, "end": end, "labels": ["Loaded"]}
    return {"from_name": "span", "to_name": "text", "type": "labels", "value": value, "id": "r1"}
