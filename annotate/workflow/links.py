"""Where in Label Studio a piece of work is to be seen."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.errors import StudioError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotate.study import Study

__all__ = ["TaskLinks", "studio_address", "task_links"]


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


def studio_address(study: Study) -> str:
    """Give where the study's Label Studio is, or was when it last ran; "" where nobody knows.

    Parameters
    ----------
    study : Study
        The study.

    Raises
    ------
    StudyError, StudioError
        If the note of where the study's own server is cannot be read.
    """
    from annotate.studio.connection import checked_url
    from annotate.studio.server import last_address

    named = os.environ.get("LABEL_STUDIO_URL", "").strip()
    own = None if named else last_address(study.private)
    # An address that no command would take leads nowhere; it may also hold a password.
    with suppress(StudioError):
        return checked_url(named or (own.url if own else ""))
    return ""


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

    Notes
    -----
    An address opens for whoever may see the project, as everybody of the organisation may in
    Label Studio's open-source edition. Who is not logged in is asked to, and then led to the
    task; but a Label Studio under a path (``https://example.org/labels``) forgets that path when
    it asks, so there one logs in first.
    """
    from annotate.studio.ledger import Ledger

    url = studio_address(study)
    if not url:
        return TaskLinks({})
    own = not os.environ.get("LABEL_STUDIO_URL", "").strip()
    ledger, tasks = Ledger(study.ledger_path, "embedded" if own else url), {}
    uncounted = study.uncounted_rounds()
    for desk in ledger.desks():
        if desk.round in uncounted:
            continue
        for article, task in ledger.tasks(desk.project).items():
            if task:
                link = f"{url}/projects/{desk.project}/data?task={task}"
                tasks[article, desk.annotator] = link
    return TaskLinks(tasks)
