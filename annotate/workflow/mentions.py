"""Where a study may still speak of somebody in places that only people can judge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotate.rounds import ADJUDICATION
from annotate.workflow.leaving import Lying

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from annotate.study import Study

__all__ = ["mentions", "other_places"]

_TEXT = {".csv", ".htm", ".html", ".json", ".jsonl", ".md", ".toml", ".txt", ".xml"}
_OURS = {"rounds.json", "tombstones.json"}  # rewritten, like what lies in these folders
_FOLDERS = {"private", "snapshots", "tables"}


def mentions(study: Study, names: Sequence[str]) -> Iterator[str]:
    """Say where people wrote a name themselves: in files they edit, and in others' notes.

    Parameters
    ----------
    study : Study
        The study.
    names : sequence of str
        Pseudonyms and e-mails.
    """
    said = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.IGNORECASE)
    for path in _written(study):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        if path.name == "study.toml":
            lines = [line.partition("#")[2] for line in lines]  # the rest is taken care of
        for number, line in enumerate(lines, start=1):
            if said.search(line):
                where = path.relative_to(study.root)
                yield f"{where}, line {number}, says the name; change it by hand if it is theirs"
    answers = study.tables().answers
    free = [question.name for question in study.schema().questions if question.kind == "text"]
    others = answers[answers["question"].isin(free) & ~answers["annotator"].isin(list(names))]
    for article, value in zip(others["article_id"], others["value"], strict=True):
        if said.search(str(value)):
            yield f"somebody else's note on {article} says the name; it is theirs, and stays"


def other_places(study: Study) -> Iterator[str]:
    """Name datasets that were exported into the study's folder, and desks of adjudicators."""
    from annotate.studio.ledger import Ledger
    from annotate.studio.upgrade import BACKUPS

    deciding = {each.name for each in study.rounds() if each.kind == ADJUDICATION}
    for server, desk in Ledger(study.ledger_path, "").desks_anywhere():
        if desk.round in deciding:
            yield (
                f"{Lying(server, desk.project).place} shows an adjudicator what annotators marked, "
                "without their names; delete it if what has left is among that"
            )
    if any((study.private / BACKUPS).glob("*")):
        yield (
            f"private/{BACKUPS}/ holds copies of the server's database from before upgrades; "
            "delete them if the server runs well"
        )
    for path in sorted(study.root.glob("*/SHA256SUMS")):
        if (path.parent / "visits.parquet").exists():
            yield (
                f"{path.parent.name}/ was exported before and holds what it held; delete it, or "
                f"export again: annotate export {path.parent}"
            )


def _written(study: Study) -> Iterator[Path]:
    """Give the files that people write themselves, and whatever else lies in the folder."""
    for path in sorted(study.root.rglob("*")):
        first, *_ = parts = path.relative_to(study.root).parts
        hidden = any(part.startswith(".") for part in parts)
        if first in _FOLDERS | _OURS or hidden or path.suffix.lower() not in _TEXT:
            continue
        if path.is_file():
            yield path
