"""The tables of a study: a function of its snapshots, its articles and its schemes."""

from __future__ import annotations

import hashlib
import json
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError
from annotate.files import write_bytes
from annotate.rounds import MAIN
from annotate.study.campaign import Campaign
from annotate.study.parquet import read_parquet, write_parquet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from annotate.snapshots import State
    from annotate.study.parted import Parted
    from annotate.tables import Tables

__all__ = ["Study"]

_RULES = 3  # of building; a higher number makes every study build its tables anew


@dataclass(frozen=True)
class Study(Campaign):
    """A study's folder.

    Parameters
    ----------
    root : Path
        The folder that holds ``study.toml``.
    """

    def tables(self) -> Tables:
        """Read the tables, built again if what they are made of has changed since.

        Raises
        ------
        StudyError, SnapshotError, ConfigError
            If something they are built from cannot be read.
        """
        from annotate.tables import Tables

        if self._outdated():
            return self.build_tables()
        return self._stored() if self._table("visits").exists() else Tables.empty()

    def _outdated(self) -> bool:
        made = any(self.snapshots.glob("*.jsonl.gz")) or self.tombstones_path.exists()
        return made and not self.tables_are_current()

    def tables_of(self, rounds: Collection[str]) -> Tables:
        """Read the tables of some rounds, and nothing else.

        Raises
        ------
        StudyError, SnapshotError, ConfigError
            As `tables` does.
        """
        from annotate.tables import COLUMNS, Tables

        if self._outdated():
            self.build_tables()
        if not rounds or not self._table("visits").exists():
            return Tables.empty()
        return Tables(**{name: read_parquet(self._table(name), round=rounds) for name in COLUMNS})

    def counted_tables(self) -> Tables:
        """Read the tables of independent annotation: the only ones that figures may come from.

        What was done in training, and what an adjudicator decided, are not in them.

        Raises
        ------
        StudyError, SnapshotError, ConfigError
            If something they are built from cannot be read, or nothing says what kind of round
            some of the work is of.
        """
        tables = self.tables()
        self._check_rounds(tables.visits)
        return tables.of_rounds(without=self.uncounted_rounds())

    def _check_rounds(self, visits: pd.DataFrame) -> None:
        known = {MAIN, *(each.name for each in self.rounds())}
        unknown = sorted(set(visits["round"]) - known)
        if unknown:
            msg = (
                f'{self.rounds_path} does not know the round "{unknown[0]}", in which work was '
                "done: nothing says whether it counts in agreement; restore that file"
            )
            raise StudyError(msg)

    @contextmanager
    def counted_parts(self, scratch: Path | None = None) -> Iterator[Parted]:
        """Cut the tables of independent annotation by article, so that none is held whole.

        Parameters
        ----------
        scratch : Path or None
            Where the parts may lie while the block runs; by default, where the system puts what
            is temporary.

        Raises
        ------
        StudyError, SnapshotError, ConfigError
            As `counted_tables` does.
        """
        from annotate.study.parted import part_tables
        from annotate.tables import COLUMNS

        if self._outdated():
            self.build_tables()
        tables = {name: self._table(name) for name in COLUMNS}
        if tables["visits"].exists():
            self._check_rounds(read_parquet(tables["visits"]))
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            ids = self.articles()["article_id"].tolist()
            yield part_tables(tables, ids, Path(folder), self.uncounted_rounds())

    def build_tables(
        self, state: State | None = None, changed: Collection[str] | None = None
    ) -> Tables:
        """Build the tables from what is known of each section, and keep them.

        Parameters
        ----------
        state : State or None
            What is known; read from the snapshots if it is not given.
        changed : collection of str or None
            The only articles whose work has changed since the tables were last built.

        Raises
        ------
        StudyError, SnapshotError, ConfigError
            If something they are built from cannot be read.
        """
        from annotate.labels import build_tables, with_fresh
        from annotate.snapshots import allowed_state, latest

        made_of = self._made_of()
        every = latest(self.snapshots) if state is None else state
        known = allowed_state(every, self.tombstones()).values()
        articles = self.articles()
        texts = dict(zip(articles["article_id"], articles["text"], strict=True))
        hashes = dict(zip(articles["article_id"], articles["text_sha256"], strict=True))
        versions = self.versions()
        tables = build_tables(
            known, versions.current, texts, hashes, versions=versions, only=changed
        )
        if changed is not None:
            tables = with_fresh(self._stored(), tables, changed, known, texts)
        # Cut off in between, tables old and new must not pass for what they were made of before.
        self._made_of_path.unlink(missing_ok=True)
        self.save_tables(tables)
        write_bytes(self._made_of_path, made_of)
        return tables

    def _stored(self) -> Tables:
        from annotate.tables import COLUMNS, Tables

        return Tables(**{name: read_parquet(self._table(name)) for name in COLUMNS})

    def save_tables(self, tables: Tables) -> None:
        """Write the tables of a pull."""
        from annotate.tables import COLUMNS

        # visits come last: where they are, the others are.
        for name in sorted(COLUMNS, key=lambda name: name == "visits"):
            write_parquet(getattr(tables, name), self._table(name))

    def tables_are_current(self) -> bool:
        """Tell whether the tables were built from all that there is now."""
        path = self._made_of_path
        there = path.exists() and self._table("visits").exists()
        return there and path.read_bytes() == self._made_of()

    @property
    def tables_stamp(self) -> float:
        """When the tables were last written; 0 before the first pull."""
        path = self._table("visits")
        return path.stat().st_mtime if path.exists() else 0.0

    @property
    def pulled_at(self) -> float:
        """When what is known was pulled; 0 before the first pull.

        Raises
        ------
        SnapshotError
            If the newest snapshot cannot be read.
        """
        from annotate.snapshots import pulled_at

        return pulled_at(self.snapshots)

    def _table(self, name: str) -> Path:
        return self.root / "tables" / f"{name}.parquet"

    @property
    def _made_of_path(self) -> Path:
        return self.root / "tables" / "made_of.json"

    def _made_of(self) -> bytes:
        """Say what the tables would be built from now."""
        articles = self._articles.stat() if self._articles.exists() else None
        parts: dict[str, Any] = {
            "rules": _RULES,
            "config": hashlib.sha256(self.config_path.read_bytes()).hexdigest(),
            "campaign": self.campaign_stamp(),
            "articles": [articles.st_mtime_ns, articles.st_size] if articles else [],
            "snapshots": sorted(path.name for path in self.snapshots.glob("*.jsonl.gz")),
        }
        if self.tombstones_path.exists():
            parts["without"] = hashlib.sha256(self.tombstones_path.read_bytes()).hexdigest()
        return json.dumps(parts, indent=1).encode()
