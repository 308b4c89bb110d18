"""Articles into a study, and the scheme it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from annotate.errors import StudyError
from annotate.workflow.exclusive import exclusive

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from annotate.articles import Article, DuplicatePair, Merge, Metadata, Refusal
    from annotate.study import Study
    from annotate.tombstones import Tombstones

__all__ = ["AddOutcome", "add", "adopt_config", "edit"]


@dataclass(frozen=True)
class AddOutcome:
    """What became of articles that were to be added."""

    merge: Merge
    duplicates: list[DuplicatePair]
    refused: list[Refusal]


@exclusive
def add(
    study: Study, paths: Iterable[Path], metadata: Metadata, *, again: bool = False
) -> AddOutcome:
    """Add articles to a study; those that were withdrawn from it only if asked to.

    Parameters
    ----------
    study : Study
        The study.
    paths : iterable of Path
        Files and folders.
    metadata : Metadata
        What is known of all of them.
    again : bool
        Take in articles that were withdrawn, too. What was annotated is pulled again if it still
        lies on the server.

    Raises
    ------
    ArticleError
        If the metadata cannot be understood.
    StudyError
        If the study cannot be read or written.
    """
    from annotate.articles import link_duplicates, merge_articles, read_articles

    intake = read_articles(paths, key=study.key(), metadata=metadata)
    if again:
        _let_in_again(study, [article.article_id for article in intake.articles])
    incoming, refused = _kept_out(study.tombstones(), intake.articles)
    merge = merge_articles(study.articles(), incoming, pushed=_pushed(study))
    articles, duplicates = link_duplicates(merge.frame)
    study.save_articles(articles)
    return AddOutcome(merge, duplicates, [*intake.refused, *refused, *merge.refused])


def _let_in_again(study: Study, articles: Iterable[str]) -> None:
    stones = study.tombstones()
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    back = stones.returning(articles, at)
    if back != stones:
        study.save_tombstones(back)


def _kept_out(
    stones: Tombstones, incoming: Iterable[Article]
) -> tuple[list[Article], list[Refusal]]:
    """Part articles that were withdrawn from the others."""
    from annotate.articles import Refusal

    allowed, refused = [], []
    for article in incoming:
        if stone := stones.keeps_out(article.article_id):
            reason = (
                f"It is {stone.article_id}, which was withdrawn {stone.told}; to take it in all "
                "the same, use --again."
            )
            refused.append(Refusal(article.source_file, reason))
        else:
            allowed.append(article)
    return allowed, refused


@exclusive
def edit(study: Study, article: str, changes: dict[str, str]) -> None:
    """Correct what is known about an article; its text and labels stay.

    Raises
    ------
    ArticleError
        If there is no such article, or a value cannot be used.
    """
    from annotate.articles import edit_article

    study.save_articles(edit_article(study.articles(), article, changes))


@exclusive
def adopt_config(study: Study, config: Path) -> None:
    """Give the study another scheme, while no work was done with the one it has.

    Raises
    ------
    ConfigError
        If the config cannot be used.
    StudyError
        If there are labels already, made with another scheme.
    """
    from annotate.schema import read_config

    wanted = read_config(config)
    if wanted.sha256 == study.schema().sha256:
        return
    if not study.tables().visits.empty or _pushed(study):
        msg = (
            "The study has been annotated or pushed with another scheme; make a study of its own "
            f"for this one: annotate init DIR --config {config}"
        )
        raise StudyError(msg)
    study.replace_config(config.read_bytes())


def _pushed(study: Study) -> set[str]:
    from annotate.studio.ledger import Ledger

    annotated = set(study.tables().visits["article_id"])
    return Ledger(study.ledger_path, "").pushed() | annotated
