"""What to talk about first: each rise is what a rescoring of the edited evidence would give."""

import json
from collections import Counter
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.reliability.by_unit import tally_by_article
from annotate.reliability.choices.measures import headline
from annotate.reliability.evidence.gathered import Asked, Evidence, Marked
from annotate.reliability.evidence.marks import Marks
from annotate.reliability.evidence.ratings import Ratings
from annotate.reliability.figures import Counts
from annotate.reliability.spans.measures import span_measures
from annotate.reliability.triage import triage
from annotate.schema import Option, Question

PEOPLE = ("ada", "ben", "cem", "dee")
LENGTH = 30
SCALES = ("nominal", "ordinal", "interval", "sets", "absence")


def question(scale, values):
    """Make a question of some scale."""
    kind = {"interval": "rating", "sets": "multiple"}.get(scale, "single")
    options = tuple(Option(value, value.upper()) for value in values)
    scale = scale if scale in {"nominal", "ordinal", "interval"} else "nominal"
    return Question("stance", "Stance", kind, scale, options, absent="absent")


def ratings(votes, values, articles=None):
    """Make votes of (unit, annotator, value)."""
    columns = np.array(votes, dtype=np.int64).reshape(-1, 3).T
    units = int(columns[0].max(initial=-1)) + 1
    article = np.arange(units) if articles is None else np.array(articles)[:units]
    names = tuple(f"a{n}" for n in range(int(article.max(initial=-1)) + 1))
    return Ratings(*columns, article, names, PEOPLE, values)


def evidence(asked=(), marked=()):
    """Put evidence together."""
    first = asked[0].ratings.articles if asked else marked[0].marks.articles
    return Evidence(first, PEOPLE, tuple(asked), tuple(marked))


@st.composite
def asked(draw):
    """Draw votes on a question of any kind; sometimes two units share an article."""
    scale = draw(st.sampled_from(SCALES))
    values = ("1", "2", "3", "5")
    some = [
        (unit, who, draw(st.integers(0, 3)))
        for unit in range(draw(st.integers(2, 6)))
        for who in range(4)
        if draw(st.integers(0, 3))
    ]
    articles = draw(st.sampled_from([None, (0, 0, 1, 2, 2, 3)]))
    votes = ratings(some, values, articles)
    if scale == "sets":
        sets = (frozenset(), frozenset("12"), frozenset("2"), frozenset("35"))
        return Asked(question(scale, values), votes, Counts(), sets=sets)
    if scale == "absence":
        either = votes.recoded(np.array([0, 0, 1, 1]), ("no", "yes"))
        nobody = ratings([], values)
        return Asked(question(scale, values), replace(nobody, articles=votes.articles), Counts(),
                     absence=either)  # fmt: skip
    return Asked(question(scale, values), votes, Counts())


def scored(said):
    """Give the figure of votes, with the votes and their numbers."""
    votes = said.ratings if said.absence is None else said.absence
    numeric = said.question.kind == "rating"
    numbers = [float(value) for value in votes.values] if numeric else None
    scale = "nominal" if said.absence is not None else said.question.scale
    return votes, headline(votes, scale, numbers, said.sets)


def resolved_votes(votes, article):
    """Let all votes on the units of an article go the way of the majority, slowly."""
    n = Counter(votes.unit.tolist())
    pairs = zip(votes.unit.tolist(), votes.value.tolist(), strict=True)
    pooled = Counter(value for unit, value in pairs if n[unit] > 1)
    value = votes.value.copy()
    for unit in np.flatnonzero(votes.article == article):
        mine = votes.unit == unit
        if mine.sum() > 1:
            count = Counter(votes.value[mine].tolist())
            value[mine] = max(count, key=lambda v: (count[v], pooled[v], -v))
    return replace(votes, value=value)


@settings(deadline=None, max_examples=150)
@given(asked())
def test_rise_of_an_article_is_that_of_a_rescoring(said):
    """Change the votes of one article by hand and score again: the same alpha."""
    votes, now = scored(said)
    cases = {c.article: c for c in triage(evidence([said]), 99) if c.kind == "article"}
    if now.units < 2:  # where alpha is undefined
        assert not cases
        return
    for place, name in enumerate(votes.articles):
        edited = resolved_votes(votes, place)
        figure = now.coefficient
        then = float(figure(scored_tally(said, edited))) if now.tally.articles else np.nan
        before = float(figure(now.tally.total)) if now.tally.articles else np.nan
        if then - before > 1e-8:
            assert cases[name].then == pytest.approx(then, abs=1e-9)
            assert cases[name].now == pytest.approx(before, abs=1e-12)
            assert cases[name].rise == pytest.approx(then - before, abs=1e-9)
        elif not then - before > 1e-10:
            assert name not in cases


def scored_tally(said, edited):
    """Give the sums of edited votes."""
    changed = {"absence" if said.absence is not None else "ratings": edited}
    return scored(replace(said, **changed))[1].tally.total


@settings(deadline=None, max_examples=150)
@given(asked())
def test_rise_of_two_values_is_that_of_edited_coincidences(said):
    """Move the coincidences of two values to the diagonal, slowly: the same alpha."""
    votes, now = scored(said)
    o = np.zeros((len(votes.values),) * 2)
    for unit in range(len(votes.article)):
        mine = votes.value[votes.unit == unit].tolist()
        for c, k in permutations(range(len(mine)), 2):
            o[mine[c], mine[k]] += 1 / (len(mine) - 1)
    shown = [said.question.label_of(value) for value in votes.values]
    if said.sets:
        shown = [", ".join(sorted(map(said.question.label_of, s))) or "nothing" for s in said.sets]
    if said.absence is not None:
        shown = ["any other value", "absent"]
    d = distances(said, votes, o.sum(axis=1))
    cases = {stem(c): c for c in triage(evidence([said]), 99) if c.kind == "labels"}
    if now.units < 2:
        assert not cases
        return
    listed = 0
    for c, k in zip(*np.nonzero(np.triu(o, 1)), strict=True):
        edited = o.copy()
        edited[c, c] += o[c, k]
        edited[k, k] += o[k, c]
        edited[c, k] = edited[k, c] = 0
        then = alpha(edited, d)
        if then - alpha(o, d) > 1e-8:
            listed += 1
            words = f'some say "{shown[c]}" and others "{shown[k]}"'
            case = next(case for reason, case in cases.items() if reason.endswith(words))
            assert case.then == pytest.approx(then, abs=1e-9)
            assert case.now == pytest.approx(float(now.coefficient(now.tally.total)), abs=1e-9)
    assert len(cases) == listed


def stem(case):
    """Give the reason of a case without how little it rests on."""
    return case.reason.split("; rests on")[0]


def distances(said, votes, n_c):
    """Give the distances between values, slowly."""
    if said.sets:
        return scored(said)[1].coefficient.distance
    if said.absence is not None or said.question.scale == "nominal":
        return 1 - np.eye(len(n_c))
    x = np.array([1.0, 2.0, 3.0, 5.0])
    if said.question.scale == "ordinal":
        x = np.array([n_c[:c].sum() + n_c[c] / 2 for c in range(len(n_c))])
    return (x[:, None] - x) ** 2


def alpha(o, d):
    """Give alpha of coincidences."""
    n_c, n = o.sum(axis=1), o.sum()
    expected = (np.outer(n_c, n_c) * d).sum() / (n - 1) if n > 1 else 0
    return 1 - (o * d).sum() / expected if expected > 0 else np.nan


@st.composite
def marked(draw):
    """Draw marks of 2 to 4 readers in up to three articles; one, two or three labels."""
    labels = ("Loaded", "Cue", "Slur")[: draw(st.integers(1, 3))]
    spans, saw = set(), []
    for article in range(draw(st.integers(1, 3))):
        for who in range(draw(st.integers(1, 4))):
            saw.append((article, who))
            end = 0
            for _ in range(draw(st.integers(0, 3))):
                start = draw(
                    st.integers(draw(st.sampled_from([0, *[min(end, LENGTH - 1)] * 5])), LENGTH - 1)
                )
                end = draw(st.integers(start + 1, min(start + 9, LENGTH)))
                spans.add((article, who, draw(st.integers(0, len(labels) - 1)), start, end))
    return group(marks(saw, sorted(spans), labels))


def marks(saw, spans, labels):
    """Make marks of (article, annotator, label, start, end) on the alphabet."""
    seen = np.array(saw, dtype=np.int64).reshape(-1, 2).T
    columns = np.array(spans, dtype=np.int64).reshape(-1, 5).T
    articles = tuple(f"a{n}" for n in range(int(seen[0].max()) + 1))
    texts = dict.fromkeys(articles, "abcdefghijklmnopqrstuvwxyz0123")
    length = np.full(len(articles), LENGTH)
    return Marks(*seen, *columns, length, articles, PEOPLE, labels, (), texts)


def group(made):
    """Make a group of marks."""
    return Marked("loaded", "Loaded wording", made, Counts(), dict.fromkeys(made.labels, Counts()))


def rows(made):
    """Give marks as tuples."""
    columns = (made.article, made.annotator, made.label, made.start, made.end)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def phrases_slowly(made):
    """Give the connected marks of every article that two annotators saw."""
    found = []
    for span in sorted(rows(made), key=lambda s: (s[0], s[3])):
        if made.readers[span[0]] < 2:
            continue
        if found and found[-1][0][0] == span[0] and span[3] < max(s[4] for s in found[-1]):
            found[-1].append(span)
        else:
            found.append([span])
    return found


def resolved_slowly(made, phrase):
    """Edit the marks of one phrase as the majority has it."""
    article = phrase[0][0]
    readers = sorted(made.saw_annotator[made.saw_article == article].tolist())
    seen = made.readers[made.article] > 1
    pooled = Counter(made.label[seen].tolist())
    voters = {}
    for span in phrase:
        voters.setdefault(span[3:], set()).add(span[1])
    chosen = [limits for limits, who in voters.items() if 2 * len(who) > len(readers)]
    own = bool(chosen)
    if not chosen and 2 * len({span[1] for span in phrase}) > len(readers):
        chosen = [max(voters, key=lambda v: (len(voters[v]), v[1] - v[0], -v[0]))]
    after = [span for span in rows(made) if span not in phrase]
    for limits in chosen:
        near = Counter(span[2] for span in phrase)
        mine = Counter(span[2] for span in phrase if span[3:] == limits and own)
        best = max(near, key=lambda c: (mine[c], near[c], pooled[c], -c))
        after += [(article, who, best, *limits) for who in readers]
    saw = list(zip(made.saw_article.tolist(), made.saw_annotator.tolist(), strict=True))
    return marks(saw, after, made.labels)


def figure(made):
    """Give the figure that phrases are measured by."""
    found = {m.measure: m for m in span_measures(made) if not m.label}
    name = "u-alpha" if "u-alpha" in found and clashless(made) else "|u-alpha"
    tally = found[name].tally
    return name, float(found[name].coefficient(tally.total)) if tally.articles else np.nan


def clashless(made):
    """Tell whether nobody has two labels on the same words."""
    shared = [span for span in rows(made) if made.readers[span[0]] > 1]
    return not any(
        a[:2] == b[:2] and a[2] != b[2] and a[3] < b[4] and b[3] < a[4]
        for a, b in permutations(shared, 2)
    )


@settings(deadline=None, max_examples=150)
@given(marked())
def test_rise_of_a_phrase_is_that_of_a_rescoring(drawn):
    """Edit the marks of one phrase by hand and score the whole group again: the same u-alpha."""
    made = drawn.marks
    name, now = figure(made)
    cases = {(c.article, c.start): c for c in triage(evidence(marked=[drawn]), 99)
             if c.kind == "phrase"}  # fmt: skip
    listed = 0
    for phrase in phrases_slowly(made):
        after = resolved_slowly(made, phrase)
        if name == "u-alpha" and not clashless(after):
            continue
        rescored = {m.measure: m for m in span_measures(after) if not m.label}[name]
        then = float(rescored.coefficient(rescored.tally.total))
        if then - now > 1e-8:
            listed += 1
            case = cases[made.articles[phrase[0][0]], min(span[3] for span in phrase)]
            assert (case.measure, case.end) == (name, max(span[4] for span in phrase))
            assert case.now == pytest.approx(now, abs=1e-12)
            assert case.then == pytest.approx(then, abs=1e-9)
            assert case.quote == made.texts[case.article][case.start : case.end]
            assert case.disagreement
    assert len(cases) == listed


def u_alpha_slowly(made, merged=None):
    """Give u-alpha character by character; two labels may be taken for one where both marked."""
    k = len(made.labels) + 1
    lengths, squares = np.zeros((k, k)), np.zeros(k)
    for article in np.flatnonzero(made.readers > 1):
        readers = made.saw_annotator[made.saw_article == article].tolist()
        lines = {who: np.zeros(LENGTH, dtype=int) for who in readers}
        for label in range(k - 1):
            for who in readers:
                spans = sorted(s[3:] for s in rows(made) if s[:3] == (article, who, label))
                units = []
                for start, end in spans:
                    lines[who][start:end] = label + 1
                    if units and start < units[-1][1]:
                        units[-1][1] = max(units[-1][1], end)
                    else:
                        units.append([start, end])
                squares[label + 1] += sum((end - start) ** 2 for start, end in units)
        for one, other in permutations(readers, 2):
            np.add.at(lengths, (lines[one], lines[other]), 1 / (len(readers) - 1))
    l_c = lengths.sum(axis=1)
    squares[0] = l_c[0]
    agreed = np.trace(lengths)
    if merged is not None:
        c, other = merged[0] + 1, merged[1] + 1
        agreed += lengths[c, other] + lengths[other, c]
    t = l_c.sum()
    expected = t * (l_c**2 - squares).sum() / (t**2 - squares.sum())
    return 1 - (t - agreed) / (t - expected) if t - expected > 1e-9 else np.nan


@settings(deadline=None, max_examples=150)
@given(marked())
def test_rise_of_two_labels_is_that_of_agreed_lengths(drawn):
    """Where one marks c and the other k, count the words as agreed: the same u-alpha."""
    made = drawn.marks
    cases = [c for c in triage(evidence(marked=[drawn]), 99) if c.kind == "labels"]
    if len(made.labels) == 1 or not clashless(made) or not (made.readers > 1).any():
        assert not cases
        return
    now, listed = u_alpha_slowly(made), 0
    for pair in ((0, 1), (0, 2), (1, 2)):
        if pair[1] >= len(made.labels):
            continue
        then = u_alpha_slowly(made, pair)
        if then - now > 1e-8:
            listed += 1
            one, other = (made.labels[label] for label in pair)
            words = f'one says "{one}" and the other "{other}"'
            case = next(case for case in cases if stem(case).endswith(words))
            assert case.now == pytest.approx(now, abs=1e-9)
            assert case.then == pytest.approx(then, abs=1e-9)
    assert len(cases) == listed


def test_says_who_said_what():
    """Two articles: the one against the grain of the data comes first, with names."""
    votes = [(u, w, 0) for u in range(5) for w in range(3)]
    votes += [(5, 0, 2), (5, 1, 1), (5, 2, 1), (6, 0, 1), (6, 1, 1), (6, 2, 1)]
    said = Asked(question("nominal", ("a", "b", "c")), ratings(votes, ("a", "b", "c")), Counts())
    article, pair = triage(evidence([said]))
    assert (article.kind, article.article, article.then) == ("article", "a5", 1.0)
    assert article.reason == (
        'ben and cem say "B", ada says "C"; rests on 1 vote: "C" was given nowhere else'
    )
    assert article.said == (("ada", "C"), ("ben", "B"), ("cem", "B"))
    assert pair.reason == 'in 1 article some say "B" and others "C"; rests on 1 vote'
    assert pair.said == (("ada", "C: 1"), ("ben", "B: 1"), ("cem", "B: 1"))
    assert json.loads(json.dumps(article.to_json()))["said"][0] == {"annotator": "ada", "said": "C"}


def test_what_several_votes_and_articles_say_is_no_single_case():
    """Only of one vote or one article the reason warns."""

    def reasons(rows):
        votes = [(u, w, value) for u, row in enumerate(rows) for w, value in enumerate(row)]
        said = Asked(question("nominal", tuple("abc")), ratings(votes, tuple("abc")), Counts())
        return [case.reason for case in triage(evidence([said]))]

    several = reasons([(0, 0), (1, 1), (0, 1), (1, 0)])
    assert several
    assert not any("rests on" in reason for reason in several)
    assert any(r.endswith("; rests on 1 article") for r in reasons([(0, 0, 1, 1), (1, 1, 1, 1)]))
    assert any(r.endswith('"A" was given nowhere else') for r in reasons([(0, 1), (1, 1), (2, 2)]))


def test_absence_in_words():
    """Whether there is anything to rate is a case of its own, named after the absent value."""
    values = ("1", "2")
    either = ratings([(u, w, int(u > 2 or (u, w) == (1, 0))) for u in range(6) for w in (0, 1)],
                     ("no", "yes"))  # fmt: skip
    nobody = replace(ratings([], values), articles=either.articles)
    said = Asked(question("nominal", values), nobody, Counts(), absence=either)
    case = next(c for c in triage(evidence([said])) if c.kind == "article")
    assert (case.label, case.article) == ("absent", "a1")
    assert case.reason == 'ada says "absent", ben says "any other value"'


def test_phrases_in_words():
    """Presence, boundary and label are told apart and told in the words of the text."""
    saw = [(article, who) for article in range(2) for who in range(3)]
    spans = [
        *[(0, 0, 0, 2, 8), (0, 1, 0, 2, 8)],  # cem saw nothing there
        *[(0, 0, 1, 10, 15), (0, 1, 1, 10, 15), (0, 2, 1, 12, 15)],
        *[(1, 0, 0, 3, 9), (1, 1, 0, 3, 9), (1, 2, 1, 3, 9)],
        *[(1, who, 1, 20, 25) for who in range(3)],
    ]
    found = triage(evidence(marked=[group(marks(saw, spans, ("Loaded", "Cue")))]))
    phrases = {c.disagreement: c for c in found if c.kind == "phrase"}
    assert set(phrases) == {("presence",), ("boundary",), ("label",)}
    assert phrases["presence",].reason == 'ada and ben marked "cdefgh" (Loaded), cem nothing there'
    assert phrases["boundary",].reason == 'ada and ben marked "klmno" (Cue), cem "mno" (Cue)'
    assert phrases["label",].reason == 'ada and ben marked "defghi" (Loaded), cem "defghi" (Cue)'
    assert [c.rise for c in found] == sorted((c.rise for c in found), reverse=True)
    labels = next(c for c in found if c.kind == "labels")
    assert labels.reason == (
        '2 pairs of marks in 1 article: one says "Loaded" and the other "Cue"; rests on 1 article'
    )


def test_few_of_each_kind():
    """The limit holds for each kind; nothing at all is no trouble."""
    rng = np.random.default_rng(1)
    votes = [(u, w, int(rng.integers(3))) for u in range(40) for w in range(3)]
    said = Asked(question("nominal", ("a", "b", "c")), ratings(votes, ("a", "b", "c")), Counts())
    found = triage(evidence([said]), 2)
    assert Counter(c.kind for c in found) == {"article": 2, "labels": 2}
    assert triage(Evidence((), ())) == []
    assert triage(evidence([said]), 0) == []


def test_untrusted_words_steer_nothing():
    """Control characters of a text do not reach the sentence; the quote keeps the text."""
    made = marks([(0, 0), (0, 1), (1, 0), (1, 1)],
                 [(0, 0, 0, 0, 9), (1, 0, 0, 0, 5), (1, 1, 0, 0, 5)], ("Loaded",))  # fmt: skip
    made = replace(made, texts={"a0": "\x1b[2Jx\u202ey\n" + "z" * 30, "a1": "x" * 30})
    case = triage(evidence(marked=[group(made)]))[0]
    assert case.reason.isprintable()
    assert case.quote == "\x1b[2Jx\u202ey\nz"


@settings(deadline=None, max_examples=50)
@given(asked())
def test_sums_by_article_are_those_of_the_figure(said):
    """Every article on a row of its own adds up to the sums of the printed figure."""
    votes, now = scored(said)
    tally = tally_by_article(votes, now.coefficient)
    assert (tally.times == 1).all()
    assert len(set(tally.example.tolist())) == len(tally.example)
    np.testing.assert_allclose(tally.total, now.tally.total, atol=1e-9)
