"""What stands before the card: how the Hugging Face hub and `datasets` read a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.dataset.documents import words
from annotate.dataset.documents.contents import CONFIGURATIONS
from annotate.dataset.documents.escaping import quoted
from annotate.dataset.documents.licences import hub_licence, spdx
from annotate.dataset.splits import SPLITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from annotate.dataset.documents.about import About
    from annotate.dataset.folder import Written
    from annotate.summary import Summary

__all__ = ["front_matter"]

_THOUSAND = 1000
_SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M")


def front_matter(about: About, summary: Summary, files: Iterable[Written] | None = None) -> str:
    """Write the YAML before the card.

    What is not known is left out, above all the licence: a hub would show a guess as a fact. So is
    a split without rows, which `datasets` refuses to open, and with it the whole configuration.

    Parameters
    ----------
    about : About
        What is known of the study.
    summary : Summary
        The findings.
    files : iterable of Written or None
        The files that there are, where they have been written; they are not split otherwise.
    """
    rows = _rows(about, summary) if files is None else {each.name: each.rows for each in files}
    return "\n".join(["---", *_lines(about, summary), *_configs(rows), "---", "", ""])


def _rows(about: About, summary: Summary) -> dict[str, int | None]:
    """Count the rows that the configurations would have."""
    articles = summary.corpus.articles
    rows = {"annotations": about.visits, "soft": articles, "consensus": articles}
    return {f"data/{name}/{SPLITS[0]}.parquet": number for name, number in rows.items()}


def _lines(about: About, summary: Summary) -> Iterator[str]:
    yield f"pretty_name: {quoted(words.title(about, summary))}"
    yield from _licence(about.licence)
    yield from _listed("language", words.languages(about))
    # Whether the people in Label Studio are experts or a crowd is not recorded.
    yield from _listed("annotations_creators", ["other" if summary.started else "no-annotation"])
    if not summary.demonstration:
        yield from _listed("language_creators", ["found"])
    yield from _listed("task_categories", _tasks(about))
    yield from _listed("size_categories", [_size(about.visits)])
    yield from _listed("tags", ["news", "human-annotation", "inter-annotator-agreement"])


def _configs(rows: Mapping[str, int | None]) -> Iterator[str]:
    paths = {
        name: {split: f"data/{name}/{split}.parquet" for split in SPLITS} for name in CONFIGURATIONS
    }
    full = {
        name: {split: path for split, path in own.items() if rows.get(path)}
        for name, own in paths.items()
    }
    named = [name for name, own in full.items() if own]
    if named:
        yield "configs:"
    for name in named:
        yield f"- config_name: {name}"
        if name == named[0]:
            yield "  default: true"
        yield "  data_files:"
        for split, path in full[name].items():
            yield f"  - split: {split}"
            yield f"    path: {path}"


def _licence(licence: str) -> Iterator[str]:
    if not licence:
        return
    name = hub_licence(licence)
    yield f"license: {name}"
    if name == "other":
        yield f"license_name: {quoted(spdx(licence).lower())}"


def _listed(key: str, values: list[str]) -> Iterator[str]:
    if values:
        yield f"{key}:"
        yield from (f"- {quoted(value)}" for value in values)


def _tasks(about: About) -> list[str]:
    tasks = ["text-classification"] if about.questions else []
    return [*tasks, "token-classification"] if about.labels else tasks


def _size(rows: int) -> str:
    """Give the class of size that the hub sorts by.

    Examples
    --------
    >>> _size(999), _size(1000), _size(300_000)
    ('n<1K', '1K<n<10K', '100K<n<1M')
    """
    place, bound = 0, _THOUSAND
    while rows >= bound and place < len(_SIZES) - 1:
        place, bound = place + 1, bound * 10
    return _SIZES[place]
