"""Marks of small studies, written by hand or drawn at random, and their figures by name."""

import string

import numpy as np
from hypothesis import strategies as st

from annotate.reliability.evidence.marks import Marks
from annotate.reliability.figures import Basis, Counts, figure_of
from annotate.reliability.spans.measures import span_measures

# Krippendorff, Mathet, Bouvry & Widlöcher (2016), L = 60; also Krippendorff (2019, fig. 12.11).
ALEX = [(2, 9, "1"), (11, 17, "2"), (24, 30, "5"), (32, 36, "6"), (36, 44, "6"), (44, 60, "7")]
PAUL = [(2, 9, "1"), (11, 17, "3"), (19, 25, "5"), (32, 44, "6")]
SUZAN = [(2, 9, "1"), (11, 17, "4"), (21, 27, "5"), (32, 36, "6"), (36, 40, "6"), (40, 44, "6")]
LENGTH = 14


def marks(articles, labels=("x",), lengths=100, texts=None):
    """Make marks.

    Each article is a list of annotators, each of them a list of (start, end) or (start, end,
    label), or None who did not see it; the first label is meant where none is given.
    """
    rows, saw = [], []
    for article, people in enumerate(articles):
        for person, spans in enumerate(people):
            if spans is not None:
                saw.append((article, person))
                full = [span if len(span) > 2 else (*span, labels[0]) for span in spans]
                rows += [(article, person, labels.index(k), s, e) for s, e, k in full]
    size = len(articles)
    return Marks(
        *np.array(saw, dtype=np.int64).reshape(-1, 2).T,
        *np.array(rows, dtype=np.int64).reshape(-1, 5).T,
        length=np.array([lengths] * size if isinstance(lengths, int) else lengths, dtype=np.int64),
        articles=tuple(f"a{number}" for number in range(size)),
        annotators=tuple(f"p{number}" for number in range(max(map(len, articles), default=0))),
        labels=tuple(labels),
        span_ids=tuple(f"s{number}" for number in range(len(rows))),
        texts=texts or {},
    )


def example():
    """Make the marks of the published example."""
    return marks([[ALEX, PAUL, SUZAN]], "1234567", 60)


def figures(made):
    """Give all figures of a group by label and measure."""
    basis = Basis("g", "G", made.articles, Counts())
    return {(m.label, m.measure): figure_of(basis, m) for m in span_measures(made)}


def numbers(made):
    """Give what must not change of every figure: its value and what it rests on."""
    return {
        (m.label, m.measure): (
            float(m.coefficient(m.tally.total)),
            *(m.units, m.annotators, m.labels),
        )
        for m in span_measures(made)
    }


def sums(made):
    """Give the same with the sums instead of the value: equal sums have equal intervals, too."""
    return {
        (m.label, m.measure): (*m.tally.total, m.units, m.annotators, m.labels)
        for m in span_measures(made)
    }


def same(one, other):
    """Check that figures are the same but for rounding."""
    assert one.keys() == other.keys()
    first, second = ([x for key in one for x in found[key]] for found in (one, other))
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9, err_msg=str(list(one)))


def studies(labels="xy", people=3, articles=3, spans=7, *, apart=False):
    """Draw lists of articles as `marks` takes them, of 14 characters each.

    They are read from bytes, which are drawn quickly and shrink to few small spans. With `apart`
    no annotator gives overlapping words two labels.
    """
    sizes = (people, LENGTH, LENGTH // 2, len(labels), articles)
    turn = people // 4 + 1  # two bits each: one in four did not see an article

    def build(drawn):
        seen, rest = drawn[2 : 2 + articles * turn], drawn[2 + articles * turn :]
        study = []
        for article in range(1 + drawn[0] % articles):
            bits = int.from_bytes(seen[article * turn : (article + 1) * turn], "little")
            study.append([None if bits >> 2 * p & 3 == 3 else [] for p in range(people)])
        for place in range(min(drawn[1] % (spans + 2), spans)):
            number_of_span = 256 * rest[2 * place] + rest[2 * place + 1]
            person, start, length, label, article = np.unravel_index(
                number_of_span % int(np.prod(sizes)), sizes
            )
            own = study[article % len(study)][person]
            new = int(start), int(min(start + length + 1, LENGTH)), labels[label]
            clash = apart and own and any(clashes(new, other) for other in own)
            if own is not None and new not in own and not clash:
                own.append(new)
        return study

    length = 2 + articles * turn + 2 * spans
    return st.binary(min_size=length, max_size=length).map(build)


def clashes(one, other):
    """Tell whether two spans overlap under two labels."""
    return one[2] != other[2] and max(one[0], other[0]) < min(one[1], other[1])


def lone_marks():
    """Give 20 articles of 1,000 characters: A and B mark one phrase on 4, the rest lone marks."""
    phrase = [(100, 130)]
    lone = [[phrase if person == number % 3 else [] for person in range(3)] for number in range(16)]
    return marks([[phrase, phrase, []]] * 4 + lone, lengths=1000)


def prose(length):
    """Give letters without white space or punctuation."""
    return (string.ascii_lowercase * (length // 26 + 1))[:length]
