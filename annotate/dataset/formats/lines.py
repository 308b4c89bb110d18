"""One JSON object for each article, with everything that was said of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from annotate.dataset.columns import OF_ARTICLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan

__all__ = ["LinesWriter"]

# To JSON they are characters, to many who read lines the end of one.
_LINE_ENDS = str.maketrans({each: f"\\u{ord(each):04x}" for each in "\x85\u2028\u2029"})
_OF_ARTICLE = {*OF_ARTICLE, "text"} - {"article_id"}


class LinesWriter:
    """Writes ``articles.jsonl``.

    Parameters
    ----------
    folder : Path
        Of the dataset.
    plan : Plan
        What it holds.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        del plan  # it holds whatever the pieces hold
        path = folder / "articles.jsonl"
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def write(self, piece: Piece) -> None:
        """Add some articles."""
        visits: dict[str, list[dict[str, Any]]] = {}
        for visit in _bare(piece.rows["annotations"]):
            visits.setdefault(visit.pop("article_id"), []).append(visit)
        soft, consensus = (_bare(piece.rows[name]) for name in ("soft", "consensus"))
        articles = piece.articles.astype(object).where(piece.articles.notna(), None)
        for article, votes, label in zip(articles.to_dict("records"), soft, consensus, strict=True):
            name = article["article_id"]
            for part in (votes, label):
                del part["article_id"]
            said = {"visits": visits.get(name, []), "soft": votes, "consensus": label}
            line = json.dumps({**article, **said}, ensure_ascii=False, allow_nan=False)
            self._file.write(line.translate(_LINE_ENDS) + "\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _bare(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Leave out of rows what is said of their article anyway."""
    for row in rows:
        yield {name: value for name, value in row.items() if name not in _OF_ARTICLE}
