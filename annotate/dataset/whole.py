"""All of a study as one piece of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.consensus.span_tables import soft_spans_table, spans_table
from annotate.consensus.tables import answers_table, every_answer, soft_table
from annotate.dataset.piece import Piece
from annotate.dataset.splits import SPLITS

if TYPE_CHECKING:
    from annotate.consensus.decided import Decided
    from annotate.dataset.public import Public
    from annotate.dataset.splits import Split
    from annotate.reliability.evidence.gathered import Evidence

__all__ = ["whole_piece"]


def whole_piece(
    tables: Public, evidence: Evidence, decided: Decided, split: Split | None = None
) -> Piece:
    """Put together what was said of every article, what votes make of it, and what was decided.

    Parameters
    ----------
    tables : Public
        What may leave the study.
    evidence : Evidence
        What votes.
    decided : Decided
        What adjudicators decided.
    split : Split or None
        Which article is in which split; without one, all are in the first.
    """
    found = every_answer(evidence)
    # What is not scored has no consensus: above all not what an adjudicator noted down.
    scored = {asked.question.name for asked in evidence.asked}
    answers = {key: values for key, values in decided.answers.items() if key[1] in scored}
    of = SPLITS[0] if split is None else split.of.to_numpy()
    return Piece(
        articles=tables.articles.assign(split=of),
        visits=tables.visits,
        answers=tables.answers,
        spans=tables.spans,
        soft=soft_table(found),
        soft_spans=soft_spans_table(evidence),
        consensus=answers_table(found, answers),
        consensus_spans=spans_table(evidence, decided.groups, decided.spans),
        about_spans=tuple(asked.question.name for asked in evidence.asked_of_spans),
    )
