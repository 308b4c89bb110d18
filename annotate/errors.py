"""The tree of errors. Each message is one clear sentence for the person at the keyboard.

::

    AnnotateError            anything the user can mend; its text is what is shown
    ├── UsageError           options that contradict each other
    ├── ArticleError         an article that cannot be read or may not change
    ├── ConfigError          a labeling config that cannot be used (all faults at once)
    ├── StudyError           a study folder that is missing or broken
    │   └── StudyInUse       another command is at work on it
    ├── StudioError          Label Studio cannot do what was asked
    │   ├── NotThere         the server has no such project or task
    │   ├── Unreachable      nobody answers at the address
    │   └── Unauthorised     the token is missing, wrong or not allowed
    ├── SnapshotError        a pulled file or export that cannot be read or was altered
    ├── TableError           a table that breaks its contract (all bad rows at once)
    ├── ExportError          a dataset that cannot be written
    └── BackupError          a backup that cannot be written, or was cut short or altered
"""

__all__ = [
    "AnnotateError",
    "ArticleError",
    "BackupError",
    "ConfigError",
    "ExportError",
    "NotThere",
    "SnapshotError",
    "StudioError",
    "StudyError",
    "StudyInUse",
    "TableError",
    "Unauthorised",
    "Unreachable",
    "UsageError",
]


class AnnotateError(Exception):
    """Anything the user can mend; the text says what, where and what to do."""


class UsageError(AnnotateError):
    """Options that contradict each other or cannot be understood."""


class ArticleError(AnnotateError):
    """An article that cannot be read, or that may not change any more."""


class ConfigError(AnnotateError):
    """A labeling config that cannot be used; the text lists every fault."""


class StudyError(AnnotateError):
    """A study folder that is missing, broken or in use."""


class StudyInUse(StudyError):
    """Another command is at work on the study; it will be done before long."""


class StudioError(AnnotateError):
    """Label Studio cannot do what was asked."""


class NotThere(StudioError):
    """The server has no such project or task."""


class Unreachable(StudioError):
    """Nobody answers at the address."""


class Unauthorised(StudioError):
    """The token is missing, wrong or not allowed."""


class SnapshotError(AnnotateError):
    """A pulled file or an export that cannot be read or was altered."""


class TableError(AnnotateError):
    """A table that breaks its contract; the text lists every bad row."""


class ExportError(AnnotateError):
    """A dataset that cannot be written."""


class BackupError(AnnotateError):
    """A backup that cannot be written, is none, or was cut short or altered."""
