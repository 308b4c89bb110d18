"""The demonstration: our own articles, three recorded annotators, and a desk for you."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from annotate.recorded import read_recorded, to_result
from annotate.resources import resource
from annotate.studio.connection import WRITE, open_connection
from annotate.study import Settings, Study

if TYPE_CHECKING:
    from pathlib import Path

    from annotate.recorded import Recorded
    from annotate.studio.accounts import Account
    from annotate.studio.connection import Connection

__all__ = ["YOU", "DemoStudy", "load_recorded", "make_study"]

YOU = "you"
_LABELS = "labels.jsonl"


@dataclass(frozen=True)
class DemoStudy:
    """The demonstration's study and its recorded work.

    Parameters
    ----------
    study : Study
        With articles and four annotators.
    recorded : list of Recorded
        The work of three of them.
    """

    study: Study
    recorded: list[Recorded]

    @property
    def recorded_annotators(self) -> list[str]:
        """The three pseudonyms."""
        return list(dict.fromkeys(work.annotator for work in self.recorded))


def make_study(root: Path) -> DemoStudy:
    """Lay out the demonstration's study, or open it again.

    Raises
    ------
    StudyError
        If the folder holds another study.
    """
    from annotate.articles import Metadata
    from annotate.errors import StudyError
    from annotate.workflow import add

    recorded = read_recorded(resource("seeds") / _LABELS)
    people = dict.fromkeys(work.annotator for work in recorded)
    settings = Settings("Demonstration", (*people, YOU), demonstration=True)
    if (root / "study.toml").exists():
        study = Study.open(root)
        if not study.settings().demonstration:
            msg = f"{root} holds a study of yours; give the demonstration another --study DIR"
            raise StudyError(msg)
    else:
        study = Study.create(
            root,
            settings,
            config=resource("label_config.xml").read_bytes(),
            codebook=resource("codebook.md").read_bytes(),
        )
    add(study, [resource("seeds")], Metadata())
    there, files = study.settings().annotators, set(_files(study))
    # People and articles may leave the demonstration like any other study.
    return DemoStudy(study, [w for w in recorded if w.annotator in there and w.file in files])


def _files(study: Study) -> dict[str, str]:
    """Give the articles by the names of their files."""
    articles = study.articles()
    return {
        PurePosixPath(file).name: article
        for file, article in zip(articles["source_file"], articles["article_id"], strict=True)
    }


def load_recorded(demo: DemoStudy, lead: Connection, people: dict[str, Account]) -> int:
    """Store the recorded work through Label Studio's API, as its annotators.

    Work that is there already is left alone.

    Returns
    -------
    int
        How many annotations and drafts were stored.
    """
    from annotate.studio.ledger import Ledger

    study = demo.study
    of_file = _files(study)
    texts, schema = study.texts(), study.schema()
    ledger = Ledger(study.ledger_path, "embedded")
    desks = {desk.annotator: ledger.tasks(desk.project) for desk in ledger.desks()}
    stored = 0
    for annotator in demo.recorded_annotators:
        token = people[annotator].token or ""
        own = open_connection(lead.url, token)
        for work in (w for w in demo.recorded if w.annotator == annotator):
            article = of_file[work.file]
            result = to_result(work, texts[article], schema)
            stored += _store(own, desks[annotator][article], work, result)
    return stored


def _store(own: Connection, task: int, work: Recorded, result: list[dict[str, Any]]) -> int:
    with own.translated():
        there: Any = own.sdk.tasks.get(str(task))
        if there.annotations or there.drafts:
            return 0
        if work.status == "draft":
            _draft(own, task, work, result)
        else:
            own.sdk.annotations.create(
                task,
                result=result,
                was_cancelled=work.status == "skipped",
                lead_time=work.seconds,
                ground_truth=False,
                request_options=WRITE,
            )
    return 1


def _draft(own: Connection, task: int, work: Recorded, result: list[dict[str, Any]]) -> None:
    import httpx

    # The SDK has no call for drafts; the editor makes them as people type.
    answer = httpx.post(
        f"{own.url}/api/tasks/{task}/drafts",
        json={"result": result, "lead_time": work.seconds},
        headers={"Authorization": f"Token {own.api_key}"},
        trust_env=False,
        timeout=60,
    )
    answer.raise_for_status()
