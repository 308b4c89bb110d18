"""Steps that change a study run one at a time, whoever starts them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotate.study import Study

__all__ = ["exclusive"]

P = ParamSpec("P")
R = TypeVar("R")


def exclusive(step: Callable[Concatenate[Study, P], R]) -> Callable[Concatenate[Study, P], R]:
    """Let a step hold its study while it runs: the report's button and a terminal may meet.

    A removal that was cut off is finished first.
    """

    @wraps(step)
    def run(study: Study, /, *args: P.args, **kwargs: P.kwargs) -> R:
        from annotate.workflow.removal import finish

        with study.locked():
            if study.tombstones().pending:
                finish(study)
            return step(study, *args, **kwargs)

    return run
