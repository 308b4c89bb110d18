"""Scoring what was never a study: any table of labels, any export of Label Studio."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from annotate.tidy.scored import Scored
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from annotate.schema import Schema
    from annotate.studio.exports import ExportedTask
    from annotate.tables import Tables
    from annotate.tidy.columns import Columns

__all__ = ["score_export", "score_table"]


def score_table(  # noqa: PLR0913 - one for each option of the command
    paths: Sequence[Path],
    columns: Columns,
    *,
    scale: str = "nominal",
    order: Sequence[str] = (),
    seen: Path | None = None,
    all_saw_all: bool = False,
    also: frozenset[str] = frozenset(),
    weights: str = "ordinal",
    jobs: int = 1,
    cluster: str = "",
) -> Scored:
    """Score a tidy table of choices or of spans.

    Parameters
    ----------
    paths : sequence of Path
        CSV, TSV or JSON Lines, read as one table; or Parquet files or folders of them, of which
        several are folded one by one.
    columns : Columns
        What the columns mean.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        How labels are compared; of spans, labels are nominal.
    order : sequence of str
        The values of an ordinal scale, unless they are numbers.
    seen : Path or None
        Of spans: who saw what, columns annotator, unit and length.
    all_saw_all : bool
        Of spans: take for granted that everybody saw every text.
    also, weights : frozenset of str, str
        As in `annotate.reliability.score.score`.
    jobs : int
        How many processes work on a table in several files.
    cluster : str
        The address of a Dask scheduler whose workers do it instead.

    Raises
    ------
    UsageError, TableError
        If the table cannot be used.
    """
    from annotate.tidy.scales import Scaling
    from annotate.tidy.table import Request, score_files

    request = Request(
        columns, Scaling.of(scale, order), also=also, weights=weights, guess=all_saw_all
    )
    return score_files(paths, request, seen=seen, jobs=jobs, cluster=cluster)


def score_export(
    paths: Sequence[Path],
    config: Path | None = None,
    *,
    key: str = "",
    also: frozenset[str] = frozenset(),
    weights: str = "ordinal",
) -> Scored:
    """Score whole Label Studio exports without a study; nothing is written.

    Parameters
    ----------
    paths : sequence of Path
        JSON exports of one project or of several with the same scheme. Tasks with the same
        article id, or the same key, are about the same article.
    config : Path or None
        The projects' labeling config; without it the scheme is guessed from the exports.
    key : str
        The field of the tasks' data that tells articles apart across projects.
    also, weights : frozenset of str, str
        As in `annotate.reliability.score.score`.

    Raises
    ------
    SnapshotError
        If a file is no such export, or was made with another scheme, or if two of them
        contradict each other.
    ConfigError
        If the config cannot be used, or nothing can be guessed.
    """
    from annotate.reliability.evidence.gather import gather
    from annotate.reliability.score import score
    from annotate.workflow.joined import read_exports

    items = [item for path in paths for item in _items(path)]
    schema, warnings = _scheme(items, config)
    exported, said = read_exports(paths, schema, _own_ids(items), key=key)
    names = [task.article_id or task.declared.replace(":", " ", 1) for task in exported]
    texts = dict(zip(names, (task.text for task in exported), strict=True))
    tables = _tables(exported, names, texts, schema)
    evidence = gather(
        tables,
        schema,
        texts,
        outlets=_said(exported, names, "outlet"),
        events=_said(exported, names, "event"),
    )
    said += [*_repeated(texts), *_set_aside(tables)]
    warnings = [*_lonely(tables, len(paths)), *warnings, *said]
    return Scored(score(evidence, also=also, weights=weights), evidence, tuple(warnings))


def _items(path: Path) -> list[Any]:
    """Give the tasks of an export, nothing where there is no telling: its reader says why."""
    from annotate.errors import SnapshotError
    from annotate.studio.exports import export_items

    try:
        items = export_items(path)
    except SnapshotError:
        return []
    annotated = any(isinstance(item, dict) and "annotations" in item for item in items)
    return items if annotated else []


def _scheme(items: list[Any], config: Path | None) -> tuple[Schema, list[str]]:
    from annotate.schema import Schema, read_config
    from annotate.schema.infer import infer_schema

    if config is not None:
        return read_config(config), []
    if items:
        return infer_schema(items)
    return Schema((), (), text_field="text", text_name="", hypertext=False, sha256=""), []


def _own_ids(items: list[Any]) -> set[str]:
    """Give the article ids that tasks name: desks of one study share their articles."""
    from annotate.studio.tasks import ARTICLE_ID, dicts

    found = (item.get("data") for item in dicts(items))
    named = (data.get(ARTICLE_ID) for data in found if isinstance(data, dict))
    return {name for name in named if isinstance(name, str) and name}


def _tables(
    exported: Sequence[ExportedTask],
    names: Sequence[str],
    texts: Mapping[str, str],
    schema: Schema,
) -> Tables:
    """Build the tables of an export as if it had been pulled into a study."""
    from annotate.labels import build_tables
    from annotate.rounds import MAIN
    from annotate.snapshots import Header, Snapshot
    from annotate.studio.exports import emails_of
    from annotate.studio.tasks import normalise, text_hash
    from annotate.workflow.passing import PassingPseudonyms

    pseudonyms = PassingPseudonyms(emails_of(exported))
    tasks = [
        normalise(task.raw, article_id=name, text=task.text, desk="", pseudonym=pseudonyms)
        for task, name in zip(exported, names, strict=True)
    ]
    people = {item["annotator"] for task in tasks for item in task["annotations"] + task["drafts"]}
    header = Header("file", "", schema.sha256, MAIN, sorted(people))
    hashes = {name: text_hash(text) for name, text in texts.items()}
    return build_tables([Snapshot(header, tasks)], schema, texts, hashes)


def _said(exported: Iterable[ExportedTask], names: Iterable[str], what: str) -> dict[str, str]:
    pairs = zip(names, exported, strict=True)
    return {name: task.metadata[what] for name, task in pairs if what in task.metadata}


def _lonely(tables: Tables, files: int) -> list[str]:
    """Warn, before all else, where there is nobody to agree with."""
    visits = tables.visits
    people = visits["annotator"][visits["status"] == "submitted"].nunique()
    if people != 1:
        return []
    what = "this export" if files == 1 else "these exports"
    said = (
        f"only one annotator submitted anything in {what}, so there is nothing to compare; where "
        "everybody has a project of their own, give the exports of the other projects too"
    )
    return [said]


def _repeated(texts: Mapping[str, str]) -> list[str]:
    """Warn of articles that may be one: tasks of several projects that say no article id."""
    again = len(texts) - len(set(texts.values()))
    if not again:
        return []
    one = "article repeats the text of another; they count"
    many = "articles repeat the text of another; they count"
    return [f"{counted(again, one, many)} as different articles"]


def _set_aside(tables: Tables) -> list[str]:
    """Count what could not be used, by kind."""
    kinds = Counter(tables.faults["kind"][~tables.faults["kept"].astype(bool)])
    listed = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
    return [f"pieces of work set aside: {listed}"] if listed else []
