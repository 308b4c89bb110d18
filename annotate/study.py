"""A study on disk: settings, tables, snapshots. The only place that knows file names."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError
from annotate.files import replacing, write_bytes, write_private

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from tomlkit import TOMLDocument

    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["Settings", "Study"]

_PSEUDONYM = re.compile(r"[\w][\w .-]{0,39}")
_IGNORE = "private/\n"


@dataclass(frozen=True)
class Settings:
    """What ``study.toml`` says.

    Parameters
    ----------
    name : str
        The study's name; it heads the projects in Label Studio and the report.
    annotators : tuple of str
        Pseudonyms, in the order of the desks.
    round : str
        The round that new work belongs to.
    demonstration : bool
        Whether the labels were made up to show the tool.
    """

    name: str
    annotators: tuple[str, ...] = ()
    round: str = "main"
    demonstration: bool = False


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
        if study._toml.exists():
            msg = f"{root} already holds a study; choose another folder, or work with that one"
            raise StudyError(msg)
        parse_config(config)
        _check_pseudonyms(settings.annotators)
        try:
            root.mkdir(parents=True, exist_ok=True)
            write_private(study.private / "key", secrets.token_hex(32).encode())
            write_bytes(study.config_path, config)
            write_bytes(study.codebook_path, codebook)
            write_bytes(root / ".gitignore", _IGNORE.encode())
            write_bytes(study._toml, _toml(settings).encode())
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
        if not study._toml.is_file():
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
            return bytes.fromhex(path.read_text().strip())
        except (OSError, ValueError) as error:
            msg = f"{path} is missing or broken; restore it, since article ids depend on it"
            raise StudyError(msg) from error

    def settings(self) -> Settings:
        """Read ``study.toml``.

        Raises
        ------
        StudyError
            If a setting is missing or of the wrong kind.
        """
        document = self._document()
        known = {"name": str, "annotators": list, "round": str, "demonstration": bool}
        values: dict[str, Any] = dict(document.unwrap().get("study", {}))
        for name, value in values.items():
            if name not in known or not isinstance(value, known[name]):
                msg = f"{self._toml}: [study] {name} = {value!r} is not understood"
                raise StudyError(msg)
        annotators = tuple(values.pop("annotators", ()))
        _check_pseudonyms(annotators)
        if not values.get("name"):
            msg = f'{self._toml}: [study] needs name = "…"'
            raise StudyError(msg)
        return Settings(**values, annotators=annotators)

    def add_annotators(self, names: list[str]) -> None:
        """Give more people a desk; who is there already stays as is."""
        have = self.settings().annotators
        wanted = [*have, *(name for name in names if name not in have)]
        _check_pseudonyms(tuple(wanted))
        document = self._document()
        document["study"]["annotators"] = wanted  # type: ignore[index]
        write_bytes(self._toml, document.as_string().encode())

    def _document(self) -> TOMLDocument:
        import tomlkit
        from tomlkit.exceptions import ParseError

        try:
            return tomlkit.parse(self._toml.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ParseError) as error:
            msg = f"{self._toml} cannot be read: {error}"
            raise StudyError(msg) from error

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

    def tables(self) -> Tables:
        """Read the tables of the last pull; empty ones before the first."""
        from annotate.tables import COLUMNS, Tables

        if not self._table("visits").exists():
            return Tables.empty()
        return Tables(**{name: _read_parquet(self._table(name)) for name in COLUMNS})

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


def _check_pseudonyms(names: tuple[str, ...]) -> None:
    for name in names:
        if not isinstance(name, str) or not _PSEUDONYM.fullmatch(name):
            msg = (
                f'"{name}" will not do as a pseudonym: use 1 to 40 letters, digits, spaces, '
                "dots or dashes, and no e-mail address"
            )
            raise StudyError(msg)
    folded = [name.casefold() for name in names]
    for name in names:
        if folded.count(name.casefold()) > 1:
            msg = f'Two annotators are called "{name}"; pseudonyms must differ'
            raise StudyError(msg)


def _toml(settings: Settings) -> str:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("Pseudonyms only. People and tokens are kept in private/."))
    table = tomlkit.table()
    table.update(
        name=settings.name,
        annotators=list(settings.annotators),
        round=settings.round,
        demonstration=settings.demonstration,
    )
    document["study"] = table
    return tomlkit.dumps(document)
