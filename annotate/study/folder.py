"""A study's folder: laid out once, opened with one sentence where it is broken."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from annotate.errors import StudyError, StudyInUse
from annotate.files import held, write_bytes, write_private
from annotate.settings import check_assigning, check_pseudonyms, read_settings, to_toml
from annotate.study.parquet import read_parquet, write_parquet
from annotate.tombstones import Tombstones, read_tombstones, tombstones_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    from tomlkit import TOMLDocument

    from annotate.schema import Schema
    from annotate.settings import Settings

__all__ = ["Folder"]

_IGNORE = "private/"
_KEY_BYTES = 32
_PATIENCE = 30.0  # seconds to wait for another command


@dataclass(frozen=True)
class Folder:
    """The files of a study that people know: settings, scheme, codebook, articles.

    Parameters
    ----------
    root : Path
        The folder that holds ``study.toml``.
    """

    root: Path

    @classmethod
    def create(cls, root: Path, settings: Settings, *, config: bytes, codebook: bytes) -> Self:
        """Lay out a new study.

        Raises
        ------
        StudyError
            If the folder already holds one, or a pseudonym or a rule of assignment will not do.
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
        check_assigning(settings.assignment, "[assignment]")
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
    def open(cls, root: Path) -> Self:
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
    def look_path(self) -> Path:
        """When Label Studio was last asked, and what came of it."""
        return self.private / "last_look.json"

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
    def tombstones_path(self) -> Path:
        """What the study was asked to give up."""
        return self.root / "tombstones.json"

    @property
    def _articles(self) -> Path:
        return self.root / "articles.parquet"

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

    def tombstones(self) -> Tombstones:
        """Read what must not come back; whatever else is read is read without it.

        Raises
        ------
        StudyError
            If they, or the key to them, cannot be read.
        """
        if not self.tombstones_path.exists():
            return Tombstones()
        return read_tombstones(self.tombstones_path, self.key())

    def save_tombstones(self, stones: Tombstones) -> None:
        """Write the tombstones, whole or not at all."""
        write_bytes(self.tombstones_path, tombstones_json(stones))

    def settings(self) -> Settings:
        """Read ``study.toml``.

        Raises
        ------
        StudyError
            If a setting is missing or of the wrong kind.
        """
        settings = read_settings(self._document().unwrap(), self._toml)
        stones = self.tombstones()
        return replace(
            settings,
            annotators=tuple(name for name in settings.annotators if not stones.names(name)),
        )

    def add_annotators(self, names: list[str]) -> None:
        """Give more people a desk; who is there already stays as is.

        Raises
        ------
        StudyError
            If a pseudonym will not do, or was somebody's who was forgotten.
        """
        have, stones = self.settings().annotators, self.tombstones()
        new = [name for name in dict.fromkeys(names) if name not in have]
        check_pseudonyms((*have, *new))
        for name in new:
            if stone := stones.names(name):
                msg = (
                    f'"{name}" was forgotten {stone.told} and is kept out; choose another pseudonym'
                )
                raise StudyError(msg)
        document = self._document()
        # Appended one by one: a new list would lose the comments inside the old one.
        document["study"].setdefault("annotators", []).extend(new)
        write_bytes(self._toml, document.as_string().encode())

    def drop_removed(self) -> None:
        """Take out of the files what the tombstones name; it was not read from them any more."""
        from annotate.articles import link_duplicates

        if self._articles.exists():
            kept = self.articles()
            if len(kept) < len(read_parquet(self._articles)):
                self.save_articles(link_duplicates(kept)[0])
        document, stones = self._document(), self.tombstones()
        annotators = document["study"].get("annotators", [])
        gone = [name for name in annotators if stones.names(str(name))]
        for name in gone:
            annotators.remove(name)
        if gone:
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
        """Read the articles, one row each.

        Raises
        ------
        StudyError
            If they cannot be read.
        """
        if not self._articles.exists():
            import pandas as pd

            from annotate.articles import ARTICLE_COLUMNS

            return pd.DataFrame({name: pd.Series(dtype="str") for name in ARTICLE_COLUMNS})
        stored = self._articles.stat()
        state = stored.st_mtime_ns, stored.st_size, stored.st_ino
        articles = _articles(self._articles, *state).copy(deep=False)
        gone = self.tombstones().withdrawn
        if not gone:
            return articles
        kept = ~articles["article_id"].isin([stone.article_id for stone in gone])
        return articles[kept].reset_index(drop=True)

    def texts(self) -> dict[str, str]:
        """Give the frozen text of each article."""
        articles = self.articles()
        return dict(zip(articles["article_id"], articles["text"], strict=True))

    def save_articles(self, articles: pd.DataFrame) -> None:
        """Write the articles, whole or not at all."""
        write_parquet(articles, self._articles)

    @property
    def in_use(self) -> bool:
        """Whether a command is at work on the study right now."""
        try:
            with held(self.private / "study.lock", 0) as mine:
                return not mine
        except OSError:
            return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other commands from changing the study while the block runs.

        Raises
        ------
        StudyInUse
            If another command holds it for longer than half a minute.
        """
        with held(self.private / "study.lock", _PATIENCE) as mine:
            if not mine:
                msg = f"Another command is at work on {self.root}; run this one when it is done"
                raise StudyInUse(msg)
            yield


@lru_cache(maxsize=1)
def _articles(path: Path, *_state: int) -> pd.DataFrame:
    """Keep the articles at hand: a push reads them half a dozen times."""
    return read_parquet(path)


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
