"""Small studies as tables: what the tests of agreement are made of."""

import numpy as np
from hypothesis import strategies as st

from annotate.schema import parse_config
from annotate.tables import STATUSES, Tables, empty_table, frame

CONFIG = b"""<View>
  <Labels name="span" toName="text">
    <Label value="Loaded" group="loaded"/><Label value="Cue" group="loaded"/>
    <Label value="Relayed" group="source"/><Label value="Aside" scored="no"/>
  </Labels>
  <Text name="text" value="$text"/>
  <Choices name="genre" toName="text" missing="unclear" choice="single-radio">
    <Choice value="report"/><Choice value="opinion"/><Choice value="unclear"/>
  </Choices>
  <Choices name="stance" toName="text" scale="ordinal" missing="unclear" absent="not_present"
           choice="single-radio">
    <Choice value="-1"/><Choice value="0"/><Choice value="1"/>
    <Choice value="not_present"/><Choice value="unclear"/>
  </Choices>
  <Choices name="voice" toName="text" empty="outlet" choice="single-radio">
    <Choice value="quote"/><Choice value="reported"/>
  </Choices>
  <Choices name="frames" toName="text" choice="multiple">
    <Choice value="conflict"/><Choice value="morality"/>
  </Choices>
  <Choices name="place" toName="text" choice="single-radio" visibleWhen="choice-selected"
           whenTagName="genre" whenChoiceValue="opinion">
    <Choice value="before"/><Choice value="after"/>
  </Choices>
  <Rating name="slant" toName="text" maxRating="5"/>
  <Number name="sources" toName="text"/>
  <Choices name="direction" toName="text" perRegion="true" choice="single-radio" absent="none">
    <Choice value="better"/><Choice value="worse"/><Choice value="none"/>
  </Choices>
  <Choices name="strong" toName="text" perRegion="true" choice="multiple">
    <Choice value="strong"/>
  </Choices>
  <Number name="weight" toName="text" perRegion="true"/>
  <TextArea name="note" toName="text"/>
</View>"""
SCHEMA = parse_config(CONFIG)
TEXT = "x" * 40
ARTICLES = "abcdef"
TEXTS = dict.fromkeys(ARTICLES, TEXT)


def visits(*rows, **stamps):
    """Make visits of (article, annotator, status[, round[, occasion]])."""
    made = []
    for row in rows:
        article, annotator, status, name, occasion = (*row, *("main", 1)[len(row) - 3 :])
        key = f"{article}/{annotator}/{name}/{occasion}"
        stamp = stamps.get(name, "2026-01-01")
        made.append(
            (key, article, annotator, name, occasion, "blind", status, name, "", stamp, 9.0, "")
        )
    return frame("visits", made)


def answers(*rows):
    """Make answers of (article, annotator, question, value or state[, round[, occasion]])."""
    made = []
    for row in rows:
        article, annotator, question, value, name, occasion = (*row, *("main", 1)[len(row) - 4 :])
        state = value if value in {"empty", "not_shown"} else "answered"
        empty = SCHEMA.question(question).empty if state == "empty" else ""
        said = value if state == "answered" else empty
        key = f"{article}/{annotator}/{name}/{occasion}"
        made.append((key, article, annotator, name, question, state, said, ""))
    return frame("answers", made)


def spans(*rows):
    """Make spans of (article, annotator, label, start, end)."""
    groups = {label.value: label.group for label in SCHEMA.labels}
    return frame(
        "spans",
        [
            (f"{a}/{p}/{n}", f"{a}/{p}/main/1", a, p, "main", groups[label], label, s, e, TEXT[s:e])
            for n, (a, p, label, s, e) in enumerate(rows)
        ],
    )


def said_of_spans(marked, question, values):
    """Make answers to a question about each span, in the order of the table."""
    return frame(
        "answers",
        [
            (row.visit_id, row.article_id, row.annotator, "main", question, "answered", v, row[1])
            for row, v in zip(marked.itertuples(), values, strict=True)
        ],
    )


def tables(seen, said=None, marked=None, faults=None):
    """Put tables together."""
    return Tables(
        visits=seen,
        answers=empty_table("answers") if said is None else said,
        spans=empty_table("spans") if marked is None else marked,
        faults=empty_table("faults") if faults is None else faults,
    )


def genres(*votes):
    """Make a study in which annotators p and q answer one question on each article."""
    articles = ARTICLES[: len(votes)]
    seen = visits(*[(a, p, "submitted") for a in articles for p in "pq"])
    said = answers(
        *[
            (a, p, "genre", value)
            for a, pair in zip(articles, votes, strict=True)
            for p, value in zip("pq", pair, strict=True)
        ]
    )
    return tables(seen, said)


@st.composite
def random_tables(draw):
    """Draw any tables that keep the contract, and some values that the scheme does not know."""
    articles, people = ARTICLES[: draw(st.integers(1, 6))], "pqr"[: draw(st.integers(1, 3))]
    status = st.sampled_from([*STATUSES, *["submitted"] * 6])
    turns = [(a, p, r) for a in articles for p in people for r in ("main", "again")]
    rows = [
        (a, p, draw(status), r)
        for a, p, r in turns
        if draw(st.booleans() if r == "main" else st.sampled_from([True, False, False, False]))
    ]
    said, marked, lost = [], [], []
    for article, person, given_status, name in rows:
        if given_status not in {"submitted", "draft"}:
            continue
        key = (f"{article}/{person}/{name}/1", article, person, name)
        regions = _regions(draw, key, marked)
        if draw(st.integers(0, 9)) == 0:
            kept, kind = draw(st.booleans()), draw(st.sampled_from(["text differs", "superseded"]))
            lost.append((article, person, name, name, kind, kept, ""))
        for question in SCHEMA.questions:
            for span_id in regions if question.per_region else [""]:
                said += _said(draw, key, question, span_id)
    again = draw(st.sampled_from(["2026-01-01", "2026-02-01", "2025-12-31T23:30:00-02:00", ""]))
    seen = visits(*rows, again=again)
    made = frame("answers", said), frame("spans", marked), frame("faults", lost)
    return tables(seen, *made)


def _regions(draw, key, marked):
    regions = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, 30))
        end = draw(st.integers(start + 1, 40))
        label = draw(st.sampled_from(SCHEMA.labels))
        regions.append(f"{key[0]}/{len(regions)}")
        marked.append((regions[-1], *key, label.group, label.value, start, end, TEXT[start:end]))
    return regions


def _said(draw, key, question, span_id):
    state = draw(st.sampled_from(["answered", "answered", "empty", "not_shown", None]))
    if state in {"empty", "not_shown"}:
        value = question.empty if state == "empty" else ""
        yield (*key, question.name, state, value, span_id)
    elif state:
        known = [o.value for o in question.options] or ["1", "2.5", "-3"]
        value = st.sampled_from([*known, *known, "foreign"])
        several = question.kind == "multiple" or draw(st.integers(0, 9)) == 0
        for each in draw(st.lists(value, min_size=1, max_size=1 + several, unique=True)):
            yield (*key, question.name, state, each, span_id)


def random_study(seed, articles=12, people="pqrs"):
    """Draw a study in which three of four annotators read an article, most questions answered."""
    rng = np.random.default_rng(seed)
    names = [f"n{number:02d}" for number in range(articles)]
    seen, said, marked = [], [], []
    for name in names:
        for person in rng.permutation(list(people))[: rng.integers(1, len(people))]:
            seen.append((name, person, "submitted" if rng.random() < 0.9 else "skipped"))
            if seen[-1][2] == "submitted":
                key = (f"{name}/{person}/main/1", name, person, "main")
                spans_of = list(_few_regions(rng, key))
                marked += spans_of
                regions = [span[0] for span in spans_of]
                for question in SCHEMA.questions:
                    for span_id in regions if question.per_region else [""]:
                        said += _few_answers(rng, key, question, span_id)
    texts = dict.fromkeys(names, TEXT)
    made = tables(visits(*seen), frame("answers", said), frame("spans", marked))
    return made, texts


def _few_regions(rng, key):
    for number in range(rng.integers(0, 4)):
        start = int(rng.integers(0, 5)) * 7
        end = start + int(rng.integers(1, 9))
        label = SCHEMA.labels[rng.integers(len(SCHEMA.labels))]
        end = min(end, len(TEXT))
        yield (f"{key[0]}/{number}", *key, label.group, label.value, start, end, TEXT[start:end])


def _few_answers(rng, key, question, span_id):
    values = [o.value for o in question.options] or ["1", "2.5", "4"]
    if question.name == "note" or rng.random() < 0.1:
        return
    times = rng.integers(0, 3) if question.kind == "multiple" else 1
    chosen = [values[n] for n in rng.permutation(min(len(values), 4))[:times]]
    for value in chosen:
        yield (*key, question.name, "answered", value, span_id)
    if not chosen:
        yield (*key, question.name, "empty", "", span_id)
