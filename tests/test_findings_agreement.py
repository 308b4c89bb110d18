"""What the Agreement page is made of: figures, pairs, confusions and articles, and their tables."""

import math
import re
from dataclasses import replace

import pytest
import test_report
from table_reader import TableReader

from annotate.findings.agreement import measures_of, questions_of
from annotate.findings.sides import mistaken_of, pairs_of, rounds_of, spread_of
from annotate.reliability import confusion
from annotate.reliability.confusion import NOT_MARKED
from annotate.reliability.views import view, view_rounds
from annotate.report.charts.histogram import article_histogram, histogram_finding
from annotate.report.html.agreement import notes_html, said_html
from annotate.report.html.confusion import confused_in_words, confusion_heat_html
from annotate.report.html.meanings import meanings_html
from annotate.report.html.pairs import pairs_finding, pairs_heat_html, pairs_table_html
from annotate.report.wording import interval, number
from annotate.schema import parse_config
from annotate.summary import summarise

annotated = test_report.annotated


@pytest.fixture(scope="module")
def summary(annotated):
    return summarise(
        annotated.settings(), annotated.schema(), annotated.articles(), annotated.tables()
    )


@pytest.fixture(scope="module")
def questions(summary):
    return list(questions_of(summary))


def test_no_figure_of_a_question_is_left_out(annotated, summary, questions):
    for question in questions:
        found = measures_of(summary, annotated.schema(), question)
        labelled = [figure for each in found.labels for figure in each.figures]
        every = [*found.whole, *found.split, *found.by_construction, *labelled]
        own = [figure for figure in summary.figures if figure.question == question]
        assert sorted(map(repr, every)) == sorted(map(repr, own))
        assert found.record in [*found.whole, *labelled]
        flagged = [figure for figure in own if figure.flags]
        assert [note.figure for note in found.notes] == flagged


def test_who_had_a_say_is_told_once_for_all_labels_of_which_it_is_the_same(annotated, summary):
    found = measures_of(summary, annotated.schema(), "loaded")
    told = {word: each.counts for each in found.said for word in each.words}
    assert set(told) == {"", *(each.words for each in found.labels)}
    assert all(told[each.words] == each.figures[0].counts for each in found.labels)
    counts = found.record.counts
    assert (counts.saw, counts.marked, counts.marked_nothing) == (19, 18, 1)
    row = TableReader(said_html(found.said, found.record.measure)).tables[0][1]
    assert row[1:] == ["19", "18", "1", "0", "0", "1", "1", "7", "0"]


def test_within_one_step_is_left_out_where_it_cannot_but_be_perfect(annotated, summary):
    near = [figure for figure in summary.figures if figure.measure == "within one step"]
    found = measures_of(summary, annotated.schema(), near[0].question)
    assert near[0] in found.whole
    two = parse_config(
        b'<View><Text name="text" value="$text"/><Choices name="stance_ukraine" toName="text" '
        b'scale="ordinal"><Choice value="low"/><Choice value="high"/></Choices></View>'
    )
    found = measures_of(summary, two, near[0].question)
    assert found.by_construction == (near[0],)
    assert near[0] not in found.whole


def test_pairs_are_those_of_the_view_by_pair(summary, questions):
    every = view(summary.evidence, "pair")
    for question in questions:
        pairs = pairs_of(summary.evidence, question)
        known = {(f.of, f.measure): repr(f) for f in every if f.question == question}
        got = {
            (f"{p.first} & {p.second}", f.measure): repr(f)
            for p in pairs.pairs
            for f in (p.figure, *p.beside)
        }
        assert got == {key: figure for key, figure in known.items() if key in got}
        # What is missing could not be compared.
        assert all("articles=0" in known[key] for key in set(known) - set(got))
        values = [p.figure.value for p in pairs.pairs if p.figure.defined]
        assert values == sorted(values)


def test_annotators_come_in_the_order_of_their_mean_with_the_others(summary):
    pairs = pairs_of(summary.evidence, "stance_russia")
    # ada & ben .875 on 6 articles, ada & cleo .767 on 5, ben & cleo .424 on 5
    assert pairs.annotators == ("ada", "ben", "cleo")
    assert pairs.alone == ("you",)
    assert pairs_finding(pairs) == "ben and cleo agree least (0.42), ada and ben most (0.88)"


def test_what_is_confused_is_that_of_the_confusion(summary, questions):
    every = {each.question: each for each in confusion(summary.evidence)}
    for question in questions:
        mistaken = mistaken_of(summary, question)
        assert repr(mistaken.found) == repr(every[question])
        used = [place for place, row in enumerate(mistaken.found.matrix) if any(row)]
        assert list(mistaken.places) == used


def test_of_many_values_those_most_often_confused_are_shown_in_their_order(summary):
    whole = mistaken_of(summary, "loaded")
    two = mistaken_of(summary, "loaded", most=2)
    apart = [sum(row) - row[place] for place, row in enumerate(whole.found.matrix)]
    best = sorted(range(len(apart)), key=lambda place: -apart[place])[:2]
    assert list(two.places) == sorted(best)
    assert two.used == len(whole.places) == 5


def test_a_question_of_numbers_has_no_confusion(summary):
    assert mistaken_of(summary, "no such question") is None


def test_articles_are_those_of_the_view_by_article(summary, questions):
    every = view(summary.evidence, "article")
    for question in questions:
        spread = spread_of(summary.evidence, question)
        own = [f for f in every if f.question == question]
        known = [f.value for f in own if f.defined]
        assert sum(bar.articles for bar in spread.bars) == spread.articles == len(known)
        assert spread.perfect == sum(math.isclose(v, spread.best, abs_tol=1e-9) for v in known)
        apart = [abs(f.value - spread.best) for f in spread.lowest]
        assert apart == sorted(apart, reverse=True)
        for bar in spread.bars:
            last = bar is spread.bars[-1]
            inside = [v for v in known if bar.low - 1e-9 <= v and (v < bar.high - 1e-9 or last)]
            assert bar.articles == len(inside)


def test_a_histogram_of_distances_ends_at_a_round_number(summary):
    spread = spread_of(summary.evidence, "loaded")
    assert spread.measure == "disagreement (share of the text)"
    assert (spread.best, spread.bars[0].low, spread.bars[-1].high) == (0.0, 0.0, 0.1)
    assert histogram_finding(spread) == "On none of 7 articles does everybody agree"
    rows = next(iter(article_histogram(spread).to_dict()["datasets"].values()))
    assert [row["articles"] for row in rows] == [bar.articles for bar in spread.bars]


def test_an_empty_spread_draws_nothing(summary):
    spread = spread_of(replace(summary.evidence, asked=(), marked=()), "genre")
    assert article_histogram(spread) is None
    assert histogram_finding(spread) == "No article has two votes to compare"


def test_rounds_are_those_of_the_view_and_one_round_is_the_whole(annotated):
    tables, schema, texts = annotated.tables(), annotated.schema(), annotated.texts()
    assert rounds_of(tables, schema, texts) == {}
    visits = tables.visits.assign(round=["one", "two"] * (len(tables.visits) // 2))
    if len(tables.visits) % 2:
        pytest.fail("the demonstration has an even number of visits")
    two = replace(tables, visits=visits)
    found = rounds_of(two, schema, texts)
    expected = [f for f in view_rounds(two, schema, texts) if f.question == "genre"]
    assert list(map(repr, found["genre"])) == list(map(repr, expected))
    assert [figure.of for figure in found["genre"]] == ["one", "two"]


def test_a_cell_of_the_heat_map_holds_the_figure_and_the_shared_articles(summary):
    pairs = pairs_of(summary.evidence, "stance_russia")
    head, *rows = TableReader(pairs_heat_html(pairs)).tables[0]
    assert head[1:] == list(pairs.annotators)
    by_names = pairs.by_names
    for row in rows:
        for other, cell in zip(head[1:], row[1:], strict=True):
            if other == row[0]:
                assert cell == "the same"
                continue
            figure = by_names[frozenset((row[0], other))].figure
            assert cell == f"{number(figure.value)}n {figure.articles}"


def test_who_shares_no_article_has_an_empty_cell(summary):
    pairs = pairs_of(summary.evidence, "stance_russia")
    html = pairs_heat_html(replace(pairs, annotators=(*pairs.annotators, "you")))
    last = TableReader(html).tables[0][-1]
    assert last == ["you", *["·no shared article"] * 3, "the same"]


def test_the_list_of_pairs_has_intervals_and_what_stands_beside(summary):
    pairs = pairs_of(summary.evidence, "stance_russia")
    head, first, *_ = TableReader(pairs_table_html(pairs.pairs, {})).tables[0]
    assert head[3] == "weighted kappa (ordinal weights)"
    pair = pairs.pairs[0]
    assert first[0] == f"{pair.first} and {pair.second}"
    assert first[1:4] == [
        number(pair.figure.value),
        interval(pair.figure),
        number(pair.beside[0].value),
    ]


def test_a_row_of_confusions_adds_up_and_leads_to_the_disagreements(summary):
    mistaken = mistaken_of(summary, "loaded")
    link = "disagreements?question=loaded"
    page = TableReader(confusion_heat_html(mistaken, link=link))
    for row, place in zip(page.tables[0][1:], mistaken.places, strict=True):
        times = [float(re.sub(r".*%", "", cell)) for cell in row[1:-1] if cell != "·"]
        assert sum(times) == pytest.approx(float(row[-1]), abs=0.06 * len(times))
        assert float(row[-1]) == pytest.approx(sum(mistaken.found.matrix[place]), abs=0.06)
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    apart = sum(
        mistaken.found.matrix[i][j] > 0 for i in mistaken.places for j in mistaken.places if i != j
    )
    assert links == [link] * apart
    assert not [tag for tag, _ in TableReader(confusion_heat_html(mistaken)).tags if tag == "a"]


def test_confusions_are_told_in_the_words_of_the_scheme(summary):
    mistaken = mistaken_of(summary, "loaded")
    first = mistaken.pairs[0]
    assert (first.first, first.second) == ("Loaded wording", NOT_MARKED)
    assert confused_in_words(first, mistaken) == (
        "“Loaded wording” where others did not mark: 22.5 times, 42% of all confusions"
    )
    stance = mistaken_of(summary, "stance_russia")
    assert "“−2” and “−1” are taken for each other: 3.0 times, 50%" in confused_in_words(
        stance.pairs[0], stance
    )


def test_a_paradox_is_told_with_what_stands_beside_it(annotated, summary):
    found = measures_of(summary, annotated.schema(), "stance_russia")
    (note,) = [each for each in found.notes if "paradox" in each.figure.flags]
    html = notes_html([note])
    assert "an-careful" in html
    assert "Not present: nearly everybody says the same" in html
    assert "alpha (nominal) 0.00, observed agreement 0.89, AC1 0.84. " in html
    assert "95% of the votes are" in html


def test_every_measure_of_the_scheme_is_explained(annotated, summary, questions):
    for question in questions:
        found = measures_of(summary, annotated.schema(), question)
        for figure in found.figures:
            assert meanings_html([figure.measure]) != meanings_html([])
    assert "Where did they mark?" in meanings_html(["|u-alpha, this label alone"])
    assert "Krippendorff" in meanings_html(["alpha (nominal), on matched spans"])
    assert meanings_html(["u-alpha"]).count("<dt>") == 1
