"""What a study keeps of its campaign: rounds, who was assigned what, every scheme it ever asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.errors import ConfigError, StudyError
from annotate.files import write_bytes
from annotate.rounds import (
    ADJUDICATION,
    ANNOTATION,
    TRAINING,
    read_rounds,
    rounds_json,
    without_forgotten,
)
from annotate.study.folder import Folder
from annotate.study.parquet import read_parquet, write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

    from annotate.rounds import Round
    from annotate.schema.migration import Migration
    from annotate.schema.versions import Versions
    from annotate.tombstones import Tombstones

__all__ = ["ASSIGNMENT", "Campaign", "digest_of"]

_SHOWN = 12  # hexadecimal digits of a hash
ASSIGNMENT = {"round": "str", "article_id": "str", "annotator": "str", "occasion": "int64"}


@dataclass(frozen=True)
class Campaign(Folder):
    """The files of a study that its rounds live in."""

    @property
    def rounds_path(self) -> Path:
        """The rounds."""
        return self.root / "rounds.json"

    @property
    def migrations(self) -> Path:
        """The folder of tables that say what old labels are called now."""
        return self.root / "migrations"

    @property
    def _schemes(self) -> Path:
        return self.root / "schemes"

    def keep_migration(self, table: Migration) -> None:
        """Keep a table of migration in the place of an earlier one between the same schemes."""
        self.migrations.mkdir(exist_ok=True)
        # Schemes are known by now: their hashes make no path that anybody chose.
        name = f"{table.old[:_SHOWN]}-{table.new[:_SHOWN]}.csv"
        write_bytes(self.migrations / name, table.csv().encode())

    @property
    def _codebooks(self) -> Path:
        return self.root / "codebooks"

    @property
    def _assignment(self) -> Path:
        return self.root / "assignment.parquet"

    def rounds(self) -> list[Round]:
        """Read the rounds, in the order in which they were started.

        Raises
        ------
        StudyError
            If they cannot be read.
        """
        rounds, stones = read_rounds(self.rounds_path), self.tombstones()
        return [without_forgotten(each, stones) for each in rounds] if stones else rounds

    def save_rounds(self, rounds: Iterable[Round]) -> None:
        """Write the rounds, whole or not at all."""
        write_bytes(self.rounds_path, rounds_json(rounds))

    def uncounted_rounds(self) -> frozenset[str]:
        """Name the rounds that never count in agreement: training and adjudication."""
        kinds = {TRAINING, ADJUDICATION}
        return frozenset(each.name for each in self.rounds() if each.kind in kinds)

    def counted_rounds(self) -> list[Round]:
        """Give the rounds of annotation."""
        return [each for each in self.rounds() if each.kind == ANNOTATION]

    def assignment(self) -> pd.DataFrame:
        """Read who was assigned what: one row per round, article, annotator and occasion.

        The annotator is "" where everybody works in one project.
        """
        if self._assignment.exists():
            return _allowed(read_parquet(self._assignment), self.tombstones())
        import pandas as pd

        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in ASSIGNMENT.items()})

    def save_assignment(self, rows: pd.DataFrame) -> None:
        """Write who was assigned what, whole or not at all."""
        write_parquet(rows.astype(ASSIGNMENT), self._assignment)

    def drop_removed(self) -> None:
        """Take out of the files what the tombstones name; it was not read from them any more."""
        super().drop_removed()
        if self.rounds_path.exists():
            self.save_rounds(self.rounds())
        if self._assignment.exists():
            self.save_assignment(self.assignment())

    def keep_scheme(self, config: bytes) -> str:
        """Keep a labeling config for as long as the study lasts, and give its SHA-256."""
        return _keep(self._schemes, config, "xml")

    def codebook(self) -> bytes:
        """Read the codebook.

        Raises
        ------
        StudyError
            If it cannot be read.
        """
        try:
            return self.codebook_path.read_bytes()
        except OSError as error:
            msg = f"{self.codebook_path} cannot be read ({error.strerror}); annotators need it"
            raise StudyError(msg) from error

    def keep_codebook(self) -> str:
        """Keep the codebook as it is now, and give its SHA-256."""
        return _keep(self._codebooks, self.codebook(), "md")

    def kept_codebook(self, sha256: str) -> Path:
        """Give the file of a codebook that was kept; today's, if it is that one.

        Raises
        ------
        StudyError
            If it is gone or was altered.
        """
        for path in (self.codebook_path, *self._codebooks.glob("*.md")):
            if path.exists() and digest_of(path.read_bytes()) == sha256:
                return path
        msg = f"{self._codebooks} no longer holds codebook {sha256[:_SHOWN]}; restore it"
        raise StudyError(msg)

    def kept_scheme(self, sha256: str) -> bytes:
        """Give a labeling config that was kept.

        Raises
        ------
        StudyError
            If it is gone or was altered.
        """
        if self.config_path.exists():
            config = self.config_path.read_bytes()
            if hashlib.sha256(config).hexdigest() == sha256:
                return config
        for path in self._schemes.glob("*.xml"):
            if path.stem == sha256:
                config = path.read_bytes()
                if hashlib.sha256(config).hexdigest() == sha256:
                    return config
        msg = f"{self._schemes} no longer holds scheme {sha256[:_SHOWN]} as it was used; restore it"
        raise StudyError(msg)

    def versions(self) -> Versions:
        """Give the scheme of today, those that were used before, and how to read them.

        Raises
        ------
        ConfigError
            If a scheme or a migration cannot be used.
        """
        from annotate.schema import parse_config
        from annotate.schema.migration import read_migrations
        from annotate.schema.versions import Versions

        past = {}
        for path in sorted(self._schemes.glob("*.xml")):
            try:
                past[path.stem] = parse_config(path.read_bytes(), where=str(path))
            except OSError as error:
                msg = f"{path} cannot be read ({error.strerror}); restore it"
                raise ConfigError(msg) from error
        return Versions(
            self.schema(),
            past,
            tuple(
                table
                for path in sorted(self.migrations.glob("*.csv"))
                for table in read_migrations(path)
            ),
        )

    def campaign_stamp(self) -> list[str]:
        """Name all that decides how old work is read."""
        names = [path.name for path in self._schemes.glob("*.xml")]
        names += [
            hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (*self.migrations.glob("*.csv"), self.rounds_path)
            if path.exists()
        ]
        return sorted(names)


def _allowed(rows: pd.DataFrame, stones: Tombstones) -> pd.DataFrame:
    """Take out rows of people and articles that were taken out of the study."""
    if not stones:
        return rows
    gone = rows["annotator"].map(lambda name: stones.names(name) is not None).astype(bool)
    gone |= (
        rows["article_id"].map(lambda article: stones.keeps_out(article) is not None).astype(bool)
    )
    return rows[~gone].reset_index(drop=True)


def digest_of(content: bytes) -> str:
    """Give the SHA-256 by which something is kept."""
    return hashlib.sha256(content).hexdigest()


def _keep(folder: Path, content: bytes, ending: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = folder / f"{digest}.{ending}"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        write_bytes(path, content, mode=0o444)
    return digest
