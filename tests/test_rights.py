"""Who leaves a study is gone from every byte of it, stays gone, and what is left names nobody."""

import gzip
import hashlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict, replace

import pandas as pd
import pytest
from leaving import (
    EMAIL,
    LEAVER,
    NAMES,
    OTHERS_NOTE,
    REASON,
    SECRET,
    SERVER,
    exported,
    files_with,
    header,
    lay_out,
    run,
    work,
)

from annotate import workflow
from annotate.demo import make_study
from annotate.errors import ArticleError, StudyError
from annotate.rounds import Round
from annotate.snapshots import latest, read_snapshot, write_snapshot
from annotate.studio.accounts import Account, read_people, write_people
from annotate.studio.ledger import Desk, Ledger
from annotate.studio.people import Pseudonyms, claim_email
from annotate.study import Study
from annotate.workflow import removal
from annotate.workflow.assigning import repeat_key
from annotate.workflow.rights import again, forget, plan_forget, withdraw


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Lay out the study once."""
    return lay_out(tmp_path_factory.mktemp("rights"))


@pytest.fixture
def study(built, tmp_path):
    """Give a copy of the study for one test."""
    return Study(shutil.copytree(built.root, tmp_path / "study"))


# --- a person ---


def test_before_anybody_leaves_they_are_everywhere(study):
    found = {name.split("/")[0] for name in files_with(study.root, *NAMES)}

    assert found >= {
        *("snapshots", "tables", "ledger.sqlite", "private", "rounds.json", "study.toml"),
        *("assignment.parquet", ".study.toml.x.part"),
    }


def test_a_person_is_gone_from_every_byte(study, tmp_path):
    forget(study, LEAVER, REASON)

    assert files_with(study.root, *NAMES) == {}
    assert files_with(exported(study, tmp_path / "out"), *NAMES) == {}
    assert study.settings().annotators == ("ben", "cleo")
    assert "# a remark of mine" in (study.root / "study.toml").read_text()


def test_what_others_did_stays(study):
    before = study.tables()
    forget(study, LEAVER, REASON)
    after = study.tables()

    assert set(after.visits["annotator"]) == {"ben", "cleo"}
    for name in ("answers", "spans"):
        old, new = getattr(before, name), getattr(after, name)
        others = old[old["annotator"] != LEAVER].reset_index(drop=True)
        pd.testing.assert_frame_equal(new.reset_index(drop=True), others)
    assert OTHERS_NOTE in set(after.answers["value"])
    assert set(after.visits["article_id"]) == set(study.articles()["article_id"])


def test_that_somebody_else_changed_work_is_still_told(study):
    before = study.tables().faults
    forget(study, LEAVER, REASON)
    faults = study.tables().faults

    assert f"it was last changed by {LEAVER}" in "\n".join(before["detail"])
    (told,) = faults[faults["annotation_id"] == "23"]["detail"]
    assert told.startswith("it was last changed by (forgotten) and not by ben")


def test_the_tombstone_tells_why_and_how_much_and_not_who(study):
    forget(study, LEAVER, REASON)
    (stone,) = json.loads((study.root / "tombstones.json").read_text())["annotators"]

    assert stone["reason"] == REASON
    # One annotation was a draft before; the newest picture of each desk counts.
    assert stone["removed"] == {"annotations": 8, "drafts": 0, "spans": 8}
    assert stone["projects"] == [{"server": SERVER, "project": 70, "round": "main", "topic": ""}]
    assert stone["done"]
    plain = hashlib.sha256(LEAVER.casefold().encode()).hexdigest()[:32]
    assert plain not in stone["marks"]


def test_a_rewritten_snapshot_says_what_is_missing_and_keeps_its_place(study):
    before = {read_snapshot(p).header.pulled_at for p in study.snapshots.glob("*.gz")}
    names = {path.name for path in study.snapshots.iterdir()}
    forget(study, LEAVER, REASON)
    paths = sorted(study.snapshots.iterdir())
    after = [read_snapshot(path) for path in paths]

    assert len(paths) == len(names) - 2 - 1  # their desk's two, and what was half written
    assert {each.header.pulled_at for each in after} <= before
    changed = [each for each, path in zip(after, paths, strict=True) if path.name not in names]
    assert len(changed) == 5
    for each in changed:
        (entry,) = each.header.removed
        assert (entry["what"], entry["why"]) == ("annotator", REASON)
    assert sum(each.header.removed[0]["annotations"] for each in changed) == 5
    assert all(path.stat().st_mode & 0o777 == 0o444 for path in paths)
    assert list(study.snapshots.glob(".*")) == []


def test_a_desk_of_theirs_goes_whole_and_a_chain_can_still_be_read(study):
    forget(study, LEAVER, REASON)
    state = latest(study.snapshots)

    desks = {(section.source, section.desk) for section in state}
    assert (f"server:{SERVER}", "ben") in desks
    assert ("server:embedded", "cleo") in desks
    (ben,) = (each for section, each in state.items() if section.desk == "ben")
    assert [len(each["annotations"]) for each in ben.tasks] == [1, 1, 1]


def test_a_pull_that_brings_nothing_new_writes_nothing(study):
    forget(study, LEAVER, REASON)
    for known in latest(study.snapshots).values():
        if known.header.ours and known.header.desk:
            fresh = header(known.header.desk, source=known.header.source, day=9)
            assert write_snapshot(study.snapshots, fresh, known.tasks, known) is None


def test_the_ledger_sends_them_nothing_more_and_remembers_which_tasks_are_ours(study):
    everywhere = Ledger(study.ledger_path, SERVER).everywhere()
    forget(study, LEAVER, REASON)
    ledger = Ledger(study.ledger_path, SERVER)

    assert [desk.annotator for desk in ledger.desks()] == ["ben", "cleo", ""]
    assert ledger.everywhere() == everywhere
    assert {who for _, who, _ in ledger.begun("main")} == {"ben", "cleo"}
    assert set(study.assignment()["annotator"]) == {"ben"}
    assert [each.annotators for each in study.rounds()] == [("ben",), ("ben", "cleo"), ("ben",)]
    assert [each.reference for each in study.rounds()] == ["(forgotten)", "", ""]


@pytest.mark.parametrize(
    "user",
    [EMAIL, EMAIL.upper(), {"email": EMAIL, "id": 3}, 3, "annotator 5"],
    ids=["e-mail", "upper case", "object", "number of a known user", "stranger"],
)
def test_whoever_was_forgotten_gets_no_pseudonym(study, user):
    forget(study, LEAVER, REASON)
    who = Pseudonyms(study.people_path, SERVER, {3: EMAIL}, study.tombstones())
    who_else = Pseudonyms(study.people_path, "embedded", {}, study.tombstones())

    assert (who(user) == "(forgotten)") == (user != "annotator 5")
    assert who_else(5) == "(forgotten)"
    assert who_else(4) != "(forgotten)"
    assert who(5) != "(forgotten)"  # a number means nothing on another server


def test_a_strangers_number_is_not_given_again(study):
    forget(study, LEAVER, REASON)
    who = Pseudonyms(study.people_path, SERVER, {}, study.tombstones())

    assert who("somebody@else.example") == "annotator-02"  # the first was who has left


def export_file(study, folder, author, *, number=32, article=2):
    """Write an export as Label Studio does, of a project that is not ours."""
    row = study.articles().iloc[article]
    made = work(number, LEAVER, row["text"], 8)
    annotation = {
        **{name: made[name] for name in ("result", "created_at", "updated_at")},
        "id": number,
        "completed_by": author,
        "was_cancelled": False,
    }
    data = {"text": row["text"], "article_id": row["article_id"]}
    path = folder / "export.json"
    path.write_text(
        json.dumps([{"id": 6, "project": 7, "data": data, "annotations": [annotation]}])
    )
    return path


@pytest.mark.parametrize(
    ("author", "number", "kept"),
    [
        ({"id": 8, "email": EMAIL}, 99, False),  # new work of the same account
        (None, 32, False),  # old work, after the account was deleted
        ({"id": 8, "email": "new@newsroom.example"}, 32, False),
        ({"id": 8, "email": "new@newsroom.example"}, 99, True),
    ],
    ids=["account", "account deleted", "old work under another name", "somebody else"],
)
def test_an_export_by_hand_does_not_bring_them_back(study, tmp_path, author, number, kept):
    path = export_file(study, tmp_path, author, number=number)
    forget(study, LEAVER, REASON)
    workflow.pull_file(study, path)

    found = files_with(study.root, *NAMES)
    assert bool(found) == kept  # the note, in somebody else's work
    assert "(forgotten)" not in set(study.tables().visits["annotator"])
    assert any("annotator-" in name for name in study.tables().visits["annotator"]) == kept


def test_neither_the_pseudonym_nor_the_account_can_be_taken_again(study):
    forget(study, LEAVER, REASON)

    with pytest.raises(StudyError, match=f'"{LEAVER}" was forgotten on .*{REASON}'):
        study.add_annotators([LEAVER])
    with pytest.raises(StudyError, match="was forgotten"):
        study.add_annotators([LEAVER.upper()])
    with pytest.raises(StudyError, match="somebody who was forgotten"):
        claim_email(study.people_path, "dan", EMAIL.upper(), study.tombstones())
    study.add_annotators(["dan"])


def test_a_restored_backup_is_seen_without_them_and_cleared_by_one_command(study, built, tmp_path):
    forget(study, LEAVER, REASON)
    old = Study(shutil.copytree(built.root, tmp_path / "restored"))
    shutil.copy(study.root / "tombstones.json", old.root)

    assert old.settings().annotators == ("ben", "cleo")
    assert LEAVER not in set(old.tables().visits["annotator"])
    assert files_with(exported(old, tmp_path / "out"), *NAMES) == {}
    told = run("forget", "--study", old.root).stdout
    assert "1 annotator and 0 articles that left before: 8 annotations, 0 drafts, 8 spans" in told
    assert f"project 70 on {SERVER}: all of it" in told
    assert f"project 71 on {SERVER}: annotations 22, 25 (tasks 3, 5)" in told
    assert f"account {EMAIL}" in told
    assert files_with(old.root, *NAMES) == {}


def test_who_was_forgotten_is_named_by_no_command_before_a_restored_ledger_is_cleared(
    study, built, tmp_path
):
    forget(study, LEAVER, REASON)
    old = Study(shutil.copytree(built.root, tmp_path / "restored"))
    old.save_rounds([replace(each, grows=each.name == "main") for each in built.rounds()])
    asked = (("status",), ("status", "--json"), ("round", "list"), ("round", "list", "--json"))
    seen = [run(*command, "--study", old.root).output for command in asked]
    assert all(LEAVER in each for each in seen)
    shutil.copy(study.root / "tombstones.json", old.root)

    for command in asked:
        assert LEAVER not in run(*command, "--study", old.root).output, command
    rows = workflow.rounds.current_rounds(old, [("main", *_begun(old))]).rows
    assert LEAVER not in set(rows["annotator"])
    told = run("forget", "zz", "--reason", REASON, "--yes", "--study", old.root, code=1).stderr
    assert LEAVER not in told


def _begun(study):
    """Give a place at the desk of who leaves, as the ledger has it."""
    places = Ledger(study.ledger_path, "").begun("main")
    return next(place for place in places if place[1] == LEAVER)


@pytest.mark.parametrize("closed", ["", "2026-01-09T00:00:00Z"], ids=["open", "closed before"])
def test_the_rounds_of_an_adjudicator_who_leaves_are_closed(study, closed):
    study.save_rounds(
        [
            *study.rounds(),
            Round("mine", "adjudication", (LEAVER,), of="main", closed=closed),
            Round("theirs", "adjudication", ("cleo",), of="main"),
        ]
    )
    forget(study, LEAVER, REASON)
    stored = json.loads((study.root / "rounds.json").read_text())
    ends = {each["name"]: each["closed"] for each in stored}

    since = study.tombstones().annotators[0].since
    assert ends["mine"] == (closed or f"{since[:19]}Z")
    assert ends["theirs"] == ends["main"] == ends["train"] == ""
    listed = run("round", "list", "--study", study.root).stdout
    assert f"closed {ends['mine']}" in listed


def test_strangers_are_listed_apart_from_annotators(study):
    people = read_people(study.people_path)
    write_people(study.people_path, {**people, "annotator-07": Account("user 9 of file:7")})

    with pytest.raises(StudyError, match=r"given to their accounts: annotator-07$") as caught:
        forget(study, "zz", REASON)
    assert f"there are: {LEAVER}, ben, cleo; and" in str(caught.value)


def test_two_people_leave_one_after_the_other(study):
    forget(study, LEAVER, REASON)
    forget(study, "ben", "moved away")

    assert len(study.tombstones().annotators) == 2
    assert study.settings().annotators == ("cleo",)
    assert set(study.tables().visits["annotator"]) == {"cleo"}
    reasons = [
        [entry["why"] for entry in read_snapshot(path).header.removed]
        for path in study.snapshots.iterdir()
    ]
    assert [REASON] in reasons
    assert [REASON, "moved away"] in reasons


def test_everybody_may_leave(study):
    for name in (LEAVER, "ben", "cleo"):
        forget(study, name, REASON)

    assert study.tables().visits["annotator"].tolist() == []
    assert files_with(study.root, *NAMES, "ben@", '"ben"', "cleo") == {}


def test_a_stranger_can_be_forgotten_and_a_former_one_is_told_by_the_name_of_today(study):
    people = read_people(study.people_path)
    write_people(study.people_path, {**people, "annotator-07": Account("user 9 of file:7")})
    with pytest.raises(StudyError, match=f"annotator-01 is what {LEAVER} was called before"):
        forget(study, "annotator-01", REASON)
    forget(study, "annotator-07", REASON)

    who = Pseudonyms(study.people_path, "file:7", {}, study.tombstones())
    assert who(9) == "(forgotten)"
    assert "annotator-07" not in read_people(study.people_path)


@pytest.mark.parametrize(
    ("name", "reason", "told"),
    [
        ("nobody", REASON, 'There is no annotator "nobody"; there are: .*ben'),
        (LEAVER, " ", "--reason"),
        (LEAVER, f"{LEAVER} asked for it", "may not say"),
        (LEAVER, f"mail of {EMAIL}", "may not say"),
    ],
)
def test_what_cannot_be_done_changes_nothing(study, name, reason, told):
    before = {path: path.read_bytes() for path in study.root.rglob("*") if path.is_file()}
    with pytest.raises(StudyError, match=told):
        forget(study, name, reason)

    after = {path: path.read_bytes() for path in study.root.rglob("*") if path.is_file()}
    assert after == before


def test_a_snapshot_that_was_altered_stops_it_before_anything_is_done(study):
    path = min(study.snapshots.glob("*.gz"))
    content = gzip.decompress(path.read_bytes()).replace(b'"cleo"', b'"zora"')
    path.chmod(0o644)
    path.write_bytes(gzip.compress(content))

    run("forget", LEAVER, "--reason", REASON, "--yes", "--study", study.root, code=1)
    assert not study.tombstones_path.exists()


def test_where_people_wrote_the_name_themselves_is_told(study):
    (study.root / "codebook.md").write_text(f"# Book\nAsk {LEAVER} in doubt.\n")
    toml = study.root / "study.toml"
    toml.write_text(toml.read_text() + f"# {LEAVER} is Q. Zander\n")
    (study.root / "dataset").mkdir()
    for name in ("SHA256SUMS", "visits.parquet"):
        (study.root / "dataset" / name).write_text("")
    (study.private / "label-studio-backups").mkdir()
    (study.private / "label-studio-backups" / "1.22.sqlite3").write_bytes(b"")
    remarks = "\n".join(plan_forget(study, LEAVER, REASON).remarks)

    assert "codebook.md, line 2, says the name" in remarks
    assert "study.toml, line " in remarks
    assert "dataset/ was exported before" in remarks
    assert "private/label-studio-backups/ holds copies" in remarks


# --- cut off ---


def seen_without(study, folder, *words):
    """See to it that nobody who reads the study meets what has left it."""
    assert files_with(exported(Study(study.root), folder), *words) == {}


def read(study, *words):
    """Give the words that somebody who reads the study meets."""
    frames = [*vars(study.tables()).values(), study.articles(), study.assignment()]
    said = "".join(frame.to_json(force_ascii=False) for frame in frames)
    said += repr((study.settings(), study.rounds()))
    return [word for word in words if word in said]


@pytest.mark.parametrize("step", range(len(removal.STEPS)))
def test_from_the_tombstone_on_nobody_sees_them_and_the_next_command_finishes(
    study, tmp_path, monkeypatch, step
):
    def die(_study):
        raise KeyboardInterrupt

    steps = (*removal.STEPS[:step], die, *removal.STEPS[step + 1 :])
    with monkeypatch.context() as patch:
        patch.setattr(removal, "STEPS", steps)
        with pytest.raises(KeyboardInterrupt):
            forget(study, LEAVER, REASON)
    seen_without(study, tmp_path / "out", *NAMES)
    workflow.edit(study, study.articles()["article_id"][2], {"outlet": "The Ferry Post"})

    assert files_with(study.root, *NAMES) == {}
    assert study.tombstones().annotators[0].done


CHANGES = {"os.rename", "os.remove", "open"}


def killed_at(study, number, leave):
    """Leave a study in a process that is killed at its so-manieth change; tell if it was."""
    child = os.fork()
    if child == 0:
        seen = 0

        def watch(event, details):
            nonlocal seen
            if event not in CHANGES or not str(details[0]).startswith(str(study.root)):
                return
            writes = event != "open" or (isinstance(details[2], int) and details[2] & 3)
            if writes:
                seen += 1
                if seen == number:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            leave(study)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("kind", ["person", "article"])
def test_killed_at_any_change_of_a_file_it_is_finished_by_the_same_command(built, tmp_path, kind):
    article = built.articles()["article_id"][0]

    def leave(study):
        if kind == "person":
            forget(study, LEAVER, REASON)
        else:
            withdraw(study, [article], REASON)

    words = NAMES if kind == "person" else (SECRET, "Xylophonic")
    number, killed = 0, True
    while killed:
        number += 1 if kind == "person" else 3
        study = Study(shutil.copytree(built.root, tmp_path / f"{kind}{number}"))
        killed = killed_at(study, number, leave)
        if study.tombstones_path.exists():
            assert not read(study, *words)
        leave(study)
        assert files_with(study.root, *words) == {}, number
        assert not study.tombstones().pending
        shutil.rmtree(study.root)
    assert number > 15


# --- an article ---


@pytest.fixture
def first(study):
    """Give the article with words of its own; the second repeats the rest of it."""
    return study.articles()["article_id"][0]


def test_an_article_is_gone_from_every_byte(study, tmp_path, first):
    assert files_with(study.root, SECRET)
    quoted = "Xylophonic"
    withdraw(study, [first], "the publisher objects")

    assert files_with(study.root, SECRET, quoted) == {}
    told = files_with(study.root, first)
    assert {name.split("/")[0] for name in told} <= {
        *("tombstones.json", "snapshots", "ledger.sqlite")
    }
    out = exported(study, tmp_path / "out")
    assert files_with(out, SECRET, quoted, first) == {}
    tables = study.tables()
    for name in ("visits", "answers", "spans", "faults"):
        assert first not in set(getattr(tables, name)["article_id"])
    assert first not in set(study.assignment()["article_id"])


def test_snapshots_hold_the_article_in_their_heads_only(study, first):
    withdraw(study, [first], REASON)

    for path in study.snapshots.glob("*.gz"):
        snapshot = read_snapshot(path)
        assert first not in {task["article_id"] for task in snapshot.tasks}
        for entry in snapshot.header.removed:
            assert (entry["what"], entry["article_id"]) == ("article", first)


def test_what_repeated_it_is_linked_anew(study, first):
    second = study.articles()["article_id"][1]
    assert study.articles()["duplicate_of"].tolist() == ["", first, ""]
    withdraw(study, [first], REASON)

    articles = study.articles()
    assert articles["article_id"][0] == second
    assert articles["duplicate_of"].tolist() == ["", ""]


def test_the_tombstone_of_an_article_counts_what_was_said_of_it(study, first):
    withdraw(study, [first[:8]], REASON)
    (stone,) = study.tombstones().articles

    assert (stone.article_id, stone.reason, stone.done) == (first, REASON, True)
    assert asdict(stone.removed) == {"annotations": 6, "drafts": 0, "spans": 6}
    assert set(stone.keys) == {first, repeat_key(study.key(), first, 2)}


def test_an_article_does_not_come_back_unless_it_is_asked_for(study, built, first):
    source = built.root.parent / "news.jsonl"
    withdraw(study, [first], REASON)
    refused = run("add", source, "--study", study.root).stderr

    assert f"It is {first}, which was withdrawn on 20" in refused
    assert f"({REASON}); to take it in all the same, use --again." in refused
    assert "0 added, 0 updated, 2 unchanged, 1 refused" in refused
    assert first not in set(study.articles()["article_id"])

    run("add", source, "--again", "--study", study.root)
    assert first in set(study.articles()["article_id"])
    (stone,) = study.tombstones().articles
    assert stone.returned > stone.since
    withdraw(study, [first], "and again")
    assert first not in set(study.articles()["article_id"])
    assert [each.reason for each in study.tombstones().articles] == [REASON, "and again"]


@pytest.mark.parametrize("occasion", [1, 2])
def test_an_export_by_hand_does_not_bring_an_article_back(study, tmp_path, first, occasion):
    path = export_file(study, tmp_path, {"id": 8, "email": "x@y.example"}, article=0)
    if occasion == 2:
        path.write_text(path.read_text().replace(first, repeat_key(study.key(), first, 2)))
    withdraw(study, [first], REASON)
    told = run("pull", "--from-file", path, "--study", study.root).stderr

    assert "refused: task 6: its article was withdrawn on 20" in told
    assert files_with(study.root, SECRET) == {}


def test_several_articles_leave_at_once_and_so_may_all(study):
    ids = list(study.articles()["article_id"])
    withdraw(study, ids, REASON)

    assert study.articles().empty
    assert study.tables().visits.empty
    assert files_with(study.root, SECRET, "Ferries") == {}
    with pytest.raises(ArticleError):
        withdraw(study, ["a0"], REASON)


# --- the commands ---


def test_nobody_is_forgotten_by_accident(study):
    asked = run("forget", LEAVER, "--reason", REASON, "--study", study.root, code=1)
    assert "say --yes" in asked.stderr
    tried = run("forget", LEAVER, "--reason", REASON, "--dry-run", "--study", study.root)
    assert "8 annotations, 0 drafts, 8 spans, in 7 snapshots will be gone" in tried.stderr
    unsaid = run("forget", LEAVER, "--yes", "--study", study.root, code=1)
    assert "--reason" in unsaid.stderr

    assert not study.tombstones_path.exists()
    assert LEAVER in study.settings().annotators


@pytest.mark.parametrize("answer", ["n", "y"])
def test_at_a_terminal_somebody_is_asked(study, answer):
    reader, writer = pty.openpty()
    command = [sys.executable, "-m", "annotate", "forget", LEAVER, "--reason", REASON]
    os.write(reader, f"{answer}\n".encode())
    told = subprocess.run(
        [*command, "--study", study.root], stdin=writer, capture_output=True, text=True, check=False
    )

    assert "8 annotations, 0 drafts, 8 spans" in told.stderr
    assert "This cannot be undone. Go on? [y/N]" in told.stderr
    assert study.tombstones_path.exists() == (answer == "y"), told.stderr
    assert told.returncode == 0


def test_what_remains_elsewhere_is_told(study):
    told = run("forget", LEAVER, "--reason", REASON, "--yes", "--study", study.root).stdout

    assert f"project 70 on {SERVER}: all of it" in told
    assert f"project 71 on {SERVER}: annotations 22, 25 (tasks 3, 5)" in told
    assert f"project 75 on {SERVER}: annotation 41 (task 7)" in told
    assert f"account {EMAIL}" in told
    for place in ("--on-server", "exported earlier", "Backups", "VACUUM"):
        assert place in told
    assert files_with(study.root, *NAMES) == {}


def test_the_studys_own_server_has_one_name(study, first):
    own = Ledger(study.ledger_path, "embedded")
    study.save_rounds([*study.rounds(), Round("settled", "adjudication", ("ben",), of="main")])
    own.add_desk(Desk("ben", "settled", 10))
    own.add_desk(Desk(LEAVER, "main", 3))
    told = run("forget", LEAVER, "--reason", REASON, "--yes", "--study", study.root).stdout

    assert "project 3 on the study's own server: all of it" in told
    assert "project 10 on the study's own server shows an adjudicator" in told
    assert "on embedded" not in told


def test_what_remains_of_an_article_is_told_for_programs(study, first):
    arguments = ("withdraw", first, "--reason", REASON, "--yes", "--json", "--study", study.root)
    told = json.loads(run(*arguments).stdout)

    assert told["removed"]["annotations"] == 6
    assert [each["tasks"] for each in told["on_servers"]] == [[700, 709], [710], [720]]
    assert told["deleted"] is None


def test_done_again_a_command_says_when_it_was_done(study):
    arguments = ("forget", LEAVER, "--reason", REASON, "--yes", "--study", study.root)
    run(*arguments)
    told = run(*arguments)

    assert "left the study on 20" in told.stderr
    assert len(study.tombstones().annotators) == 1
    assert study.tombstones().annotators[0].removed.annotations == 8


def test_the_card_says_how_many_have_left(study, tmp_path, first):
    forget(study, LEAVER, REASON)
    withdraw(study, [first], REASON)
    card = (exported(study, tmp_path / "out") / "README.md").read_text()

    assert "1 annotator and 1 article left the study" in card


def test_people_and_articles_may_leave_the_demonstration(tmp_path):
    made = make_study(tmp_path / "demo")
    name, file = made.recorded[0].annotator, made.recorded[-1].file
    articles = made.study.articles()
    ids = dict(zip(articles["source_file"], articles["article_id"], strict=True))
    forget(made.study, name, REASON)
    withdraw(made.study, [ids[next(source for source in ids if source.endswith(file))]], REASON)
    again_made = make_study(tmp_path / "demo")

    assert len(again_made.recorded_annotators) == len(made.recorded_annotators) - 1
    assert file not in {each.file for each in again_made.recorded}
    assert len(again_made.study.articles()) == len(ids) - 1


def test_a_reason_without_a_name_forgets_nobody_in_silence(study):
    told = run("forget", "--reason", REASON, "--yes", "--study", study.root, code=1).stderr

    assert "Say whom to forget" in told
    assert "no tombstones.json" in run("forget", "--study", study.root).stderr


def test_without_tombstones_there_is_nothing_to_do_again(study):
    assert not again(study)
    assert not study.tombstones_path.exists()


def test_the_ledger_s_file_holds_no_deleted_rows(study):
    ledger = Ledger(study.ledger_path, SERVER)
    for number in range(300):
        ledger.add_desk(Desk(LEAVER, f"round {number}", 1000 + number))
    size = study.ledger_path.stat().st_size
    forget(study, LEAVER, REASON)

    assert study.ledger_path.stat().st_size < size / 2
