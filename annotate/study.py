"""A study on disk: settings, tables, snapshots. The only place that knows file names."""

from __future__ import annotations

import hashlib
import json
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError
from annotate.files import held, replacing, write_bytes, write_private
from annotate.settings import Settings, check_pseudonyms, to_toml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    from tomlkit import TOMLDocument

    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["Settings", "Study"]

_IGNORE = "private/"
_KEY_BYTES = 32
_PATIENCE = 30.0  # seconds to wait for another command


@dataclass(frozen=True)
class Study:
    """A study's folder.

    Parameters
    ----------
    root : Path
        The folder that holds ``study.toml``.
    """

    root: Path

    @classmethod
    def create(cls, root: Path, settings: Settings, *, config: bytes, codebook: bytes) -> Study:
        """Lay out a new study.

        Raises
        ------
        StudyError
            If the folder already holds one, or a pseudonym will not do.
        ConfigError
            If the labeling config cannot be used.
        """
        from annotate.schema import parse_config

        study = cls(root)
        if _is_file(study._toml):
            msg = f"{root} already holds a study; choose another folder, or work with that one"
            raise StudyError(msg)
        parse_config(config)
        check_pseudonyms(settings.annotators)
        try:
            for path, content in ((study.config_path, config), (study.codebook_path, codebook)):
                if path.exists() and path.read_bytes() != content:
                    msg = f"{path} is there already; move it away or choose another folder"
                    raise StudyError(msg)
            root.mkdir(parents=True, exist_ok=True)
            if not (study.private / "key").exists():
                write_private(study.private / "key", secrets.token_hex(_KEY_BYTES).encode())
            write_bytes(study.config_path, config)
            write_bytes(study.codebook_path, codebook)
            _ignore_private(root / ".gitignore")
            write_bytes(study._toml, to_toml(settings).encode())
        except OSError as error:
            msg = f"{root} cannot be written to ({error.strerror}); choose another folder"
            raise StudyError(msg) from error
        return study

    @classmethod
    def open(cls, root: Path) -> Study:
        """Open the study in a folder.

        Raises
        ------
        StudyError
            If there is none.
        """
        study = cls(root)
        if not _is_file(study._toml):
            msg = f"{root} holds no study; make one with `annotate init {root}` or give --study DIR"
            raise StudyError(msg)
        study.settings()
        return study

    @property
    def _toml(self) -> Path:
        return self.root / "study.toml"

    @property
    def config_path(self) -> Path:
        """The labeling config."""
        return self.root / "label_config.xml"

    @property
    def codebook_path(self) -> Path:
        """What annotators read."""
        return self.root / "codebook.md"

    @property
    def private(self) -> Path:
        """Tokens, people and the embedded server's data; never exported."""
        return self.root / "private"

    @property
    def people_path(self) -> Path:
        """The map from pseudonyms to people."""
        return self.private / "people.json"

    @property
    def snapshots(self) -> Path:
        """The folder of what was pulled."""
        return self.root / "snapshots"

    @property
    def ledger_path(self) -> Path:
        """What was pushed."""
        return self.root / "ledger.sqlite"

    @property
    def export_path(self) -> Path:
        """Where the dataset goes unless told otherwise."""
        return self.root / "dataset"

    @property
    def _articles(self) -> Path:
        return self.root / "articles.parquet"

    def _table(self, name: str) -> Path:
        return self.root / "tables" / f"{name}.parquet"

    def key(self) -> bytes:
        """Give the secret that makes article ids opaque.

        Raises
        ------
        StudyError
            If it is gone: new ids would not match the old ones.
        """
        path = self.private / "key"
        try:
            key = bytes.fromhex(path.read_text().strip())
        except (OSError, ValueError):
            key = b""
        if len(key) != _KEY_BYTES:
            msg = f"{path} is missing or broken; restore it, since article ids depend on it"
            raise StudyError(msg)
        return key

    def settings(self) -> Settings:
        """Read ``study.toml``.

        Raises
        ------
        StudyError
            If a setting is missing or of the wrong kind.
        """
        document = self._document()
        known = {"name": str, "annotators": list, "demonstration": bool}
        section = document.unwrap().get("study")
        values: dict[str, Any] = dict(section) if isinstance(section, dict) else {}
        for name, value in values.items():
            if name not in known or not isinstance(value, known[name]):
                msg = f"{self._toml}: [study] {name} = {value!r} is not understood"
                raise StudyError(msg)
        annotators = tuple(values.pop("annotators", ()))
        check_pseudonyms(annotators)
        if not values.get("name"):
            msg = f'{self._toml}: [study] needs name = "…"'
            raise StudyError(msg)
        return Settings(**values, annotators=annotators)

    def add_annotators(self, names: list[str]) -> None:
        """Give more people a desk; who is there already stays as is."""
        have = self.settings().annotators
        new = [name for name in dict.fromkeys(names) if name not in have]
        check_pseudonyms((*have, *new))
        document = self._document()
        # Appended one by one: a new list would lose the comments inside the old one.
        document["study"].setdefault("annotators", []).extend(new)
        write_bytes(self._toml, document.as_string().encode())

    def _document(self) -> TOMLDocument:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        try:
            document = tomlkit.parse(self._toml.read_text(encoding="utf-8"))
            document.unwrap()  # some doubled keys are only noticed here
        except (OSError, ValueError, TOMLKitError) as error:
            msg = f"{self._toml} cannot be read: {error}"
            raise StudyError(msg) from error
        return document

    def schema(self) -> Schema:
        """Read the labeling config.

        Raises
        ------
        ConfigError
            If it cannot be used.
        """
        from annotate.schema import read_config

        return read_config(self.config_path)

    def replace_config(self, config: bytes) -> None:
        """Put another labeling config in place.

        Raises
        ------
        ConfigError
            If it cannot be used.
        """
        from annotate.schema import parse_config

        parse_config(config)
        write_bytes(self.config_path, config)

    def articles(self) -> pd.DataFrame:
        """Read the articles, one row each."""
        if not self._articles.exists():
            import pandas as pd

            from annotate.articles import ARTICLE_COLUMNS

            return pd.DataFrame({name: pd.Series(dtype="str") for name in ARTICLE_COLUMNS})
        return _read_parquet(self._articles)

    def texts(self) -> dict[str, str]:
        """Give the frozen text of each article."""
        articles = self.articles()
        return dict(zip(articles["article_id"], articles["text"], strict=True))

    def save_articles(self, articles: pd.DataFrame) -> None:
        """Write the articles, whole or not at all."""
        _write_parquet(articles, self._articles)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other commands from changing the study while the block runs.

        Raises
        ------
        StudyError
            If another command holds it for longer than half a minute.
        """
        with held(self.private / "study.lock", _PATIENCE) as mine:
            if not mine:
                msg = f"Another command is at work on {self.root}; run this one when it is done"
                raise StudyError(msg)
            yield

    def tables(self) -> Tables:
        """Read the tables, built again if scheme, articles or snapshots have changed since.

        Raises
        ------
        StudyError, SnapshotError, ConfigError
            If something they are built from cannot be read.
        """
        from annotate.tables import COLUMNS, Tables

        built = self._table("visits").exists()
        if any(self.snapshots.glob("*.jsonl.gz")) and not (built and self._is_current()):
            return self.build_tables()
        if not built:
            return Tables.empty()
        return Tables(**{name: _read_parquet(self._table(name)) for name in COLUMNS})

    def build_tables(self) -> Tables:
        """Build the tables from the newest snapshot of each source, and keep them."""
        from annotate.labels import build_tables
        from annotate.snapshots import latest_of_each_source

        made_of = self._made_of()
        articles = self.articles()
        hashes = dict(zip(articles["article_id"], articles["text_sha256"], strict=True))
        snapshots = latest_of_each_source(self.snapshots).values()
        tables = build_tables(snapshots, self.schema(), self.texts(), hashes)
        self.save_tables(tables)
        write_bytes(self._made_of_path, made_of)
        return tables

    @property
    def _made_of_path(self) -> Path:
        return self.root / "tables" / "made_of.json"

    def _made_of(self) -> bytes:
        """Say what the tables would be built from now."""
        articles = self._articles.stat() if self._articles.exists() else None
        parts = {
            "config": hashlib.sha256(self.config_path.read_bytes()).hexdigest(),
            "articles": [articles.st_mtime_ns, articles.st_size] if articles else [],
            "snapshots": sorted(path.name for path in self.snapshots.glob("*.jsonl.gz")),
        }
        return json.dumps(parts, indent=1).encode()

    def _is_current(self) -> bool:
        path = self._made_of_path
        return path.exists() and path.read_bytes() == self._made_of()

    def save_tables(self, tables: Tables) -> None:
        """Write the tables of a pull."""
        from annotate.tables import COLUMNS

        # visits come last: where they are, the others are.
        for name in sorted(COLUMNS, key=lambda name: name == "visits"):
            _write_parquet(getattr(tables, name), self._table(name))

    @property
    def tables_stamp(self) -> float:
        """When the tables were last written; 0 before the first pull."""
        path = self._table("visits")
        return path.stat().st_mtime if path.exists() else 0.0


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read; restore it, or rebuild the tables with `annotate pull`"
        raise StudyError(msg) from error


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        frame.to_parquet(part, index=False)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        msg = f"{path} cannot be looked at ({error.strerror}); choose another folder"
        raise StudyError(msg) from error


def _ignore_private(path: Path) -> None:
    """Keep ``private/`` out of version control, whatever else is."""
    lines = path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
    if _IGNORE not in lines.splitlines():
        gap = "" if not lines or lines.endswith("\n") else "\n"
        ignored = f"{lines}{gap}{_IGNORE}\n"
        write_bytes(path, ignored.encode("utf-8", errors="surrogateescape"))
