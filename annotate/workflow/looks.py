"""When Label Studio was last asked for work, by whatever program, and what came of it."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from annotate.errors import AnnotateError, StudyInUse
from annotate.files import write_private

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotate.study import Study
    from annotate.workflow.store import PullOutcome

__all__ = ["Look", "last_look", "looked"]

P = ParamSpec("P")


@dataclass(frozen=True)
class Look:
    """A look into Label Studio.

    Parameters
    ----------
    at : float
        When it ended, in seconds of the epoch.
    good : bool
        Whether everything could be fetched.
    changed : bool
        Whether anything was new.
    says : str
        What came in, or why nothing did.
    """

    at: float
    good: bool
    changed: bool
    says: str


def looked(pull: Callable[Concatenate[Study, P], PullOutcome]) -> Callable[..., PullOutcome]:
    """Let a pull leave word of what came of it, for reports that are open."""

    @wraps(pull)
    def run(study: Study, /, *args: P.args, **kwargs: P.kwargs) -> PullOutcome:
        try:
            outcome = pull(study, *args, **kwargs)
        except StudyInUse:
            raise  # whoever is at work leaves word
        except AnnotateError as error:
            _leave(study, Look(time.time(), good=False, changed=False, says=str(error)))
            raise
        _leave(study, Look(time.time(), good=True, changed=outcome.changed, says=outcome.sentence))
        return outcome

    return run


def last_look(study: Study) -> Look | None:
    """Give the last look; None if none is known."""
    try:
        return Look(**json.loads(study.look_path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _leave(study: Study, look: Look) -> None:
    with suppress(OSError):  # the pull is what counts
        write_private(study.look_path, json.dumps(asdict(look)).encode())
