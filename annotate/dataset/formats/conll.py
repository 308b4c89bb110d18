"""CoNLL: one token per line, and behind it what is marked there, in as many columns as it takes."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from annotate.dataset.bio import escaped, layered, read_conll
from annotate.dataset.losses import Losses
from annotate.dataset.marked import WEIGHTED, marked
from annotate.dataset.tokens import Grid, sentence_ends, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annotate.dataset.marked import Marked, Source
    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan

__all__ = ["FOLDER", "ConllWriter", "read_conll"]

FOLDER = "conll"
_ANSWERS = "answers"


class ConllWriter:
    """Writes ``conll/SPLIT/annotator_01.conll``, ``conll/SPLIT/consensus.conll`` and so on.

    Each article that an annotator submitted is a block: lines ``# name = value``, the last of
    which names the columns of this block, then a token per line and an empty line behind each
    sentence. Columns are separated by tabs: the token, where it starts and ends, then for each
    group of labels whether a span begins (``B-Label``) or goes on (``I-Label``) there. Where spans
    of a group overlap, a block has further columns for it (``GROUP.2``). `read_conll` reads all of
    it; ``conll/loss.csv`` tells which spans did not fit the tokens.

    Parameters
    ----------
    folder : Path
        Of the dataset.
    plan : Plan
        What it holds; its texts are among that.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder, self._plan = folder / FOLDER, plan
        self._folder.mkdir()
        self._losses = Losses(self._folder)
        self._losses.count(answers_about_spans=0)
        self._groups = list(dict.fromkeys(label.group for label in plan.schema.labels))

    def write(self, piece: Piece) -> None:
        """Add some articles."""
        blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
        for each in marked(piece, self._plan):
            tokens = tokens_of(each.text)
            ends = set(sentence_ends(each.text, tokens))
            for source in each.sources:
                if source.name != WEIGHTED:
                    lines = self._block(each, source, tokens, ends)
                    blocks[each.article["split"], source.who] += lines
        for (split, who), lines in blocks.items():
            self._append(split, who, lines)
        self._losses.flush()

    def close(self) -> None:
        """Finish the files."""
        self._losses.close()

    def _append(self, split: str, who: str, lines: list[str]) -> None:
        """Add to a file; none is kept open, for there may be thousands."""
        path = self._folder / split / f"{who}.conll"
        path.parent.mkdir(exist_ok=True)
        with path.open("ab") as file:
            file.write("".join(f"{line}\n" for line in lines).encode("utf-8"))

    def _block(
        self, each: Marked, source: Source, tokens: list[tuple[int, int]], ends: set[int]
    ) -> list[str]:
        """Give the lines of an article as one source sees it."""
        columns = self._columns(each, source, tokens)
        named = "\t".join(["token", "start", "end", *columns])
        lines = [*_comments(each, source), f"# columns = {named}"]
        tags = zip(*columns.values(), strict=True) if columns else ((),) * len(tokens)
        for number, ((start, end), row) in enumerate(zip(tokens, tags, strict=True), start=1):
            token = escaped(each.text[start:end])
            lines.append("\t".join([token, str(start), str(end), *row]))
            if number in ends:
                lines.append("")
        return lines if tokens else [*lines, ""]

    def _columns(
        self, each: Marked, source: Source, tokens: list[tuple[int, int]]
    ) -> dict[str, list[str]]:
        """Give what stands behind each token, by the name of the column."""
        grid = Grid(tokens)
        groups: dict[str, list[tuple[int, int, str]]] = {group: [] for group in self._groups}
        for span in source.spans:
            fit = grid.fit(span["start"], span["end"])
            self._losses.fitted(source.name, each.article["article_id"], span, fit)
            self._losses.count(answers_about_spans=_said(span["answers"]))
            if fit.what != "dropped":
                groups.setdefault(span["group"], []).append((fit.first, fit.past, span["label"]))
        self._losses.count(documents=1)
        return {
            name: tags
            for group, spans in groups.items()
            for name, tags in layered(group, spans, len(tokens))
        }


def _comments(each: Marked, source: Source) -> Iterator[str]:
    about: dict[str, Any] = {
        "article_id": each.article["article_id"],
        "source": source.name,
        **each.article,
        **source.visit,
    }
    for name, value in about.items():
        if value is not None:
            yield f"# {name} = {escaped(str(value), ' #')}"
    said = {
        answer["question"]: {
            name: answer[name] for name in ("state", "status", "values") if name in answer
        }
        for answer in source.answers
    }
    yield f"# {_ANSWERS} = {escaped(json.dumps(said, ensure_ascii=False), ' #')}"


def _said(answers: list[dict[str, Any]]) -> int:
    """Count answers about a span: they have no place in a column."""
    return sum(answer.get("state", "answered") == "answered" for answer in answers)
