"""The labels as a dataset, in a folder or a file."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.described import check_licence
from annotate.workflow.findings import assigned_visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandas as pd

    from annotate.consensus.decided import Decided
    from annotate.consensus.whole import Consensus
    from annotate.dataset.documents import About
    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Choices
    from annotate.dataset.splits import Split, Splitting
    from annotate.study import Study
    from annotate.study.parted import Parted
    from annotate.summary import Summary

    Told = Callable[[int, int], None]

__all__ = ["dataset_about", "dataset_archive", "export"]


def export(
    study: Study,
    target: Path,
    choices: Choices | None = None,
    splitting: Splitting | None = None,
    *,
    on_written: Told = lambda *_: None,
) -> list[Path]:
    """Write the labels as a dataset.

    Only what votes is in memory at once, not what was said of all articles.

    Parameters
    ----------
    study : Study
        The study.
    target : Path
        The folder.
    choices : Choices or None
        What leaves the study.
    splitting : Splitting or None
        How the articles are split; not at all by default.
    on_written : callable
        Told how many articles are written, and how many there are.

    Raises
    ------
    ExportError
        If the folder holds something else or cannot be written, or the articles cannot be split
        like that.
    StudyError
        If the licence is no SPDX identifier.
    """
    from annotate.dataset.folder import files_in, making
    from annotate.dataset.plan import Choices

    if choices:
        check_licence(choices.licence, "The licence")
    target = target.resolve()
    with making(target) as folder, study.counted_parts(folder.parent) as parted:
        _write(study, folder, parted, choices or Choices(), splitting, on_written)
    return files_in(target)


def _write(
    study: Study,
    folder: Path,
    parted: Parted,
    choices: Choices,
    splitting: Splitting | None,
    on_written: Told,
) -> None:
    from annotate.adjudication.settled import adjudicated
    from annotate.consensus.decided import decided_of
    from annotate.consensus.whole import Consensus
    from annotate.dataset.export import write_dataset
    from annotate.dataset.pieces import pieces
    from annotate.dataset.plan import Plan
    from annotate.dataset.splits import SPLITS
    from annotate.memory import give_back

    articles = study.articles()
    findings = _summary_in_parts(study, articles, parted)
    decided = decided_of(adjudicated(study))
    consensus = Consensus.of(findings.evidence, decided)
    annotators = tuple(sorted(person.annotator for person in findings.progress))
    findings = replace(findings, evidence=findings.evidence.without_votes())
    give_back()
    split = _split(articles, consensus, splitting) if splitting else None
    plan = Plan(
        schema=study.schema(),
        config=study.config_path.read_bytes(),
        annotators=annotators,
        splits=SPLITS if split else SPLITS[:1],
        choices=choices,
    )
    visits = (parted.visits(number) for number in range(len(parted)))
    about = dataset_about(study, visits, choices, split=split, decided=decided)
    told = _told(pieces(parted, articles, consensus, plan, split), len(articles), on_written)
    copied = {path.name: path.read_bytes() for path in (study.config_path, study.codebook_path)}
    write_dataset(folder, told, plan, findings, copied, about)


def _told(every: Iterator[Piece], articles: int, on_written: Told) -> Iterator[Piece]:
    """Say how far it is whenever a piece is done."""
    done = 0
    for piece in every:
        yield piece
        done += len(piece.articles)
        on_written(done, articles)


def _summary_in_parts(study: Study, articles: pd.DataFrame, parted: Parted) -> Summary:
    """Find what `summary` finds, with the tables of one part in memory at a time."""
    from annotate.memory import give_back
    from annotate.progress import Work
    from annotate.reliability.evidence.gather import gather
    from annotate.reliability.evidence.joined import joined
    from annotate.summary import summary_of
    from annotate.tables import Texts

    schema, work, parts = study.schema(), [], []
    for number in range(len(parted)):
        own, tables = articles.iloc[parted.limits(number)], parted.tables(number)
        outlets, events = (
            dict(zip(own["article_id"], own[name], strict=True)) for name in ("outlet", "event")
        )
        parts.append(gather(tables, schema, Texts(own), outlets=outlets, events=events))
        work.append(Work.of(tables))
        give_back()
    evidence = joined(parts, Texts(articles))
    parts.clear()
    give_back()
    return summary_of(
        study.settings(),
        schema,
        articles,
        Work.joined(work),
        evidence,
        assigned=assigned_visits(study),
        left=study.tombstones().left,
    )


def _split(articles: pd.DataFrame, consensus: Consensus, wanted: Splitting) -> Split:
    from annotate.dataset.splits import split

    strata = ""
    if wanted.question:
        strata = f"consensus on {wanted.question}"
        articles = articles.assign(**{strata: consensus.choices_on(wanted.question)})
    return split(articles, wanted.by, shares=wanted.shares, seed=wanted.seed, strata=strata)


def dataset_about(
    study: Study,
    visits: Iterable[pd.DataFrame],
    choices: Choices | None = None,
    *,
    split: Split | None = None,
    decided: Decided | None = None,
) -> About:
    """Gather what the documents of a dataset tell beside the findings.

    Parameters
    ----------
    study : Study
        The study.
    visits : iterable of DataFrame
        Those that count in agreement, at once or part after part, see `Study.counted_parts`.
    choices : Choices or None
        What leaves the study.
    split : Split or None
        How the articles are split.
    decided : Decided, optional
        What adjudicators decided, where it is at hand.

    Raises
    ------
    StudyError, SnapshotError, ConfigError
        If the study cannot be read.
    """
    from annotate.adjudication.settled import adjudicated
    from annotate.consensus.decided import decided_of
    from annotate.dataset.documents import known
    from annotate.dataset.plan import Choices

    return known(
        study.settings().dataset,
        study.schema(),
        study.rounds(),
        study.articles(),
        visits,
        study.tables_of(study.uncounted_rounds()).visits,
        choices=choices or Choices(),
        decided=decided or decided_of(adjudicated(study)),
        split=split,
    )


def dataset_archive(study: Study, choices: Choices | None = None) -> bytes:
    """Give the dataset as a ZIP file; the same study gives the same bytes."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(buffer, "w") as archive:
        top = Path(folder).resolve() / "dataset"
        for path in export(study, top, choices):
            entry = zipfile.ZipInfo(f"dataset/{path.relative_to(top).as_posix()}")
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
