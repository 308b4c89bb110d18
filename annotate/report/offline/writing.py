"""Write the report to a file, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import ExportError
from annotate.files import write_bytes
from annotate.report.html.escape import writable
from annotate.report.offline import (
    agreement,
    annotators,
    dataset,
    disagreements,
    figures,
    outlets,
    overview,
    phrases,
    reader,
)
from annotate.report.offline.material import Material
from annotate.report.offline.page import GENERATOR, page_html
from annotate.report.offline.pictures import Gallery
from annotate.report.wording import corpus_facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from annotate.study import Study

__all__ = ["report_html", "write_report"]

_SECTIONS = {
    "overview": overview.section,
    "agreement": agreement.section,
    "disagreements": disagreements.section,
    "phrases": phrases.section,
    "annotators": annotators.section,
    "outlets": outlets.section,
    "every figure": figures.section,
    "dataset": dataset.section,
    "articles": reader.section,
}
_HEAD = 4096  # bytes in which a page of ours names itself


def write_report(
    study: Study,
    target: Path,
    *,
    with_text: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write the report on a study as one file of HTML.

    Parameters
    ----------
    study : Study
        The study.
    target : Path
        The file; an earlier report there is replaced, anything else is refused.
    with_text : bool
        Whether the articles are in it to be read.
    progress : callable, optional
        Told what is being made.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ExportError
        If something else stands there, or it cannot be written.
    StudyError, SnapshotError, ConfigError
        If the study cannot be read.
    """
    try:
        where = target.resolve()
        _check(where)
        page = report_html(study, with_text=with_text, progress=progress)
        where.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(where, writable(page).encode())
    except OSError as error:
        msg = f"The report cannot be written to {target}: {error.strerror or error}"
        raise ExportError(msg) from error
    return where


def report_html(
    study: Study, *, with_text: bool = False, progress: Callable[[str], None] | None = None
) -> str:
    """Make the page; the same study gives the same.

    Raises
    ------
    StudyError, SnapshotError, ConfigError
        If the study cannot be read.
    """
    tell = progress or (lambda _: None)
    tell("Scoring …")
    material, gallery, sections = Material.of(study, with_text=with_text), Gallery(), []
    for name, make in _SECTIONS.items():
        tell(f"Drawing: {name} …")
        sections += [made] if (made := make(material, gallery)) else []
    return page_html(material.summary.name, _facts(material), sections, css=gallery.stylesheet())


def _facts(material: Material) -> list[str]:
    at = material.pulled_at[:16].replace("T", " ")
    return [
        *corpus_facts(material.summary.corpus),
        f"as pulled {at} UTC" if at else "nothing pulled yet",
        "with the articles’ text" if material.with_text else "without the articles’ text",
    ]


def _check(target: Path) -> None:
    """Refuse to write over anything that is no page of ours."""
    if target.is_dir():
        msg = f"{target} is a folder; name a file, as in {target / 'report.html'}"
        raise ExportError(msg)
    if not target.exists():
        return
    with target.open("rb") as file:
        head = file.read(_HEAD)
    if GENERATOR.encode() not in head:
        msg = f"{target} is there already and is no report of ours; choose another name"
        raise ExportError(msg)
