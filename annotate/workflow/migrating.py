"""Earlier rounds in the words of today's scheme: what the lead has to say, and has said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annotate.errors import ConfigError, StudyError
from annotate.rounds import ADJUDICATION, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from annotate.rounds import Round
    from annotate.schema import Schema
    from annotate.schema.changes import Pair
    from annotate.schema.migration import Migration
    from annotate.schema.versions import Versions
    from annotate.study import Study

__all__ = ["check_migrated", "migration_table", "proven_migrations"]

_SHOWN = 5  # values in a message


def migration_table(study: Study, name: str = "") -> str:
    """Give a table to be filled in: what earlier rounds asked in other words than today's scheme.

    Parameters
    ----------
    study : Study
        The study.
    name : str
        A round; all of them by default, without those that a table leads on from.

    Returns
    -------
    str
        CSV; without rows if nothing lacks. Of a round that is named, what is known stands there
        too.

    Raises
    ------
    StudyError
        If there is no such round, or its scheme is not known yet.
    """
    from annotate.schema.changes import changed_controls
    from annotate.schema.migration import migration_csv

    versions, rounds = study.versions(), study.rounds()
    if name and not versions.whole(named(rounds, name).schemes.get("", "")):
        msg = f'Nothing was sent to round "{name}" yet; it takes whatever scheme there is then'
        raise StudyError(msg)
    tables: list[tuple[Schema, list[tuple[str, str]], Migration]] = []
    for old in _schemes(versions, [named(rounds, name)] if name else rounds):
        lacking = versions.lacking(old.sha256)
        led = any(_leads(versions, old, other) for other, _, _ in tables)
        if name or (lacking and not led):
            known = versions.table(old)
            changed = changed_controls(old, versions.current, known.renamed)
            pairs = [(control, value) for control, values in changed.items() for value in values]
            tables.append((old, list(dict.fromkeys([*known.renamed, *pairs])), known))
    return migration_csv(tables, versions.current)


def proven_migrations(study: Study, path: Path) -> list[Migration]:
    """Read a table of migration and prove it against the schemes; nothing is written.

    Raises
    ------
    ConfigError
        If it leads from or to another scheme, or speaks of what these do not have.
    """
    from annotate.schema.migration import faults_of, read_migrations

    versions = study.versions()
    proven, faults = [], []
    for table in read_migrations(path):
        if not versions.current.sha256.startswith(table.new):
            shown = versions.current.sha256[:12]
            msg = f"{path} leads to scheme {table.new}, but label_config.xml is {shown}"
            raise ConfigError(msg)
        olds = [old for sha, old in versions.past.items() if sha.startswith(table.old)]
        if len(olds) != 1:
            msg = f"{path} leads from scheme {table.old}, which no round of this study was asked"
            raise ConfigError(msg)
        proven.append(replace(table, old=olds[0].sha256, new=versions.current.sha256))
        faults += faults_of(table, olds[0], versions.current)
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        msg = f"{path} cannot be used:\n{listed}"
        raise ConfigError(msg)
    return proven


def check_migrated(study: Study, rounds: Iterable[Round], tables: Sequence[Migration] = ()) -> None:
    """Refuse a scheme under which earlier work could not be read; say what is to be written.

    Parameters
    ----------
    study : Study
        The study.
    rounds : iterable of Round
        Its rounds so far.
    tables : sequence of Migration
        Tables of migration that are not kept yet.

    Raises
    ------
    ConfigError
        Naming the first such round and what lacks.
    """
    versions = study.versions()
    pairs = {(table.old, table.new) for table in tables}
    kept = [each for each in versions.migrations if not _replaced(each, pairs)]
    versions = replace(versions, migrations=(*tables, *kept))
    for each in rounds:
        sha256 = each.schemes.get("", "")
        lacking = versions.lacking(sha256)
        if each.kind != ADJUDICATION and lacking:
            raise ConfigError(_untold(each.name, lacking, versions, versions.whole(sha256)))


def _untold(name: str, lacking: list[Pair], versions: Versions, old: Schema | None) -> str:
    """Say what a table of migration is to tell; what is called the same stands there already."""
    from annotate.schema.migration import as_before

    same = as_before(old, versions.current) if old else {}
    unanswered = [pair for pair in lacking if pair not in same]
    if unanswered:
        shown = ", ".join(f"{control}={value}" for control, value in unanswered[:_SHOWN])
        more = f" and {len(unanswered) - _SHOWN} more" if len(unanswered) > _SHOWN else ""
        said = f"was asked {shown}{more} in other words than label_config.xml asks now"
        told, table = "Say what they are called now", "a table to fill in"
    else:
        shown = ", ".join(dict.fromkeys(control for control, _ in lacking))
        said = f"was asked {shown} in another way than label_config.xml asks now"
        told, table = "Say that its values mean what they did", "the table that does"
    return (
        f'Round "{name}" {said}. {told}: `annotate round migration > table.csv` writes {table}, '
        "and --migrate table.csv uses it. Or put the old file back."
    )


def _replaced(table: Migration, pairs: Iterable[tuple[str, str]]) -> bool:
    return any(old.startswith(table.old) and new.startswith(table.new) for old, new in pairs)


def _schemes(versions: Versions, rounds: Sequence[Round]) -> list[Schema]:
    """Give the whole schemes of rounds, the newest first, each once."""
    known = [
        versions.whole(each.schemes.get("", ""))
        for each in reversed(rounds)
        if each.kind != ADJUDICATION
    ]
    return list({old.sha256: old for old in known if old is not None}.values())


def _leads(versions: Versions, old: Schema, other: Schema) -> bool:
    """Tell whether what is known leads from one scheme to another."""
    return replace(versions, current=other).lacking(old.sha256) == []
