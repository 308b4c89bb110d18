"""Where in Label Studio a piece of work is to be seen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotate.study import Study

__all__ = ["TaskLinks", "task_links"]

_WEB = ("http://", "https://")


@dataclass(frozen=True)
class TaskLinks:
    """Addresses of tasks in Label Studio.

    Parameters
    ----------
    tasks : mapping of (str, str) to str
        By article and annotator; with "" for the annotator where everybody shares a project.
    """

    tasks: Mapping[tuple[str, str], str]

    def of(self, article: str, annotator: str = "") -> str:
        """Give the address of an annotator's task; "" where none is known.

        Without an annotator, of the first who has the article.
        """
        for key in ((article, annotator), (article, "")):
            if key in self.tasks:
                return self.tasks[key]
        if annotator:
            return ""
        return next((url for (held, _), url in self.tasks.items() if held == article), "")


def task_links(study: Study) -> TaskLinks:
    """Read from the ledger where tasks lie; nobody is asked.

    Parameters
    ----------
    study : Study
        The study. Of several rounds in which a person had an article, the latest counts, those
        for training or adjudication do not.

    Raises
    ------
    StudyError, StudioError
        If the ledger, or the note of where the study's own server is, cannot be read.
    """
    from annotate.studio.ledger import Ledger
    from annotate.studio.server import last_address

    named = os.environ.get("LABEL_STUDIO_URL", "").strip().rstrip("/")
    own = last_address(study.private)
    url, server = (named, named) if named else (own.url if own else "", "embedded")
    if not url.lower().startswith(_WEB):
        return TaskLinks({})
    ledger, tasks = Ledger(study.ledger_path, server), {}
    uncounted = study.uncounted_rounds()
    for desk in ledger.desks():
        if desk.round in uncounted:
            continue
        for article, task in ledger.tasks(desk.project).items():
            if task:
                link = f"{url}/projects/{desk.project}/data?task={task}"
                tasks[article, desk.annotator] = link
    return TaskLinks(tasks)
