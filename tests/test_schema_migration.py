"""Work done with an earlier scheme is read by a table of the lead's, value by value, or not."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import ConfigError
from annotate.labels import build_tables
from annotate.reliability.evidence.gather import gather
from annotate.reliability.score import score
from annotate.schema import parse_config
from annotate.schema.migration import COLUMNS, Migration, faults_of, read_migrations
from annotate.schema.subset import config_for_topic
from annotate.schema.versions import Versions
from annotate.snapshots import Header, Snapshot
from annotate.studio.tasks import text_hash
from annotate.tables import SPAN_FAULTS

TEXT = "A scandal, he claims, is near."
PARTS = {
    "span": ("Loaded", "Cue"),
    "tone": ("calm", "shrill"),
    "stance_us": ("-1", "0", "1"),
    "direction": ("us:worse", "eu:worse", "none"),
}


def config(*, more="", about="", rating="stars", mood="tone", **values):
    """Make a scheme of other values, or with controls under other names."""
    part = PARTS | values
    labels = "".join(f'<Label value="{value}" group="g"/>' for value in part["span"])
    choices = {name: "".join(f'<Choice value="{value}"/>' for value in part[name]) for name in part}
    return f"""<View><Text name="text" value="$text"/>
<Labels name="span" toName="text">{labels}</Labels>
<Choices name="{mood}" toName="text">{choices["tone"]}</Choices>
<Choices name="stance_us" toName="text">{choices["stance_us"]}</Choices>
<Choices name="stance_eu" toName="text"><Choice value="-1"/><Choice value="1"/></Choices>
<Rating name="{rating}" toName="text" maxRating="3"/>
<Choices name="why" toName="text" choice="multiple" visibleWhen="choice-selected"
  whenTagName="{mood}" whenChoiceValue="{part["tone"][-1]}"><Choice value="x"/><Choice value="y"/>
</Choices>
<Choices name="direction" toName="text" perRegion="true" visibleWhen="region-selected"
  whenTagName="span" whenLabelValue="{about or part["span"][0]}">{choices["direction"]}</Choices>
{more}</View>""".encode()


def scheme(**changed):
    """Read such a scheme."""
    return parse_config(config(**changed))


OLD = scheme()


def span(label, start=2, end=9, region="r1"):
    value = {"start": start, "end": end, "labels": [label]}
    return {"id": region, "from_name": "span", "to_name": "text", "type": "labels", "value": value}


def said(name, *values, region="", kind="choices"):
    value = {kind: values[0] if kind == "rating" else list(values)}
    return {
        "id": region or name,
        "from_name": name,
        "to_name": "text",
        "type": kind,
        "value": value,
    }


RESULT = [
    span("Loaded"),
    said("direction", "us:worse", region="r1"),
    span("Cue", 11, 20, region="r2"),
    said("tone", "shrill"),
    said("why", "x", "y"),
    said("stance_us", "1"),
    said("stance_eu", "-1"),
    said("stars", 3, kind="rating"),
]


def work(result, who):
    return {
        "id": "1",
        "annotator": who,
        "updated_by": who,
        "result": result,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "seconds": 1.0,
        "skipped": False,
    }


def read(known, result=RESULT, asked=OLD):
    """Build the tables of one submitted visit."""
    return read_all(known, {("a1", "ada"): result}, asked)


def read_all(known, submitted, asked=OLD):
    """Build the tables of submitted visits, by article and annotator."""
    snapshots = []
    for who in dict.fromkeys(annotator for _, annotator in submitted):
        tasks = [
            {
                "article_id": article,
                "text_sha256": text_hash(TEXT),
                "desk": who,
                "annotations": [work(result, who)],
                "drafts": [],
            }
            for (article, annotator), result in submitted.items()
            if annotator == who
        ]
        header = Header("server:x", "2026-01-01T00:00:00Z", asked.sha256, "main", [who], desk=who)
        snapshots.append(Snapshot(header, tasks))
    texts = {article: TEXT for article, _ in submitted}
    hashes = dict.fromkeys(texts, text_hash(TEXT))
    return build_tables(snapshots, known.current, texts, hashes, versions=known)


def answers(tables):
    """Give the values of each question that was answered, and the state of the others."""
    rows = tables.answers[["question", "state", "value"]].itertuples(index=False, name=None)
    found = {}
    for question, state, value in rows:
        found.setdefault(question, []).append(value if state == "answered" else f"({state})")
    return found


def table(new, *rows, old=OLD):
    """Make a table of (control, value, new control, new value)."""
    renamed = {(c, v): (into, value) if into else None for c, v, into, value in rows if v}
    looked_for = frozenset((into, value) for _, v, into, value in rows if not v)
    return Migration(old.sha256[:12], new.sha256[:12], renamed, looked_for)


def versions(new, *tables, past=(OLD,)):
    return Versions(new, {each.sha256: each for each in past}, tables)


def as_before(*controls):
    """Give rows that leave the values of controls as they are."""
    return [(control, value, control, value) for control in controls for value in PARTS[control]]


CUE = ("span", "Cue", "span", "Cue")


def test_what_both_schemes_ask_in_the_same_words_needs_no_table():
    known = versions(scheme(more='<TextArea name="note" toName="text"/>'))
    tables = read(known)

    assert known.lacking(OLD.sha256) == []
    assert list(tables.spans["label"]) == ["Loaded", "Cue"]
    assert answers(tables)["why"] == ["x", "y"]
    assert tables.faults.empty


def test_an_added_question_was_not_shown():
    more = '<Choices name="genre" toName="text"><Choice value="news"/></Choices>'
    found = answers(read(versions(scheme(more=more))))

    assert found["genre"] == ["(not_shown)"]
    assert found["tone"] == ["shrill"]


def test_a_renamed_label_takes_its_questions_along():
    """The question about its spans names it otherwise now, and is the same question."""
    new = scheme(span=("Loaded wording", "Cue"))
    known = versions(new, table(new, ("span", "Loaded", "span", "Loaded wording"), CUE))
    tables = read(known)

    assert versions(new).lacking(OLD.sha256) == [("span", "Loaded"), ("span", "Cue")]
    assert known.lacking(OLD.sha256) == []
    assert list(tables.spans["label"]) == ["Loaded wording", "Cue"]
    assert answers(tables)["direction"] == ["us:worse"]
    assert tables.faults.empty


def test_a_question_that_is_shown_for_another_label_now_has_changed():
    new = scheme(span=("Loaded wording", "Cue"), about="Cue")
    known = versions(new, table(new, ("span", "Loaded", "span", "Loaded wording"), CUE))
    tables = read(known)

    assert {control for control, _ in known.lacking(OLD.sha256)} == {"direction"}
    assert "direction" not in answers(tables)
    assert list(tables.faults["kind"]) == ["other question"]


def test_without_a_table_changed_labels_are_missing_never_silent():
    tables = read(versions(scheme(span=("Loaded wording", "Cue"))), result=[])

    assert tables.spans.empty
    assert list(tables.visits["status"]) == ["submitted"]
    assert set(tables.faults["kind"]) <= SPAN_FAULTS
    assert not tables.faults["kept"].any()
    assert len(tables.faults)


def test_without_a_table_an_answer_in_other_words_is_missing_not_unasked():
    """It was given; that nobody can read it does not mean that it was not asked."""
    tables = read(versions(scheme(stance_us=("-1", "1"))))

    assert "stance_us" not in answers(tables)
    assert list(tables.faults["kind"]) == ["other question"]


def test_a_split_label_leaves_the_new_half_unknown():
    new = scheme(span=("Wording", "Epithet", "Cue"), about="Wording,Epithet")
    known = versions(new, table(new, ("span", "Loaded", "span", "Wording"), CUE))
    tables = read(known)

    assert known.lacking(OLD.sha256) == []
    assert list(tables.spans["label"]) == ["Wording", "Cue"]
    assert list(tables.faults["kind"]) == ["other labels"]
    assert "Epithet" in tables.faults["detail"].iloc[0]


def test_an_added_label_is_missing_unless_it_was_looked_for():
    new = scheme(span=("Loaded", "Cue", "Epithet", "Slur"))
    looked_for = [("span", "", "span", "Epithet"), ("span", "", "span", "Slur")]
    plain = versions(new, table(new, *as_before("span")))
    told = versions(new, table(new, *as_before("span"), *looked_for))

    assert list(read(plain).faults["kind"]) == ["other labels"] * 2
    assert read(told).faults.empty
    assert list(read(told).spans["label"]) == ["Loaded", "Cue"]


def test_a_dropped_label_takes_along_what_was_said_of_its_spans():
    new = scheme(span=("Cue",), about="Cue")
    dropped = [("direction", value, "", "") for value in PARTS["direction"]]
    tables = read(versions(new, table(new, ("span", "Loaded", "", ""), CUE, *dropped)))

    assert list(tables.spans["label"]) == ["Cue"]
    assert tables.faults.empty


def test_a_renamed_option_keeps_the_question_that_depends_on_it():
    new = scheme(tone=("calm", "loud"))
    rows = [("tone", "calm", "tone", "calm"), ("tone", "shrill", "tone", "loud")]
    known = versions(new, table(new, *rows))

    assert known.lacking(OLD.sha256) == []
    assert answers(read(known))["tone"] == ["loud"]
    assert answers(read(known))["why"] == ["x", "y"]


def test_options_that_change_places_change_what_depends_on_them():
    """The condition reads as before, and means the other half of the answers."""
    rows = [("tone", "calm", "tone", "shrill"), ("tone", "shrill", "tone", "calm")]
    more = '<TextArea name="note" toName="text"/>'
    new = scheme(more=more)
    known = versions(new, table(new, *rows))

    assert {control for control, _ in known.lacking(OLD.sha256)} == {"why"}


def test_a_dropped_option_is_no_vote_and_above_all_none_for_nothing():
    """Also where the question has another name now."""
    new = parse_config(config(mood="mood").replace(b'name="mood"', b'name="mood" empty="calm"'))
    rows = [("tone", "calm", "mood", "calm"), ("tone", "shrill", "", "")]
    why = [("why", value, "why", value) for value in "xy"]
    found = answers(read(versions(new, table(new, *rows, *why))))

    assert "mood" not in found


def test_a_renamed_question_keeps_its_answers():
    new = scheme(mood="mood", rating="score")
    rows = [("tone", value, "mood", value) for value in PARTS["tone"]]
    rows += [("stars", str(number), "score", str(4 - number)) for number in (1, 2, 3)]
    known = versions(new, table(new, *rows))
    found = answers(read(known))

    assert known.lacking(OLD.sha256) == []
    assert (found["mood"], found["score"], found["why"]) == (["shrill"], ["1"], ["x", "y"])


def test_a_rating_may_become_a_choice_and_a_choice_a_rating():
    swapped = config().replace(b'<Rating name="stars" toName="text" maxRating="3"/>', b"")
    few = (
        b'<Choices name="stars" toName="text"><Choice value="low"/><Choice value="high"/></Choices>'
    )
    new = parse_config(swapped.replace(b"</View>", few + b"</View>"))
    rows = [("stars", "1", "stars", "low"), ("stars", "2", "stars", "low")]
    there = versions(new, table(new, *rows, ("stars", "3", "stars", "high")))
    back = versions(OLD, table(OLD, ("stars", "low", "stars", "1"), ("stars", "high", "stars", "3"),
                               old=new), past=(new,))  # fmt: skip
    result = [*RESULT[:-1], said("stars", "high")]

    assert answers(read(there))["stars"] == ["high"]
    assert answers(read(back, result, asked=new))["stars"] == ["3"]


def test_two_migrations_in_a_row_are_put_together():
    middle = scheme(span=("Loaded wording", "Cue"), tone=("calm", "loud"))
    new = scheme(span=("Wording", "Cue", "Slur"), tone=("calm", "loud"), stance_us=("-1", "1"))
    first = table(
        middle,
        *[("span", "Loaded", "span", "Loaded wording"), CUE],
        *[("tone", "calm", "tone", "calm"), ("tone", "shrill", "tone", "loud")],
    )
    second = table(
        new,
        *[("span", "Loaded wording", "span", "Wording"), CUE, ("span", "", "span", "Slur")],
        *[("stance_us", "-1", "stance_us", "-1"), ("stance_us", "1", "stance_us", "1")],
        ("stance_us", "0", "", ""),
        old=middle,
    )
    known = versions(new, first, second, past=(OLD, middle))
    tables = read(known)

    assert known.lacking(OLD.sha256) == known.lacking(middle.sha256) == []
    assert list(tables.spans["label"]) == ["Wording", "Cue"]
    assert answers(tables)["tone"] == ["loud"]
    # That a label was looked for under the scheme between says nothing of the first one.
    assert list(tables.faults["kind"]) == ["other labels"]
    assert read(known, [], asked=middle).faults.empty


def test_a_step_that_needs_no_table_is_gone_as_well():
    """From A to B by a table, from B to C in the same words, from C to D by a table."""
    b = scheme(tone=("calm", "loud"))
    c = scheme(tone=("calm", "loud"), more='<TextArea name="note" toName="text"/>')
    d = scheme(tone=("quiet", "loud"), more='<TextArea name="note" toName="text"/>')
    steps = [
        table(b, ("tone", "calm", "tone", "calm"), ("tone", "shrill", "tone", "loud")),
        table(d, ("tone", "calm", "tone", "quiet"), ("tone", "loud", "tone", "loud"), old=c),
    ]
    known = versions(d, *steps, past=(OLD, b, c))

    assert known.lacking(OLD.sha256) == []
    assert answers(read(known))["tone"] == ["loud"]


def test_a_scheme_of_fewer_targets_is_read_with_the_whole_one_it_is_part_of():
    whole = config()
    part = parse_config(config_for_topic(whole, ["eu"]))
    result = [span("Loaded"), said("direction", "eu:worse", region="r1"), said("stance_eu", "1")]
    today = versions(OLD, past=(OLD, part))
    new = scheme(span=("Loaded wording", "Cue"))
    later = versions(new, table(new, ("span", "Loaded", "span", "Loaded wording"), CUE),
                     past=(OLD, part))  # fmt: skip

    for known in (today, later):
        found = answers(read(known, result, asked=part))
        assert found["stance_us"] == ["(not_shown)"]
        assert (found["stance_eu"], found["direction"]) == (["1"], ["eu:worse"])
        assert read(known, result, asked=part).faults.empty
    assert later.lacking(part.sha256) == []


def test_a_table_is_read_as_it_was_written(tmp_path):
    new = scheme(span=("Wording", "Cue", "Slur"))
    rows = [("span", "Loaded", "", ""), CUE, ("span", "", "span", "Slur")]
    made = table(new, *rows)
    path = tmp_path / "t.csv"
    path.write_text(made.csv(), encoding="utf-8")

    assert read_migrations(path) == [made]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "needs rows and the columns"),
        ([("a", "b", "span", "Loaded", "?", "?")], '"Loaded" of span is still open'),
        ([("a", "b", "span", "Loaded", "span", "")], "go together"),
        ([("a", "b", "span", "", "", "")], "neither an old value nor a new one"),
        ([("a", "", "span", "Cue", "", "")], "to_scheme"),
        ([("a", "b", "", "Cue", "", "")], "no control"),
        (
            [("a", "b", "span", "Cue", "span", "X"), ("a", "b", "span", "Cue", "span", "Y")],
            "stands there twice",
        ),
        (
            [("a", "b", "span", "Cue", "span", "X"), ("a", "b", "span", "Loaded", "other", "Y")],
            "go to several controls",
        ),
        ([("a", "b", "s", "C", "", ""), ("a", "c", "s", "C", "", "")], "lead to several schemes"),
    ],
)
def test_a_table_that_is_open_or_contradicts_itself_is_refused(tmp_path, rows, said):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(",".join(row) for row in [COLUMNS, *rows]), encoding="utf-8")

    with pytest.raises(ConfigError, match=said):
        read_migrations(path)


def test_what_a_table_speaks_of_must_be_there():
    new = scheme(span=("Wording", "Cue"))
    rows = [
        ("span", "Loadde", "span", "Wording"),
        ("span", "Cue", "span", "Nothing"),
        ("tone", "calm", "span", "Cue"),
        ("direction", "none", "why", "x"),
    ]

    assert faults_of(table(new, *rows), OLD, new) == [
        (
            "direction cannot become why: one is a question about a span, the other a question "
            "about the article"
        ),
        'span of label_config.xml has no "Nothing"',
        'span of the old scheme has no "Loadde"',
        "tone cannot become span: one is a question about the article, the other labels for spans",
    ]


results = st.lists(
    st.one_of(
        st.builds(
            lambda label, start, length, region: span(label, start, start + length, region),
            st.sampled_from([*PARTS["span"], "Foreign"]),
            st.integers(0, 25),
            st.integers(0, 9),
            st.sampled_from(["r1", "r2", "r3"]),
        ),
        st.builds(
            lambda value, region: said("direction", value, region=region),
            st.sampled_from([*PARTS["direction"], "foreign"]),
            st.sampled_from(["r1", "r2", "r9"]),
        ),
        st.builds(lambda value: said("tone", value), st.sampled_from([*PARTS["tone"], "foreign"])),
        st.builds(
            lambda values: said("why", *values), st.lists(st.sampled_from("xyz"), max_size=3)
        ),
        st.builds(
            lambda value: said("stars", value, kind="rating"),
            st.sampled_from([1, 2, 3, 3.0, 7, None, "2"]),
        ),
        st.sampled_from([None, {}, {"from_name": "tone"}, {"from_name": 3, "value": []}]),
    ),
    max_size=9,
)
NUMBERS = ("1", "2", "3")


@settings(max_examples=60, deadline=None)
@given(results)
def test_a_table_that_leaves_everything_as_it_is_changes_nothing(result):
    """Read through a table or not, the tables are the same, foreign values and all."""
    other = scheme(more='<TextArea name="note" toName="text"/>')
    rows = [*as_before("span", "tone", "stance_us", "direction")]
    rows += [("stars", number, "stars", number) for number in NUMBERS]
    plain = read(versions(other), result)
    through = read(versions(other, table(other, *rows)), result)

    for name in ("visits", "answers", "spans"):
        assert getattr(plain, name).equals(getattr(through, name)), name
    kinds = [sorted(tables.faults["kind"]) for tables in (plain, through)]
    assert kinds[0] == kinds[1]


@settings(max_examples=40, deadline=None)
@given(results, st.permutations(["p", "q"]), st.permutations(["m", "n"]))
def test_new_names_for_everything_rename_the_tables(result, labels, tones):
    """What the tables say under the new names is what they said under the old ones."""
    new = scheme(span=tuple(labels), tone=tuple(tones))
    rows = [("span", old, "span", now) for old, now in zip(PARTS["span"], labels, strict=True)]
    rows += [("tone", old, "tone", now) for old, now in zip(PARTS["tone"], tones, strict=True)]
    named = dict(
        [*zip(PARTS["span"], labels, strict=True), *zip(PARTS["tone"], tones, strict=True)]
    )
    before = read(versions(OLD), result)
    after = read(versions(new, table(new, *rows)), result)

    spans = before.spans.assign(label=before.spans["label"].map(named))
    assert spans["label"].tolist() == after.spans["label"].tolist()
    assert before.spans[["start", "end"]].equals(after.spans[["start", "end"]])
    changed = before.answers["question"] == "tone"
    said_before = before.answers["value"].where(~changed, before.answers["value"].map(named))
    assert said_before.fillna("").tolist() == after.answers["value"].tolist()
    assert before.answers["state"].tolist() == after.answers["state"].tolist()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000), st.permutations(["p", "q"]), st.permutations(["m", "n"]))
def test_new_names_leave_every_figure_of_agreement_as_it_was(seed, labels, tones):
    """A figure of a label stands under the label's new name."""
    named = dict(
        [*zip(PARTS["span"], labels, strict=True), *zip(PARTS["tone"], tones, strict=True)]
    )
    new = scheme(span=tuple(labels), tone=tuple(tones))
    rows = [("span", old, "span", named[old]) for old in PARTS["span"]]
    rows += [("tone", old, "tone", named[old]) for old in PARTS["tone"]]
    submitted = random_visits(random.Random(seed))

    before = figures(read_all(versions(OLD), submitted), OLD)
    after = figures(read_all(versions(new, table(new, *rows)), submitted), new)

    renamed = {(q, named.get(label, label), m): value for (q, label, m), value in before.items()}
    assert renamed.keys() == after.keys()
    assert any(map(math.isfinite, after.values()))
    for key, value in renamed.items():
        assert after[key] == pytest.approx(value, abs=1e-9, nan_ok=True), key


def random_visits(rng):
    """Draw what three annotators said of eight articles."""
    submitted = {}
    for article in range(8):
        for who in ("ada", "ben", "cyd"):
            result = [said("tone", rng.choice(PARTS["tone"]))]
            for place in range(rng.randrange(4)):
                start = rng.randrange(20)
                label = rng.choice(PARTS["span"])
                result.append(span(label, start, start + rng.randrange(1, 9), f"r{place}"))
                if label == "Loaded":
                    value = rng.choice(PARTS["direction"])
                    result.append(said("direction", value, region=f"r{place}"))
            submitted[f"a{article}", who] = result
    return submitted


def figures(tables, asked):
    """Score tables; the values by question, label and measure."""
    texts = dict.fromkeys(tables.visits["article_id"], TEXT)
    scored = score(gather(tables, asked, texts))
    return {(each.question, each.label, each.measure): each.value for each in scored}
