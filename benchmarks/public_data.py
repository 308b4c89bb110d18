"""Agreement in published annotations, by the product and by a plain second computation.

    python benchmarks/public_data.py FOLDER [--markdown FILE]

FOLDER holds three tables made of published annotations (article texts are not needed):

narrative_frames.csv
    annotator,item,question,label: the answers to the yes/no framing questions of
    github.com/phenixace/narrative-framing (data/full_annotations.json);
leoka_spans.csv, leoka_items.csv
    annotator,item,start,end,label and team,item,n_chars_max_field: the spans of
    github.com/javierosorio/LEOKA_ML, exports of a Label Studio Enterprise.

The second computation shares no line with the product: it goes through the votes one by one, and
through the texts character by character, as the definitions read.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from itertools import combinations, permutations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from scipy.optimize import linear_sum_assignment

import annotate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.reliability import Figure

NOT_APPLICABLE = "n/a: problem is resolved"

Spans = dict[str, dict[str, list[tuple[int, int, str]]]]  # by article, by annotator


class Line(NamedTuple):
    """One line of the table."""

    data: str
    about: str
    measure: str
    ours: float
    plain: float
    interval: str
    articles: int


def plain_alpha(votes: dict[str, list[str]]) -> float:
    """Give nominal alpha, vote by vote (Krippendorff 2019, ch. 12)."""
    pairable = [given for given in votes.values() if len(given) > 1]
    pool = [value for given in pairable for value in given]
    observed = sum(
        sum(a != b for a, b in permutations(given, 2)) / (len(given) - 1) for given in pairable
    ) / len(pool)
    times = {value: pool.count(value) for value in set(pool)}
    unlike = sum(times[a] * times[b] for a, b in permutations(times, 2))
    return 1 - observed / (unlike / (len(pool) * (len(pool) - 1)))


def plain_where(spans: Spans, lengths: dict[str, int]) -> float:
    """Give |u-alpha, character by character (Krippendorff et al. 2016)."""
    one_sided = read = marked = squares = 0.0
    for article, by_annotator in spans.items():
        length, m = lengths[article], len(by_annotator)
        on = [[False] * length for _ in by_annotator]
        for row, own in zip(on, by_annotator.values(), strict=True):
            for start, end, _ in own:
                row[start:end] = [True] * (end - start)
            squares += sum(unit**2 for unit in _units(own))
        read += m * length
        marked += sum(map(sum, on))
        for column in zip(*on, strict=True):
            yes = sum(column)
            one_sided += yes * (m - yes) / (m - 1)
    gaps = read - marked
    return 1 - one_sided / (read * marked * gaps / (read**2 - squares - gaps))


def _units(own: list[tuple[int, int, str]]) -> list[int]:
    """Give the lengths of one annotator's marks, overlapping ones joined."""
    joined: list[list[int]] = []
    for start, end, _ in sorted(own):
        if joined and start < joined[-1][1]:
            joined[-1][1] = max(end, joined[-1][1])
        else:
            joined.append([start, end])
    return [end - start for start, end in joined]


def plain_f1(spans: Spans) -> tuple[float, float]:
    """Give exact and overlap F1 of the marked class, pair of annotators by pair."""
    exact = overlap = size = 0
    for by_annotator in spans.values():
        for ours, theirs in combinations(by_annotator.values(), 2):
            size += len(ours) + len(theirs)
            exact += 2 * len(set(ours) & set(theirs))
            shared = [[max(0, min(a[1], b[1]) - max(a[0], b[0])) for b in theirs] for a in ours]
            if shared and shared[0]:
                # Many matchings may share the largest overlap: the one with the most pairs counts.
                most = min(len(ours), len(theirs)) + 1
                worth = [[cell * most + (cell > 0) for cell in row] for row in shared]
                rows, columns = linear_sum_assignment(worth, maximize=True)
                overlap += 2 * sum(shared[i][j] > 0 for i, j in zip(rows, columns, strict=True))
    return exact / size, overlap / size


def narrative_frames(folder: Path) -> Iterator[Line]:
    """Give alpha of every yes/no question."""
    frame = pd.read_csv(folder / "narrative_frames.csv", dtype="str", keep_default_na=False)
    frame = frame[frame["label"] != NOT_APPLICABLE]
    for question, rows in frame.groupby("question"):
        found = annotate.agreement(rows, unit="item")
        votes: dict[str, list[str]] = defaultdict(list)
        for item, label in zip(rows["item"], rows["label"], strict=True):
            votes[item].append(label)
        yield _line("narrative frames", str(question), found.figures[0], plain_alpha(votes))


def leoka(folder: Path) -> Iterator[Line]:
    """Give agreement on where spans are, team by team; everybody saw a team's every text."""
    frame = pd.read_csv(folder / "leoka_spans.csv", dtype={"item": "str"})
    with (folder / "leoka_items.csv").open(encoding="utf-8", newline="") as file:
        items = list(csv.DictReader(file))
    for team, own in _by_team(items).items():
        rows = frame[frame["item"].isin(own)]
        people = sorted(set(rows["annotator"]))
        seen = pd.DataFrame(
            [(person, item, length) for item, length in own.items() for person in people],
            columns=["annotator", "unit", "length"],
        )
        found = annotate.span_agreement(rows, unit="item", seen=seen)
        spans: Spans = {item: {person: [] for person in people} for item in own}
        for person, item, start, end, label in rows.itertuples(index=False):
            spans[item][person].append((start, end, label))
        # A span marked twice with one label is one judgement.
        spans = {a: {p: list(dict.fromkeys(s)) for p, s in by.items()} for a, by in spans.items()}
        exact, overlap = plain_f1(spans)
        plain = {"|u-alpha": plain_where(spans, own), "exact F1": exact, "overlap F1": overlap}
        for figure in found.figures:
            if figure.measure in plain and not figure.label:
                yield _line("LEOKA", f"team {team}", figure, plain[figure.measure])


def _by_team(items: list[dict[str, str]]) -> dict[str, dict[str, int]]:
    teams: dict[str, dict[str, int]] = defaultdict(dict)
    for row in items:
        teams[row["team"]][row["item"]] = int(row["n_chars_max_field"])
    return teams


def _line(data: str, about: str, figure: Figure, plain: float) -> Line:
    interval = f"{figure.low:.2f} to {figure.high:.2f}"
    return Line(data, about, figure.measure, figure.value, plain, interval, figure.articles)


def main() -> None:
    """Print the table; fail where the two computations differ."""
    parser = argparse.ArgumentParser(description="Agreement in published annotations, twice.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--markdown", type=Path, help="write the table to a file too")
    chosen = parser.parse_args()
    lines = [*narrative_frames(chosen.folder), *leoka(chosen.folder)]
    rows = [
        "| data | about | measure | figure | 95 % interval | articles |",
        "| --- | --- | --- | ---: | ---: | ---: |",
        *(
            f"| {x.data} | {x.about} | {x.measure.replace('|', chr(92) + '|')} | {x.ours:.3f} "
            f"| {x.interval} | {x.articles} |"
            for x in lines
        ),
    ]
    print("\n".join(rows))
    if chosen.markdown:
        chosen.markdown.write_text("\n".join(rows) + "\n", encoding="utf-8")
    apart = max(abs(line.ours - line.plain) for line in lines)
    print(f"\n{len(lines)} figures; largest difference from the plain computation {apart:.1e}")
    if apart > 1e-9:  # noqa: PLR2004 - what rounding may leave
        raise SystemExit(1)


if __name__ == "__main__":
    main()
