"""Ask Label Studio again and again, while a report is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import AnnotateError, StudyInUse
from annotate.workflow.pulling import pull

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotate.study import Study

__all__ = ["watch"]


def watch(
    study: Study, rest: Callable[[], bool], say: Callable[[str], None] = lambda _: None
) -> None:
    """Pull, rest, and pull again. One that fails is said once, and the next may do better.

    Parameters
    ----------
    study : Study
        The study.
    rest : callable
        Waits for the next turn; tells whether there is one.
    say : callable
        Told what came in, and what went wrong.
    """
    said = ""
    while True:
        says = _turn(study)
        if says and says != said:
            say(says)
        # The same failure is said once, what came in each time.
        said = says
        if not rest():
            return


def _turn(study: Study) -> str:
    """Pull once; give what is to be said of it."""
    try:
        outcome = pull(study)
    except StudyInUse:
        return ""
    except AnnotateError as error:
        return str(error)
    return outcome.sentence if outcome.changed else ""
