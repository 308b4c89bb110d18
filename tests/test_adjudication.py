"""Disagreements go to somebody who decides, who cannot tell who said what; decisions come back."""

import json
from collections import Counter
from dataclasses import replace

import httpx
import pytest
from click.testing import CliRunner
from made_study import CONFIG, PEOPLE, TEXTS, annotated, choose, ids, made_study, mark, pulled

from annotate import workflow
from annotate.adjudication.predictions import START, dealt
from annotate.adjudication.settled import adjudicated
from annotate.cli import main
from annotate.errors import ArticleError, StudyError, UsageError
from annotate.rounds import ADJUDICATION
from annotate.schema import parse_config
from annotate.studio.accounts import ensure_accounts, read_people
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger
from annotate.study import Study
from annotate.workflow import AdjudicationPlan

JUDGES = ("zoe", "yan")


@pytest.fixture(scope="module")
def people(studio, tmp_path_factory):
    """Make the accounts once."""
    path = tmp_path_factory.mktemp("people") / "people.json"
    ensure_accounts(open_connection(studio.url, studio.token), (*PEOPLE, *JUDGES), path)
    return path.read_bytes()


@pytest.fixture
def study(studio, people, tmp_path, monkeypatch):
    """Give a study that three people have annotated, with a server."""
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.token)
    made = made_study(tmp_path)
    made.people_path.write_bytes(people)
    annotated(made)
    return made


def ask(studio, path, **params):
    """Ask the server."""
    key = {"Authorization": f"Token {studio.token}"}
    return httpx.get(f"{studio.url}{path}", params=params, headers=key, timeout=60).json()


def desk_of(study, studio, judge="zoe", round_="adjudication of main"):
    """Give the project of an adjudicator."""
    desks = Ledger(study.ledger_path, studio.url).desks()
    (desk,) = [each for each in desks if (each.annotator, each.round) == (judge, round_)]
    return desk


def held(study, studio, **desk):
    """Give the tasks of an adjudicator with their predictions, by article."""
    project = desk_of(study, studio, **desk).project
    listed = ask(studio, "/api/tasks", project=project, fields="all", page_size=100)["tasks"]
    return {task["data"]["article_id"]: task for task in listed}


def decide(study, studio, article, result, judge="zoe", **desk):
    """Submit a decision through the API."""
    task = held(study, studio, judge=judge, **desk)[article]["id"]
    person = read_people(study.people_path)[judge]
    httpx.post(
        f"{studio.url}/api/tasks/{task}/annotations/",
        json={"result": result, "lead_time": 5},
        headers={"Authorization": f"Token {person.token}"},
        timeout=60,
    ).raise_for_status()


def whose(study, studio, article):
    """Give what is shown under each letter, without what only the editor needs."""
    shown = {}
    for prediction in held(study, studio)[article]["predictions"]:
        shown[prediction["model_version"]] = sorted(
            json.dumps([item["from_name"], item["value"]], sort_keys=True)
            for item in prediction["result"]
        )
    return shown


# --- what is chosen ---


def test_every_disagreement_is_chosen_and_the_costliest_comes_first(study):
    sent = workflow.adjudicate(study, AdjudicationPlan("zoe"), dry=True)

    found = {each.article: (each.questions, each.groups) for each in sent.disputes}
    first, second, third, fourth, fifth, sixth = ids(study)
    # Of "radical" all say Loaded, ben in another direction than the others.
    assert found == {
        first: (("frames", "direction"), ("loaded",)),
        second: (("genre", "frames"), ("loaded",)),
        third: (("direction",), ()),
        fourth: (("genre", "slant"), ()),
        sixth: (("genre",), ()),
    }
    assert fifth not in found
    rises = [each.gain for each in sent.disputes]
    assert rises == sorted(rises, reverse=True)
    assert sent.disputes[-1].article == third  # no figure of what was asked of spans is ranked
    assert study.rounds() == []


def test_a_limit_takes_the_costliest_and_all_takes_what_nobody_disputes(study):
    every = workflow.adjudicate(study, AdjudicationPlan("zoe"), dry=True).disputes
    two = workflow.adjudicate(study, AdjudicationPlan("zoe", limit=2), dry=True).disputes
    everything = workflow.adjudicate(study, AdjudicationPlan("zoe", everything=True), dry=True)

    assert two == every[:2]
    assert {each.article for each in everything.disputes} == set(ids(study))
    assert everything.disputes[: len(every)] == every


def test_what_cannot_be_adjudicated_is_refused(study, tmp_path):
    for plan, error, why in (
        (AdjudicationPlan("zoe", articles=("nowhere",)), ArticleError, "no article"),
        (AdjudicationPlan("zoe", round="second"), UsageError, "there are: main"),
        (AdjudicationPlan("zoe", everything=True, limit=1), UsageError, "only one of them"),
        (AdjudicationPlan("ADA"), StudyError, "pseudonyms must differ"),
        (AdjudicationPlan("z@example.org"), StudyError, "no e-mail address"),
    ):
        with pytest.raises(error, match=why):
            workflow.adjudicate(study, plan, dry=True)
    (tmp_path / "empty").mkdir()
    with pytest.raises(StudyError, match="annotate pull"):
        workflow.adjudicate(made_study(tmp_path / "empty"), AdjudicationPlan("zoe"), dry=True)


# --- what is sent ---


def test_an_adjudicator_sees_everybody_s_work_and_nobody_s_name(study, studio):
    workflow.adjudicate(study, AdjudicationPlan("zoe"))
    project = ask(studio, f"/api/projects/{desk_of(study, studio).project}/")
    tasks = held(study, studio)

    assert project["model_version"] == START
    assert project["show_collab_predictions"]
    assert len(tasks) == 5
    for article, task in tasks.items():
        text = task["data"]["text"]
        shown = {each["model_version"]: each["result"] for each in task["predictions"]}
        assert set(shown) == {"Annotator A", "Annotator B", "Annotator C", START}
        assert shown[START] == []
        for result in shown.values():
            assert not [item for item in result if item["from_name"] == "note"]
            for item in result:
                if "start" in item["value"]:
                    place = item["value"]
                    assert text[place["start"] : place["end"]] == place["text"]
        told = json.dumps(task).casefold()
        assert not [name for name in (*PEOPLE, "own words") if f'"{name}' in told], article
    # An article's three sets of labels are those of the three annotators.
    first = ids(study)[0]
    labels = {
        name: {json.loads(item)[1]["labels"][0] for item in items if '"span"' in item}
        for name, items in whose(study, studio, first).items()
        if name != START
    }
    assert sorted(map(sorted, labels.values())) == [
        ["Cue", "Relayed"],
        ["Loaded", "Relayed"],
        ["Loaded", "Relayed"],
    ]


def test_letters_are_dealt_anew_for_each_article():
    """A letter that stood for one person everywhere would be a name."""
    order, again, other = (dealt(key, "main") for key in (b"key", b"key", b"another key"))
    places, same, turned = Counter(), 0, PEOPLE[::-1]
    for number in range(3000):
        article = f"a{number}"
        first = sorted(PEOPLE, key=lambda who: order(article, who))
        places[tuple(first)] += 1
        same += first == sorted(PEOPLE, key=lambda who: other(article, who))
        assert first == sorted(turned, key=lambda who: again(article, who))

    assert len(places) == 6
    assert all(400 < times < 600 for times in places.values())
    assert 400 < same < 600


def test_a_second_run_sends_nothing_and_a_new_dispute_is_added(study, studio):
    first = workflow.adjudicate(study, AdjudicationPlan("zoe", limit=2))
    decide(study, studio, first.disputes[0].article, choose("genre", "report"))
    before = held(study, studio)
    again = workflow.adjudicate(study, AdjudicationPlan("zoe"))
    after = held(study, studio)
    third = workflow.adjudicate(study, AdjudicationPlan("zoe"))

    assert [desk.sent for desk in first.desks] == [2]
    assert [(desk.sent, desk.there) for desk in again.desks] == [(3, 2)]
    assert len(again.disputes) == 3
    assert {article: after[article] for article in before} == before
    assert (third.disputes, [(d.sent, d.there) for d in third.desks]) == ((), [(0, 5)])
    assert [(r.name, r.kind, r.of) for r in study.rounds()][1:] == [
        ("adjudication of main", ADJUDICATION, "main")
    ]


def test_a_task_that_was_lost_on_the_way_is_sent_with_its_predictions(study, studio):
    workflow.adjudicate(study, AdjudicationPlan("zoe", limit=2))
    article, task = next(iter(held(study, studio).items()))
    before = whose(study, studio, article)
    key = {"Authorization": f"Token {studio.token}"}
    httpx.delete(f"{studio.url}/api/tasks/{task['id']}/", headers=key, timeout=60)

    again = workflow.adjudicate(study, AdjudicationPlan("zoe", limit=2))

    assert article in held(study, studio)
    assert whose(study, studio, article) == before
    assert sum(desk.sent for desk in again.desks) == 1


def test_a_limit_is_how_many_lie_with_the_adjudicator_in_all(study, studio):
    """A command that is given again sends no more work; a higher limit sends the next."""
    every = workflow.adjudicate(study, AdjudicationPlan("zoe"), dry=True).disputes
    first = workflow.adjudicate(study, AdjudicationPlan("zoe", limit=2))
    decide(study, studio, first.disputes[0].article, choose("genre", "report"))
    workflow.pull(study)
    again = workflow.adjudicate(study, AdjudicationPlan("zoe", limit=2))
    more = workflow.adjudicate(study, AdjudicationPlan("zoe", limit=4))

    assert (again.disputes, again.left, [d.sent for d in again.desks]) == ((), 3, [0])
    assert (first.disputes + more.disputes, more.left) == (every[:4], 1)
    assert set(held(study, studio)) == {each.article for each in every[:4]}


def test_two_adjudicators_never_have_the_same_article(study, studio):
    first = workflow.adjudicate(study, AdjudicationPlan("zoe", limit=2))
    second = workflow.adjudicate(study, AdjudicationPlan("yan"))

    assert len(second.disputes) == 3
    assert sorted(second.taken) == sorted(each.article for each in first.disputes)
    assert second.round == "adjudication of main 2"
    with pytest.raises(StudyError, match="with another adjudicator already"):
        workflow.adjudicate(study, AdjudicationPlan("ben"))


def test_what_a_closed_desk_left_undone_can_go_to_another(study, studio):
    first = workflow.adjudicate(study, AdjudicationPlan("zoe", limit=2))
    done, left = (each.article for each in first.disputes)
    decide(study, studio, done, choose("genre", "report"))
    workflow.pull(study)
    study.save_rounds(
        [replace(r, closed="2026-04-01T00:00:00Z" * (r.of == "main")) for r in study.rounds()]
    )

    second = workflow.adjudicate(study, AdjudicationPlan("yan"), dry=True)

    articles = {each.article for each in second.disputes}
    assert left in articles
    assert done not in articles


def test_an_annotator_who_decides_is_warned(study):
    ran = CliRunner().invoke(
        main,
        ["adjudicate", "--adjudicator", "ben", "--dry-run", "--json", "--study", str(study.root)],
        catch_exceptions=False,
    )

    assert ran.exit_code == 0, ran.output
    assert "ben is one of the annotators whose labels are shown" in ran.stderr
    told = json.loads(ran.stdout)
    assert len(told["articles"]) == 5
    assert told["desks"][0]["url"] == ""


# --- only what is in dispute ---


def test_only_what_is_in_dispute_is_asked(study, studio):
    first, _, third, fourth, *_ = ids(study)
    plan = AdjudicationPlan("zoe", articles=(fourth, third), in_dispute=True)
    workflow.adjudicate(study, plan)
    project = ask(studio, f"/api/projects/{desk_of(study, studio).project}/")
    asked = parse_config(project["label_config"])

    # Genre decides whether a place is asked; the direction belongs to the loaded phrases.
    assert [q.name for q in asked.questions] == ["direction", "genre", "place", "slant"]
    assert [label.value for label in asked.labels] == ["Loaded", "Cue"]
    shown = whose(study, studio, third)
    assert "frames" not in str(shown)
    assert "radical" in str(shown)
    # What asks for more goes to a desk of its own; what was begun stays as it is.
    more = workflow.adjudicate(study, AdjudicationPlan("zoe", articles=(first,), in_dispute=True))
    assert more.round == "adjudication of main 2"
    assert len(held(study, studio)) == 2


def test_a_partial_decision_says_nothing_of_what_was_not_asked(study, studio):
    fourth = ids(study)[3]
    workflow.adjudicate(study, AdjudicationPlan("zoe", articles=(fourth,), in_dispute=True))
    decide(study, studio, fourth, choose("genre", "report") + choose("slant", 3))
    workflow.pull(study)
    # Read with a scheme that has changed since, too.
    for config in (CONFIG, CONFIG.replace(b'value="Report"', b'value="A report"')):
        study.replace_config(config)
        found = adjudicated(study)
        (visit,) = found.tables.visits["visit_id"]

        assert found.questions[visit] == {"genre", "place", "slant"}
        assert found.groups[visit] == set()
        said = found.tables.answers[["question", "state", "value"]].to_numpy().tolist()
        assert said == [
            ["genre", "answered", "report"],
            ["place", "not_shown", ""],
            ["slant", "answered", "3"],
        ]
        assert study.tables().faults.empty


# --- what comes back ---


def test_decisions_come_back_beside_what_most_had_said(study, studio):
    first = ids(study)[0]
    before = workflow.summary(study).to_json()
    independent = study.counted_tables()
    workflow.adjudicate(study, AdjudicationPlan("zoe"))
    mine = mark(TEXTS[0], "reckless", "Loaded", 1, "better") + choose("genre", "report")
    decide(study, studio, first, mine + choose("frames", "conflict", "morality"))
    workflow.pull(study)

    told = CliRunner().invoke(main, ["adjudicated", "--json", "--study", str(study.root)])
    listed = json.loads(told.stdout)
    assert {(each["by"], each["article"], each["of"]) for each in listed} == {
        ("zoe", first, "main")
    }
    assert all(each["at"] for each in listed)
    said = {
        (d["question"], d["quote"], *(d["value"] if d["start"] is None else ())): (
            d["value"],
            d["majority"],
            d["as_majority"],
        )
        for d in listed
    }
    # The phrase was marked with two labels by different people: each is a decision.
    loaded = [d for d in listed if d["question"] == "loaded"]
    assert [(d["value"], d["majority"], d["as_majority"]) for d in loaded] == [
        ([], [], True),  # Cue, which only ben had said
        (["Loaded"], ["Loaded"], True),
    ]
    assert said["direction", "reckless"] == (["better"], ["worse"], False)
    assert said["source", "Reuters"] == ([], ["Relayed"], False)
    assert said["genre", "", "report"] == (["report"], ["report"], True)
    assert said["frames", "", "conflict", "morality"] == (["conflict", "morality"], None, None)
    text = CliRunner().invoke(main, ["adjudicated", "--study", str(study.root)]).stdout
    assert "divided" in text
    # Independent labels and every figure are what they were.
    assert workflow.summary(study).to_json() == before
    for name in ("visits", "answers", "spans", "faults"):
        assert getattr(study.counted_tables(), name).equals(getattr(independent, name)), name


def test_a_predicted_piece_counts_like_one_s_own(study, studio):
    """What is copied in the editor comes back with the mark of where it is from."""
    third = ids(study)[2]
    workflow.adjudicate(study, AdjudicationPlan("zoe", articles=(third,)))
    task = held(study, studio)[third]
    (copied,) = [p for p in task["predictions"] if p["model_version"] == "Annotator B"]
    result = [{**item, "origin": "prediction"} for item in copied["result"]]
    decide(study, studio, third, result)
    workflow.pull(study)

    found = adjudicated(study).tables
    assert found.spans["text"].tolist() == ["radical"]
    assert set(found.visits["annotator"]) == {"zoe"}
    assert found.faults.empty
    by_question = found.answers.set_index("question")["value"]
    assert by_question["genre"] == "report"
    assert by_question["direction"] in {"worse", "better"}


def test_an_export_by_hand_can_be_adjudicated(studio, people, tmp_path, monkeypatch):
    """A study without annotators of its own: labels that somebody else collected."""
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.token)
    study = made_study(tmp_path, people=())
    study.people_path.write_bytes(people)
    pulled(study, "main", "ada", {ids(study)[0]: choose("genre", "report")})
    pulled(study, "main", "ben", {ids(study)[0]: choose("genre", "opinion")})

    sent = workflow.adjudicate(study, AdjudicationPlan("zoe"))

    assert [desk.sent for desk in sent.desks] == [1]
    assert [each.name for each in Study.open(study.root).rounds()] == [
        "main",
        "adjudication of main",
    ]


def test_on_a_server_of_one_s_own_an_adjudicator_gets_an_account(studio, study, monkeypatch):
    """Nobody has to be an annotator of the study to decide, nor to start the server again."""
    monkeypatch.delenv("LABEL_STUDIO_URL")
    monkeypatch.delenv("LABEL_STUDIO_API_KEY")
    address = (studio.log.parent / "server.json").read_bytes()
    (study.private / "server.json").write_bytes(address)
    judge = f"judge {len(ask(studio, '/api/users'))}"
    told = ["adjudicate", "--adjudicator", judge, "--limit", "1", "--study", str(study.root)]

    dry = CliRunner().invoke(main, [*told, "--dry-run"], catch_exceptions=False)
    assert judge not in read_people(study.people_path)
    ran = CliRunner().invoke(main, told, catch_exceptions=False)

    assert (dry.exit_code, ran.exit_code) == (0, 0), ran.output
    assert f"{judge} has no account yet; it is made when this is sent" in dry.stderr
    assert "--email" not in dry.stderr
    assert "has no account yet" not in ran.stderr
    person = read_people(study.people_path)[judge]
    assert person.password in ran.stderr
    assert person.password not in ran.stdout
    assert "adjudication of main: 1 sent, 0 there" in ran.stdout
    assert judge not in study.settings().annotators
    # `annotate studio` prints a slip for them from now on, as long as their desk is open.
    from annotate.cli.studio import _everybody

    assert _everybody(study) == [*PEOPLE, judge]
