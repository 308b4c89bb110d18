"""One visit that is known from a desk and from a file, and tables that were half written."""

import pytest
from made_study import DAY, PEOPLE, choose, ids, made_study, pulled

from annotate.errors import StudyError
from annotate.rounds import MAIN, Round
from annotate.snapshots import Header, write_snapshot
from annotate.studio.ledger import Ledger
from annotate.study import study as tables_of_study
from annotate.workflow.rounds import begun, current_rounds

EDITED = {
    "id": "5",
    "annotator": "ada",
    "updated_by": "ben",
    "predicted": False,
    "skipped": False,
    "ground_truth": False,
    "result": choose("genre", "opinion"),
    "created_at": DAY.format(1),
    "updated_at": DAY.format(2),
    "seconds": 60.0,
}


@pytest.fixture
def study(tmp_path):
    return made_study(tmp_path)


def keep(study, source, day, work, desk="", article=""):
    """Keep a snapshot with one task."""
    article = article or ids(study)[0]
    hashes = study.articles().set_index("article_id")["text_sha256"]
    task = {
        "article_id": article,
        "occasion": 1,
        "text_sha256": hashes.get(article, ""),
        "desk": desk,
        "task_id": 1,
        "annotations": work,
        "drafts": [],
    }
    header = Header(source, DAY.format(day), study.schema().sha256, "main", ["ada"], desk)
    return write_snapshot(study.snapshots, header, [task])


@pytest.mark.parametrize("first", ["server:embedded", "file:1"])
def test_what_somebody_else_edited_is_said_whichever_source_was_read_first(study, first):
    for day, source in enumerate(sorted(("server:embedded", "file:1"), key=first.__ne__), 3):
        keep(study, source, day, [EDITED], desk="ada" if source.startswith("server") else "")
    tables = study.build_tables()
    # The desk's copy is kept apart; the file's counts, and is nothing that was read blind.
    assert tables.visits[["status", "arm"]].to_numpy().tolist() == [["submitted", "unknown"]]
    assert sorted(tables.faults["kind"]) == ["edited", "set aside"]


def test_faults_of_unknown_articles_have_one_order(study):
    known = keep(study, "file:1", 3, [EDITED], article="b-gone")
    study.build_tables()
    other = keep(study, "file:2", 4, [EDITED], article="a-gone")
    state = {each.header.section: each for each in (known, other)}
    one = study.build_tables(state, {"b-gone"} | {"a-gone"}).faults
    again = study.build_tables(state, {"b-gone"}).faults
    assert again.equals(one)
    assert again.equals(study.build_tables().faults)


def test_tables_half_written_do_not_pass_for_those_of_before(study, monkeypatch):
    keep(study, "server:embedded", 3, [{**EDITED, "updated_by": "ada"}], desk="ada")
    before, config = study.tables(), study.config_path.read_bytes()
    study.replace_config(config.replace(b'alias="opinion"', b'alias="comment"'))
    write = tables_of_study.write_parquet

    def killed(frame, path):
        if path.stem == "visits":
            raise StudyError
        write(frame, path)

    with monkeypatch.context() as patched:
        patched.setattr(tables_of_study, "write_parquet", killed)
        with pytest.raises(StudyError):
            study.tables()
    study.replace_config(config)
    assert study.tables().answers.equals(before.answers)


def test_a_lost_ledger_draws_no_article_anew_that_was_pulled_from_a_desk(tmp_path):
    texts = [f"Text {number} of the harbour, said {number * 7} officials." for number in range(12)]
    study = made_study(tmp_path, texts=texts)
    toml = study.root / "study.toml"
    rules = toml.read_text().replace("per_article = 0", "per_article = 2")
    toml.write_text(rules.replace("repeats = 0", "repeats = 2"))
    first = current_rounds(study, [])
    first.save(study)
    study.add_annotators(["dora"])
    sent = [("main", *place) for place in places(first.rows)]
    # New people change the draw: what lies on desks is what holds it.
    assert places(current_rounds(study, []).rows) - places(first.rows)
    for person in PEOPLE:
        own = first.rows[first.rows["annotator"] == person]
        once, again = (
            dict.fromkeys(own[own["occasion"] == n]["article_id"], choose("genre", "report"))
            for n in (1, 2)
        )
        pulled(study, "main", person, once, again=again)
    lost = Ledger(study.ledger_path, "embedded")
    assert sorted(begun(study, lost)) == sorted(sent)
    assert places(current_rounds(study, begun(study, lost)).rows) == places(first.rows)


def places(rows):
    """Give who has what for the how-manieth time."""
    columns = ["article_id", "annotator", "occasion"]
    return set(rows[columns].itertuples(index=False, name=None))


@pytest.mark.parametrize("left", [[], [Round(MAIN, "annotation", PEOPLE)]])
def test_a_round_of_which_nobody_knows_the_kind_is_in_no_figure(study, left):
    training = Round("tr", "training", PEOPLE, reference="ada")
    study.save_rounds([Round(MAIN, "annotation", PEOPLE), training])
    for name in (MAIN, "tr"):
        pulled(study, name, "ada", dict.fromkeys(ids(study), choose("genre", "report")))
    assert set(study.counted_tables().visits["round"]) == {MAIN}
    study.rounds_path.unlink()
    if left:
        study.save_rounds(left)
    with pytest.raises(StudyError, match='does not know the round "tr"'):
        study.counted_tables()
    study.save_rounds([*left, training])
    assert set(study.counted_tables().visits["round"]) == {MAIN}
