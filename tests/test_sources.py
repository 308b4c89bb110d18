"""What labels say of outlets and events: figures worked out by hand, and laws."""

import math
from dataclasses import replace

import numpy as np
import pytest
from small_studies import SCHEMA, TEXT, answers, random_study, spans, tables, visits

from annotate.reliability.evidence.gather import gather
from annotate.schema import parse_config
from annotate.selection import shown_names
from annotate.sources import FEWEST, sources_of
from annotate.tables import frame

SHOWN = shown_names(SCHEMA.questions, SCHEMA.labels)
MEAN = ("stance", "", "mean")


def sources(made, outlets, events=None, words=100):
    """Lay out a study whose articles all have the same number of words."""
    texts = dict.fromkeys(outlets, TEXT)
    evidence = gather(made, SCHEMA, texts, outlets=outlets, events=events or {})
    return sources_of(evidence, dict.fromkeys(outlets, words), SHOWN)


def two_readers(articles, says):
    """Let p and q answer; `says` gives (question, p's, q's) for the place of an article."""
    rows = [
        (article, person, question, value)
        for place, article in enumerate(articles)
        for question, *both in says(place)
        for person, value in zip("pq", both, strict=True)
    ]
    return visits(*[(a, p, "submitted") for a in articles for p in "pq"]), answers(*rows)


def named(n, prefix="n"):
    return [f"{prefix}{place:03d}" for place in range(n)]


def of(found, outlet, key):
    """Give one figure of an outlet."""
    return next(e for e in found.profile(outlet).estimates if e.key == key)


def test_an_article_weighs_one_and_its_votes_are_shared_out():
    articles = named(16)
    made = tables(
        *two_readers(
            articles,
            lambda n: [("genre", "report", "report" if n < 8 else "opinion"), ("stance", "1", "0")],
        )
    )
    found = sources(made, dict.fromkeys(articles, "Post"))
    share = of(found, "Post", ("genre", "report", "share"))
    assert (share.amount, share.count, share.readings) == (pytest.approx(0.75), 24, 32)
    assert share.low < 0.75 < share.high
    assert of(found, "Post", MEAN).amount == pytest.approx(0.5)


def test_an_article_of_many_readers_weighs_no_more_than_one_of_few():
    articles = named(16)
    seen = visits(
        *[(a, "p", "submitted") for a in articles],
        *[(articles[0], p, "submitted") for p in "qrst"],
    )
    said = answers(
        *[(a, "p", "genre", "report") for a in articles[1:]],
        *[(articles[0], p, "genre", "opinion") for p in "pqrst"],
    )
    found = sources(tables(seen, said), dict.fromkeys(articles, "Post"))
    assert of(found, "Post", ("genre", "opinion", "share")).amount == pytest.approx(1 / 16)


def test_what_counts_as_no_answer_is_among_the_shares_and_not_in_the_mean():
    articles = named(16)
    stances = ["1", "not_present", "unclear", "-1"]
    made = tables(*two_readers(articles, lambda n: [("stance", stances[n % 4], stances[n % 4])]))
    found = sources(made, dict.fromkeys(articles, "Post"))
    shares = [
        e for e in found.profile("Post").estimates if (e.question, e.kind) == ("stance", "share")
    ]
    assert {e.shown: e.amount for e in shares if e.count} == {
        "1": 0.25,
        "-1": 0.25,
        "not_present": 0.25,
        "unclear": 0.25,
    }
    assert sum(e.amount for e in shares) == pytest.approx(1)
    mean = of(found, "Post", MEAN)
    assert (mean.articles, mean.reason) == (8, f"not enough articles (8 of at least {FEWEST})")


def test_marks_are_counted_per_thousand_words_and_reader():
    articles = named(15)
    seen = visits(*[(a, p, "submitted") for a in articles for p in "pq"])
    marked = spans(
        *[(a, "p", label, s, s + 3) for a in articles for s, label in ((0, "Loaded"), (9, "Cue"))]
    )
    found = sources(tables(seen, None, marked), dict.fromkeys(articles, "Post"), words=200)
    group, label = (of(found, "Post", ("loaded", value, "rate")) for value in ("", "Loaded"))
    assert (group.amount, label.amount) == (pytest.approx(5.0), pytest.approx(2.5))
    assert (group.count, group.readings) == (30, 30)
    silent = of(found, "Post", ("source", "Relayed", "rate"))
    assert silent.amount == silent.low == 0
    assert 0 < silent.high < math.inf


def test_the_attributes_of_marks_are_shares_of_the_marks_that_were_asked():
    articles = named(15)
    seen = visits(*[(a, "p", "submitted") for a in articles])
    marked = spans(*[(a, "p", "Loaded", s, s + 3) for a in articles for s in (0, 9)])
    values = ["better", "none"] * 15
    said = frame(
        "answers",
        [
            (r.visit_id, r.article_id, "p", "main", "direction", "answered", value, r.span_id)
            for r, value in zip(marked.itertuples(), values, strict=True)
        ],
    )
    found = sources(tables(seen, said, marked), dict.fromkeys(articles, "Post"))
    shares = [e for e in found.profile("Post").estimates if e.question == "direction"]
    assert {e.value: (e.amount, e.count) for e in shares} == {
        "better": (pytest.approx(0.5), 15),
        "worse": (0.0, 0),
        "none": (pytest.approx(0.5), 15),
    }


@pytest.mark.parametrize(("articles", "enough"), [(FEWEST - 1, False), (FEWEST, True)])
def test_below_the_minimum_there_are_counts_and_no_rates(articles, enough):
    names = named(articles)
    made = tables(*two_readers(names, lambda _: [("genre", "report", "opinion")]))
    found = sources(made, dict.fromkeys(names, "Post"))
    share = of(found, "Post", ("genre", "report", "share"))
    assert (share.count, share.readings) == (articles, 2 * articles)
    assert share.defined is found.outlets[0].enough is enough
    if not enough:
        assert share.reason == f"not enough articles ({articles} of at least {FEWEST})"
        assert math.isnan(share.low)


def random_sources(seed, people="pqrs", names=None, times=1):
    """Draw 60 articles of three outlets and 20 events; each article `times` over."""
    made, texts = random_study(seed, 60, people)
    outlets = {a: f"o{n % 3}" for n, a in enumerate(texts)}
    events = {a: f"e{n // 3}" for n, a in enumerate(texts)}
    if names:
        made = replace(
            made,
            **{
                part: getattr(made, part).assign(
                    annotator=getattr(made, part)["annotator"].map(names)
                )
                for part in ("visits", "answers", "spans")
            },
        )
    if times > 1:
        outlets, made = _repeated(outlets, made, times)
        events = {}
    return sources(made, outlets, events)


def _repeated(outlets, made, times):
    import pandas as pd

    def again(part, n):
        table = getattr(made, part)
        columns = [c for c in ("article_id", "visit_id", "span_id") if c in table]
        changed = {c: table[c].where(table[c] == "", f"{n}-" + table[c]) for c in columns}
        return table.assign(**changed)

    parts = {
        part: pd.concat([again(part, n) for n in range(times)], ignore_index=True)
        for part in ("visits", "answers", "spans")
    }
    names = {f"{n}-{a}": outlet for n in range(times) for a, outlet in outlets.items()}
    return names, replace(made, **parts)


@pytest.mark.parametrize("seed", range(4))
def test_outlets_weighted_by_what_they_rest_on_add_up_to_all_articles(seed):
    found = random_sources(seed)
    compared = 0
    for trait in found.traits:
        parts, whole = found.across(trait.key)
        assert sum(e.articles for e in parts) == whole.articles
        assert sum(e.count for e in parts) == whole.count
        if trait.kind in {"share", "mean"} and all(e.defined for e in parts):
            weighted = sum(e.articles * e.amount for e in parts) / whole.articles
            assert weighted == pytest.approx(whole.amount)
            compared += 1
    assert compared > 5


@pytest.mark.parametrize("seed", range(3))
def test_nothing_depends_on_what_annotators_are_called(seed):
    plain = random_sources(seed)
    turned = random_sources(seed, names=dict(zip("pqrs", "sprq", strict=True)))
    for outlet in ("o0", "o1", "o2"):
        for one, other in zip(
            plain.profile(outlet).estimates, turned.profile(outlet).estimates, strict=True
        ):
            assert one.key == other.key
            assert (one.amount, one.low, one.high) == pytest.approx(
                (other.amount, other.low, other.high), nan_ok=True
            )


def test_an_interval_shrinks_with_the_articles_and_holds_its_figure():
    once, thrice = random_sources(1), random_sources(1, times=3)
    compared = 0
    for trait in once.traits:
        (few, _), (many, _) = once.across(trait.key), thrice.across(trait.key)
        for one, three in zip(few, many, strict=True):
            if one.defined and one.low < one.amount < one.high:
                assert three.amount == pytest.approx(one.amount)
                assert three.high - three.low < one.high - one.low
                assert one.low <= one.amount <= one.high
                compared += 1
    assert compared > 20


def test_shares_and_rates_stay_within_their_limits():
    for seed in range(3):
        found = random_sources(seed)
        for outlet in found.outlets:
            for e in found.profile(outlet.name).estimates:
                if e.defined and e.kind in {"share", "share of marks"}:
                    assert 0 <= e.low <= e.amount <= e.high <= 1
                if e.defined and e.kind == "rate":
                    assert 0 <= e.low <= e.amount <= e.high
                if e.defined and e.question == "stance" and e.kind == "mean":
                    assert -1 <= e.low <= e.amount <= e.high <= 1


def test_the_same_events_are_compared_outlet_with_outlet():
    """A lies two steps above B on every event; what only one of them wrote about is left out."""
    pairs = [(f"{outlet}{n:02d}", outlet, f"e{n}") for n in range(FEWEST) for outlet in "AB"]
    alone = [(f"A9{n}", "A", f"only {n}") for n in range(5)]
    rows = [*pairs, *alone]
    articles = [row[0] for row in rows]
    made = tables(
        *two_readers(
            articles,
            lambda n: [("stance", *(["1", "1"] if articles[n][0] == "A" else ["-1", "-1"]))],
        )
    )
    found = sources(made, {r[0]: r[1] for r in rows}, {r[0]: r[2] for r in rows})
    above, below = found.beside(MEAN)
    assert (above.amount, above.events) == (pytest.approx(2.0), FEWEST)
    assert (below.amount, below.events) == (pytest.approx(-2.0), FEWEST)
    assert above.low < 2 < above.high
    assert found.comparable == tuple(sorted((f"e{n}" for n in range(FEWEST)), key=_natural(found)))


def _natural(found):
    order = {part.name: place for place, part in enumerate(found.events)}
    return order.__getitem__


def test_an_event_weighs_one_and_other_outlets_one_each():
    """Ten articles of A on one event count as one; B and C together are one counterpart."""
    rows = [(f"A0x{n}", "A", "e0", "0") for n in range(10)]
    for n in range(FEWEST):
        rows += [(f"B{n}", "B", f"e{n}", "1"), (f"C{n}", "C", f"e{n}", "-1")]
        rows += [(f"A{n}", "A", f"e{n}", "1" if n else "0")]
    stance = {row[0]: row[3] for row in rows}
    articles = list(stance)
    made = tables(
        *two_readers(articles, lambda n: [("stance", stance[articles[n]], stance[articles[n]])])
    )
    found = sources(made, {r[0]: r[1] for r in rows}, {r[0]: r[2] for r in rows})
    above = found.beside(MEAN)[0]
    assert above.amount == pytest.approx((FEWEST - 1) / FEWEST)


def test_too_few_shared_events_say_how_many_it_takes():
    articles = named(40)
    made = tables(*two_readers(articles, lambda _: [("stance", "1", "0")]))
    outlets = {a: "AB"[n % 2] for n, a in enumerate(articles)}
    events = {a: f"e{n // 8}" for n, a in enumerate(articles)}
    found = sources(made, outlets, events)
    assert found.beside(MEAN)[0].reason == f"not enough events (5 of at least {FEWEST})"


def test_outlets_side_by_side_on_an_event_add_up_to_it():
    found = random_sources(2)
    event = found.comparable[0]
    sides, whole = found.side_by_side(event), found.of_event(event)
    assert [side.part.name for side in sides] == ["o0", "o1", "o2"]
    assert sum(side.part.readings for side in sides) == whole.part.readings
    for place, estimate in enumerate(whole.estimates):
        own = [side.estimates[place] for side in sides]
        assert sum(e.count for e in own) == estimate.count
        assert sum(e.articles for e in own) == estimate.articles


def test_what_has_no_outlet_comes_last_and_is_compared_with_nobody():
    articles = named(20)
    made = tables(*two_readers(articles, lambda _: [("stance", "1", "0")]))
    outlets = {a: "Post" if n < 10 else "" for n, a in enumerate(articles)}
    found = sources(made, outlets, dict.fromkeys(articles, "e"))
    assert [part.name for part in found.outlets] == ["Post", ""]
    assert found.comparable == ()
    assert [each.events for each in found.beside(MEAN)] == [0, 0]
    with pytest.raises(KeyError):
        found.profile("Nobody")


def test_unread_articles_are_counted_and_say_nothing():
    articles = named(3)
    made = tables(visits((articles[0], "p", "submitted"), (articles[1], "p", "skipped")))
    (part,) = sources(made, dict.fromkeys(articles, "Post")).outlets
    assert (part.articles, part.labelled, part.readings, part.words) == (3, 1, 1, 300)


def test_ranks_that_are_no_numbers_count_from_one():
    config = b"""<View><Text name="text" value="$text"/>
      <Choices name="tone" toName="text" scale="ordinal" choice="single-radio">
        <Choice value="cool"/><Choice value="warm"/><Choice value="hot"/>
      </Choices></View>"""
    schema, articles = parse_config(config), named(15)
    seen = visits(*[(a, "p", "submitted") for a in articles])
    said = frame(
        "answers",
        [(f"{a}/p/main/1", a, "p", "main", "tone", "answered", "hot", "") for a in articles],
    )
    texts = dict.fromkeys(articles, TEXT)
    evidence = gather(tables(seen, said), schema, texts, outlets=dict.fromkeys(articles, "Post"))
    mean = of(sources_of(evidence, dict.fromkeys(articles, 1), {}), "Post", ("tone", "", "mean"))
    assert (mean.amount, mean.high) == (3.0, 3.0)


def test_ten_thousand_articles_are_laid_out_within_a_second():
    import time

    n, people = 10_000, 3
    rng = np.random.default_rng(0)
    articles = named(n)
    seen = visits(*[(a, p, "submitted") for a in articles for p in "pqr"])
    keys = seen["visit_id"].to_numpy()
    values = rng.choice(["-1", "0", "1"], n * people)
    said = frame(
        "answers",
        [
            (key, key.split("/")[0], key.split("/")[1], "main", "stance", "answered", value, "")
            for key, value in zip(keys, values, strict=True)
        ],
    )
    outlets = {a: f"o{place % 13:02d}" for place, a in enumerate(articles)}
    texts = dict.fromkeys(articles, TEXT)
    evidence = gather(tables(seen, said), SCHEMA, texts, outlets=outlets)
    begun = time.process_time()
    found = sources_of(evidence, dict.fromkeys(articles, 100), SHOWN)
    found.profile("o00")
    found.across(MEAN)
    assert time.process_time() - begun < 1
