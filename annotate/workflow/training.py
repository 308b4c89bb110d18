"""Feedback on training, read from a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import UsageError
from annotate.rounds import TRAINING, named

if TYPE_CHECKING:
    from annotate.study import Study
    from annotate.training import Trainee

__all__ = ["feedback"]


def feedback(study: Study, *, annotator: str = "", round_: str = "") -> list[Trainee]:
    """Compare who is in training with the reference of their round.

    Parameters
    ----------
    study : Study
        The study.
    annotator, round_ : str
        Only this one, and only there; everybody in every round of training by default.

    Raises
    ------
    UsageError
        If there is no round of training, it is none, or nobody of that name takes part.
    StudyError, ConfigError
        If the study cannot be read.
    """
    from annotate.training import feedback as feedback_of

    rounds = study.rounds()
    if round_ and named(rounds, round_).kind != TRAINING:
        msg = f'Round "{round_}" is no training; feedback is for rounds with a reference'
        raise UsageError(msg)
    if not any(each.kind == TRAINING for each in rounds):
        msg = (
            "This study has no round of training; start one with "
            "`annotate round start NAME --training REFERENCE`"
        )
        raise UsageError(msg)
    found = feedback_of(study.tables(), rounds, study.schema(), study.articles())
    found = [each for each in found if round_ in {"", each.round}]
    mine = [each for each in found if annotator in {"", each.annotator}]
    if annotator and not mine:
        people = ", ".join(dict.fromkeys(each.annotator for each in found)) or "nobody"
        msg = f'"{annotator}" is not in training; in training: {people}'
        raise UsageError(msg)
    return mine
