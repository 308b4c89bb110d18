"""Rounds: what is started is what was asked for, what is refused leaves no trace."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from annotate import workflow
from annotate.articles import Metadata
from annotate.cli import main
from annotate.errors import ArticleError, ConfigError, StudyError, UsageError
from annotate.rounds import ADJUDICATION, Round
from annotate.settings import Assigning, Settings, read_settings
from annotate.snapshots import Header, write_snapshot
from annotate.study import Study
from annotate.workflow.assigning import rows_of as rows_of_round
from annotate.workflow.migrating import migration_table
from annotate.workflow.rounds import close_round, current_rounds, rounds_so_far
from annotate.workflow.starting import RoundPlan, start_round

CONFIG = b"""<View><Text name="text" value="$text"/>
<Labels name="span" toName="text"><Label value="Loaded"/></Labels>
<Choices name="tone" toName="text"><Choice value="yes"/><Choice value="no"/></Choices></View>"""
RENAMED = CONFIG.replace(b'value="Loaded"', b'value="Wording"')
PEOPLE = ("ada", "ben", "cyd")


def make_study(root, articles=12, people=PEOPLE, rules=None, config=CONFIG, event=""):
    study = Study.create(
        root / "study",
        Settings("Rounds", people, assignment=rules or Assigning()),
        config=config,
        codebook=b"# Book",
    )
    add(study, root, articles, event)
    return study


def add(study, root, number, event=""):
    """Add one-line articles, as many as there are to be in all."""
    rows = [{"text": f"Article number {n}.", "id": f"a{n}"} for n in range(number)]
    path = root / "articles.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    workflow.add(study, [path], Metadata(event=event))


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path)


def ids(study):
    return list(study.articles()["article_id"])


def rows_of(study, name):
    rows = study.assignment()
    return rows[rows["round"] == name]


def articles_of(study, name):
    return list(dict.fromkeys(rows_of(study, name)["article_id"]))


def submit(study, who, articles, round_="main", editor=None, drafts=()):
    """Put submitted visits, and drafts of articles, into the study, as a pull would."""
    hashes = study.articles().set_index("article_id")["text_sha256"]
    item = {
        "id": "1",
        "annotator": who,
        "updated_by": editor or who,
        "result": [],
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "seconds": 60.0,
        "skipped": False,
    }
    tasks = [
        {
            "article_id": article,
            "occasion": 1,
            "text_sha256": hashes[article],
            "desk": who,
            "task_id": number,
            "annotations": [item] if article in articles else [],
            "drafts": [{**item, "id": "7"}] if article in drafts else [],
        }
        for number, article in enumerate(dict.fromkeys([*articles, *drafts]))
    ]
    sha = study.schema().sha256
    header = Header("server:x", "2026-01-01T00:00:00Z", sha, round_, [who], desk=who)
    write_snapshot(study.snapshots, header, tasks)
    study.build_tables()


def files(study):
    """Give every file of a study but the lock, with what is in it."""
    return {
        path: path.read_bytes()
        for path in study.root.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def test_a_pilot_and_then_the_rest(study):
    pilot = start_round(study, RoundPlan("pilot", number=4, annotators=("ada", "ben")))
    rest = start_round(study, RoundPlan("main", assigning=Assigning(per_article=2)))

    assert (pilot.grows, rest.grows) == (False, True)
    assert len(articles_of(study, "pilot")) == 4
    assert set(articles_of(study, "pilot")) | set(articles_of(study, "main")) == set(ids(study))
    assert not set(articles_of(study, "pilot")) & set(articles_of(study, "main"))
    assert set(rows_of(study, "pilot")["annotator"]) == {"ada", "ben"}
    assert set(rows_of(study, "main").groupby("article_id").size()) == {2}


def test_the_same_seed_draws_the_same_articles(tmp_path, study):
    other = make_study(tmp_path / "other")
    for each in (study, other):
        start_round(each, RoundPlan("pilot", number=4))
    places = [
        [ids(each).index(article) for article in articles_of(each, "pilot")]
        for each in (study, other)
    ]

    assert places[0] == places[1]


def test_a_round_takes_the_articles_of_another_one_again(study):
    start_round(study, RoundPlan("pilot", number=4))
    again = start_round(study, RoundPlan("again", same_as="pilot"))

    assert articles_of(study, "again") == articles_of(study, "pilot")
    assert not again.grows


def test_what_comes_later_joins_the_round_that_grows_and_no_other(tmp_path, study):
    start_round(study, RoundPlan("pilot", number=4))
    start_round(study, RoundPlan("main"))
    add(study, tmp_path, 15)
    study.add_annotators(["dee"])

    current = current_rounds(study, [])
    pilot, rest = current.rounds
    rows = current.rows.groupby("round")["article_id"].nunique()

    assert (pilot.annotators, rest.annotators) == (PEOPLE, (*PEOPLE, "dee"))
    assert rows.to_dict() == {"pilot": 4, "main": 11}
    mine = current.rows[current.rows["annotator"] == "dee"]
    assert list(mine["round"].unique()) == ["main"]
    assert len(mine) == 11


def test_nothing_that_was_begun_moves(tmp_path):
    study = make_study(tmp_path, rules=Assigning(per_article=2, repeats=2))
    first = current_rounds(study, [])
    begun = [tuple(row) for row in first.rows.itertuples(index=False)]
    add(study, tmp_path, 30)
    study.add_annotators(["dee"])

    later = current_rounds(study, begun)
    found = {tuple(row) for row in later.rows.itertuples(index=False)}
    first_readings = later.rows[later.rows["occasion"] == 1]

    assert set(begun) <= found
    assert set(first_readings.groupby("article_id").size()) == {2}
    assert first_readings["article_id"].nunique() == 30
    assert set(later.rows[later.rows["occasion"] == 2].groupby("annotator").size()) == {2}


def test_articles_taken_again_stay_in_the_round_that_had_them(study):
    """Who joins it later gets them there as well."""
    current_rounds(study, []).save(study)
    start_round(study, RoundPlan("again", same_as="main", annotators=("ada",)))
    study.add_annotators(["dee"])
    rows = current_rounds(study, []).rows

    assert (rows[(rows["round"] == "main") & (rows["annotator"] == "dee")].shape[0]) == 12


def test_a_round_keeps_its_scheme_and_its_codebook(study):
    start_round(study, RoundPlan("pilot", number=4))
    study.replace_config(CONFIG.replace(b"<View>", b"<View> "))
    study.codebook_path.write_bytes(b"# Another book")
    start_round(study, RoundPlan("main"))
    pilot, rest = study.rounds()

    assert study.kept_scheme(pilot.schemes[""]) == CONFIG
    assert study.kept_codebook(pilot.codebook).read_bytes() == b"# Book"
    assert pilot.codebook != rest.codebook
    assert len(list((study.root / "schemes").iterdir())) == 2
    assert len(list((study.root / "codebooks").iterdir())) == 2


def test_an_older_round_keeps_its_own_when_the_newest_one_is_closed(study):
    """Else a closed round's scheme would go to desks that were asked another one."""
    start_round(study, RoundPlan("pilot", number=4))
    study.replace_config(RENAMED)
    table = study.root.parent / "table.csv"
    table.write_text(migration_table(study).replace("?,?", "span,Wording"), encoding="utf-8")
    start_round(study, RoundPlan("main", migration=table))
    close_round(study, "main")
    study.codebook_path.write_bytes(b"# Another book")
    (pilot,) = current_rounds(study, [("pilot", a, "ada", 1) for a in ids(study)]).rounds

    assert study.kept_scheme(pilot.schemes[""]) == CONFIG
    assert study.kept_codebook(pilot.codebook).read_bytes() == b"# Book"


def test_training_takes_what_the_reference_has_labelled(study):
    submit(study, "cyd", ids(study)[:5])
    made = start_round(study, RoundPlan("school", reference="cyd"))

    assert (made.kind, made.reference, made.annotators) == ("training", "cyd", ("ada", "ben"))
    assert articles_of(study, "school") == ids(study)[:5]
    assert study.uncounted_rounds() == {"school"}


def test_training_passes_over_what_those_who_take_part_have_seen(study):
    submit(study, "cyd", ids(study)[:5])
    submit(study, "ada", ids(study)[:2], "pilot")
    start_round(study, RoundPlan("school", reference="cyd"))

    assert articles_of(study, "school") == ids(study)[2:5]


def test_a_scheme_that_nobody_translated_is_refused_and_the_table_says_what_lacks(study):
    start_round(study, RoundPlan("pilot", number=4))
    study.replace_config(RENAMED)
    before = files(study)

    with pytest.raises(ConfigError, match='Round "pilot" was asked span=Loaded in other words'):
        start_round(study, RoundPlan("main"))
    assert files(study) == before
    assert migration_table(study).splitlines()[1].endswith(",span,Loaded,?,?")


def test_a_table_that_was_filled_in_is_kept_and_used(study, tmp_path):
    start_round(study, RoundPlan("pilot", number=4))
    submit(study, "ada", articles_of(study, "pilot"), "pilot")
    study.replace_config(RENAMED)
    table = tmp_path / "table.csv"
    table.write_text(migration_table(study).replace("?,?", "span,Wording"), encoding="utf-8")
    start_round(study, RoundPlan("main", migration=table))

    assert len(list(study.migrations.glob("*.csv"))) == 1
    assert migration_table(study).count("\n") == 1
    assert migration_table(study, "pilot").splitlines()[1].endswith(",span,Loaded,span,Wording")
    assert study.tables().faults.empty


def test_what_is_called_the_same_stands_in_the_table_and_only_the_rest_is_asked_for(tmp_path):
    labels = b"".join(b'<Label value="L%d"/>' % number for number in range(9))
    study = make_study(tmp_path, config=CONFIG.replace(b'<Label value="Loaded"/>', labels))
    start_round(study, RoundPlan("pilot", number=4))
    study.replace_config(study.config_path.read_bytes().replace(b'"L4"', b'"New"'))
    asked = [line.split(",", 2)[2] for line in migration_table(study).splitlines()[1:]]
    told = run("round", "migration", "--study", study.root).stderr
    refused = run("round", "start", "main", "--study", study.root, fails=True).stderr
    table = tmp_path / "table.csv"
    table.write_text(migration_table(study).replace("?,?", "span,New"), encoding="utf-8")
    start_round(study, RoundPlan("main", migration=table))

    same = [f"span,L{n},span,L{n}" for n in (0, 1, 2, 3, 5, 6, 7, 8)]
    assert asked == [*same[:4], "span,L4,?,?", *same[4:]]
    assert "9 values to look at, 1 to be answered" in told
    assert 'Round "pilot" was asked span=L4 in other words' in refused


def test_a_label_that_was_added_leaves_nothing_to_answer_but_is_not_passed_over(study, tmp_path):
    start_round(study, RoundPlan("pilot", number=4))
    study.replace_config(CONFIG.replace(b"</Labels>", b'<Label value="Cue"/></Labels>'))
    table = tmp_path / "table.csv"
    table.write_text(migration_table(study), encoding="utf-8")
    refused = run("round", "start", "main", "--study", study.root, fails=True).stderr
    start_round(study, RoundPlan("main", migration=table))

    assert "was asked span in another way" in refused
    assert "writes the table that does" in refused
    first = study.rounds()[0].schemes[""]
    assert study.versions().reading(first).unmarkable == ("Cue",)


def test_a_question_of_another_kind_is_not_as_before(study):
    start_round(study, RoundPlan("pilot", number=4))
    study.replace_config(CONFIG.replace(b'name="tone"', b'name="tone" perRegion="true"'))

    assert [line.split(",", 2)[2] for line in migration_table(study).splitlines()[1:]] == [
        "tone,yes,?,?",
        "tone,no,?,?",
    ]


def test_a_table_given_again_takes_the_place_of_the_first(study, tmp_path):
    start_round(study, RoundPlan("pilot", number=4))
    study.replace_config(RENAMED)
    table = tmp_path / "table.csv"
    for number, filled in enumerate(("span,Wording", ",")):
        text = migration_table(study, "pilot").replace("?,?", filled)
        table.write_text(text.replace("span,Wording", filled), encoding="utf-8")
        start_round(study, RoundPlan(f"r{number}", number=2, migration=table))

    (kept,) = study.versions().migrations
    assert list(kept.renamed.values()) == [None]


def test_of_several_older_schemes_one_table_is_asked_for_where_it_leads_on(study, tmp_path):
    """From the first to the second there is a table: only the second's is lacking."""
    table = tmp_path / "table.csv"
    start_round(study, RoundPlan("one", number=2))
    study.replace_config(RENAMED)
    table.write_text(migration_table(study).replace("?,?", "span,Wording"), encoding="utf-8")
    start_round(study, RoundPlan("two", number=2, migration=table))
    study.replace_config(CONFIG.replace(b'value="Loaded"', b'value="Third"'))
    asked = migration_table(study).splitlines()[1:]
    table.write_text(migration_table(study).replace("?,?", "span,Third"), encoding="utf-8")
    start_round(study, RoundPlan("three", number=2, migration=table))

    assert [line.split(",")[2:] for line in asked] == [["span", "Wording", "?", "?"]]
    first = study.rounds()[0].schemes[""]
    renamed = dict(vars(study.versions().reading(first))["values"])
    assert renamed == {("span", "Loaded"): ("span", "Third")}


def plan(**changed):
    return RoundPlan(**{"name": "new", **changed})


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        (plan(name="e@mail.org"), StudyError, "will not do as a round's name"),
        (plan(name="../up"), StudyError, "will not do as a round's name"),
        (plan(name="PILOT"), StudyError, 'There is a round "PILOT" already'),
        (plan(annotators=("zoe",)), StudyError, '"zoe" is no annotator of the study'),
        (plan(articles=("a123",)), ArticleError, 'There is no article "a123"'),
        (plan(number=11), ArticleError, "11 articles are asked for, and 10 are left"),
        (plan(same_as="nowhere"), StudyError, 'There is no round "nowhere"; there are: pilot'),
        (plan(same_as="pilot", articles=("a",)), UsageError, "and not both"),
        (
            plan(assigning=Assigning(per_article=4)),
            StudyError,
            "4 annotators for each article are asked for, and 3 take part",
        ),
        (plan(assigning=Assigning(mode="shared", repeats=1)), StudyError, "cannot be with mode"),
        (plan(reference="zoe"), StudyError, '"zoe" has submitted nothing'),
        (plan(reference="adjudicated"), StudyError, "Nothing was adjudicated yet"),
        (plan(reference="cyd", annotators=("cyd",)), UsageError, "labels of their own"),
        (plan(reference="cyd", same_as="pilot"), StudyError, "no labels of cyd for 1 of the"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(study, asked, kind, said):
    start_round(study, RoundPlan("pilot", articles=ids(study)[:2]))
    submit(study, "cyd", ids(study)[1:3], "pilot")
    before = files(study)

    with pytest.raises(kind, match=said) as told:
        start_round(study, asked)
    assert "\n" not in str(told.value)
    assert files(study) == before


def test_sentences_agree_in_number_with_what_they_count(study):
    start_round(study, RoundPlan("pilot", articles=ids(study)[:11]))
    with pytest.raises(ArticleError, match="2 articles are asked for, and 1 is left"):
        start_round(study, RoundPlan("main", number=2))
    submit(study, "ada", ids(study)[:2], "pilot")
    with pytest.raises(StudyError, match=r"nothing to train on; ada has$"):
        start_round(study, RoundPlan("school", reference="zoe"))
    submit(study, "ben", ids(study)[:2], "pilot")
    with pytest.raises(StudyError, match=r"nothing to train on; ada, ben have$"):
        start_round(study, RoundPlan("school", reference="zoe"))


def test_a_migration_that_is_refused_leaves_nothing_behind(study, tmp_path):
    start_round(study, RoundPlan("pilot", number=4))
    study.replace_config(RENAMED)
    table = tmp_path / "table.csv"
    good = migration_table(study).replace("?,?", "span,Wording")
    before = files(study)
    for text, said in [
        (migration_table(study), "still open"),
        (good.replace("span,Wording", "span,Nonsense"), 'has no "Nonsense"'),
        (good.replace(study.rounds()[0].schemes[""][:12], "0" * 12), "no round of this study"),
        (good.replace(study.schema().sha256[:12], "0" * 12), "leads to scheme 0000"),
    ]:
        table.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match=said):
            start_round(study, RoundPlan("main", migration=table))
    table.write_text(good, encoding="utf-8")
    with pytest.raises(ArticleError, match="no article"):
        start_round(study, RoundPlan("main", articles=("a1",), migration=table))

    assert files(study) == before


def test_a_round_is_closed_once(study):
    start_round(study, RoundPlan("pilot", number=4))
    close_round(study, "pilot")
    before = files(study)

    for name, said in (("pilot", "was closed already"), ("other", 'no round "other"')):
        with pytest.raises(StudyError, match=said):
            close_round(study, name)
    assert files(study) == before
    assert current_rounds(study, []).rounds == []


def test_a_study_that_began_without_naming_a_round_has_one(study):
    submit(study, "ada", ids(study)[:2])
    before = files(study)

    with pytest.raises(StudyError, match='There is a round "main" already'):
        start_round(study, RoundPlan("main"))
    assert files(study) == before
    close_round(study, "main")
    assert [(each.name, each.open) for each in study.rounds()] == [("main", False)]


def test_work_done_with_a_scheme_that_is_gone_stops_a_new_round(study):
    submit(study, "ada", ids(study)[:2])
    study.replace_config(RENAMED)

    with pytest.raises(ConfigError, match="Put the old file back"):
        start_round(study, RoundPlan("second"))


def test_articles_of_topics_are_asked_of_the_topic_s_targets(tmp_path):
    from annotate.resources import resource
    from annotate.workflow.assigning import topics_of

    scheme = resource("label_config.xml").read_bytes()
    study = make_study(tmp_path, config=scheme, event="vote", articles=2)
    toml = study.root / "study.toml"
    topic = '\n[[topic]]\nevent = "vote"\ntargets = ["Ukraine"]\n'
    toml.write_text(toml.read_text(encoding="utf-8") + topic, encoding="utf-8")
    (each,) = current_rounds(study, []).rounds
    versions = study.versions()
    current_rounds(study, []).save(study)
    part = study.versions().past[each.schemes["vote"]]

    assert set(topics_of(study, each.schemes).values()) == {"vote"}
    stances = [q.name for q in part.questions if q.name.startswith("stance_")]
    assert stances == ["stance_ukraine"]
    assert part.part_of == versions.current.sha256
    assert "stance_russia" in study.versions().reading(part.sha256).unasked
    # An article that lies on a desk stays there: a topic that comes later is for later rounds.
    more = topic.replace("vote", "strike")
    toml.write_text(toml.read_text(encoding="utf-8") + more, encoding="utf-8")
    begun = [tuple(row) for row in study.assignment().itertuples(index=False)]
    assert set(current_rounds(study, begun).rounds[0].schemes) == {"", "vote"}
    assert set(current_rounds(study, []).rounds[0].schemes) == {"", "vote", "strike"}


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        ([{"event": "e", "targets": ["x"]}, {"event": "e", "targets": ["y"]}], "twice"),
        ([{"event": "e"}], "needs event"),
    ],
)
def test_topics_that_cannot_be_are_refused(topics, said):
    with pytest.raises(StudyError, match=said):
        read_settings({"study": {"name": "x"}, "topic": topics}, "study.toml")


def run(*arguments, fails=False):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == (1 if fails else 0), result.output
    return result


def test_the_commands_start_list_and_close_rounds(tmp_path):
    root, articles = tmp_path / "s", tmp_path / "articles.jsonl"
    rows = [{"text": f"Article number {n}.", "id": str(n)} for n in range(9)]
    articles.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    run("init", root, "--annotator", "ada", "--annotator", "ben", "--per-article", 1)
    run("add", articles, "--study", root)
    listed = run("round", "list", "--study", root)
    started = run("round", "start", "pilot", "--articles", 3, "--repeats", 1, "--study", root)
    run("round", "start", "main", "--per-article", 2, "--seed", 7, "--study", root)
    run("round", "close", "pilot", "--yes", "--study", root)
    told = run("round", "list", "--study", root).stdout
    rounds = json.loads(run("round", "list", "--json", "--study", root).stdout)
    refused = run("round", "close", "pilot", "--study", root, fails=True)
    both = run(
        "round", "start", "x", "--training", "ada", "--repeats", 1, "--study", root, fails=True
    )

    assert (listed.stdout, "No round yet" in listed.stderr) == ("", True)
    assert started.stdout == (
        'Round "pilot" (annotation): 3 articles, 2 annotators; for each of them 2 to 3 visits, '
        "1 hidden repeat among these (2 in all)\n"
    )
    assert "closed 20" in told
    assert [(each["name"], each["articles"], each["grows"]) for each in rounds] == [
        ("pilot", 3, False),
        ("main", 6, True),
    ]
    assert rounds[1]["assigning"] == {"mode": "desks", "per_article": 2, "repeats": 0, "seed": 7}
    assert "was closed already" in refused.stderr
    assert "leave --per-article and --repeats out" in both.stderr


def test_who_comes_to_the_study_is_listed_in_the_round_that_takes_them_in(study):
    """Before the next push, too: it will send them their articles."""
    start_round(study, RoundPlan("pilot", number=4))
    start_round(study, RoundPlan("main"))
    study.add_annotators(["dee"])
    told = run("round", "list", "--study", study.root).stdout.splitlines()
    rounds = json.loads(run("round", "list", "--json", "--study", study.root).stdout)

    assert "ada, ben, cyd " in told[2]
    assert "dee" not in told[2]
    assert "ada, ben, cyd, dee " in told[3]
    assert [tuple(each["annotators"]) for each in rounds] == [PEOPLE, (*PEOPLE, "dee")]


def test_what_is_owed_in_a_round_is_said_before_it_is_closed(study):
    """Nobody owes anything there any more, and a round is not opened again."""
    start_round(study, RoundPlan("pilot", articles=ids(study)[:2], annotators=("ada", "ben")))
    submit(study, "ada", ids(study)[:2], "pilot")
    close = ("round", "close", "pilot", "--study", study.root)
    refused = run(*close, fails=True)
    still_open = study.rounds()[0].open
    closed = run(*close, "--yes")

    assert "ben owes 2 visits of pilot: 2 not sent yet" in refused.stderr
    assert "ada owes" not in refused.stderr
    assert "say --yes" in refused.stderr
    assert still_open
    assert "ben owes 2 visits" in closed.stderr
    assert not study.rounds()[0].open


def test_a_round_in_which_nothing_is_owed_is_closed_without_a_question(study):
    start_round(study, RoundPlan("pilot", articles=ids(study)[:2], annotators=("ada",)))
    submit(study, "ada", ids(study)[:2], "pilot")
    closed = run("round", "close", "pilot", "--study", study.root)
    again = run("round", "close", "pilot", "--study", study.root, fails=True)

    assert closed.stderr == ""
    assert "was closed already" in again.stderr


def test_what_an_adjudicator_owes_is_said_as_well(study):
    submit(study, "ada", ids(study)[:2])
    rounds_so_far(study).save(study)
    judged = Round("adjudication of main", ADJUDICATION, annotators=("zoe",), of="main")
    study.save_rounds([*study.rounds(), judged])
    rows = study.assignment()
    mine = rows_of_round("adjudication of main", [(ids(study)[0], "zoe", 1)])
    study.save_assignment(pd.concat([rows, mine], ignore_index=True))
    refused = run("round", "close", "adjudication of main", "--study", study.root, fails=True)

    assert "zoe owes 1 visit of adjudication of main" in refused.stderr
    assert "zoe" not in run("status", "--study", study.root).stdout


def test_a_study_laid_out_for_a_shared_project_has_no_hidden_repeats(tmp_path):
    run("init", tmp_path / "s", "--mode", "shared", "--repeats", 2, fails=True)
    run("init", tmp_path / "s", "--mode", "shared", "--per-article", 2)

    assert Study.open(tmp_path / "s").settings().assignment == Assigning("shared", 2)


def test_a_study_cannot_be_laid_out_for_more_annotators_than_it_names(tmp_path):
    """Nobody need be named yet; then any number will do."""
    two = ("--annotator", "ada", "--annotator", "ben")
    refused = run("init", tmp_path / "s", *two, "--per-article", 3, fails=True)
    assert "An article cannot have 3 annotators of 2" in refused.stderr
    assert not (tmp_path / "s").exists()
    run("init", tmp_path / "s", *two, "--per-article", 2)
    run("init", tmp_path / "t", "--per-article", 3)
