"""Find what lies beside the code: the scheme, the codebook, the seeds, the report."""

from __future__ import annotations

from pathlib import Path

from annotate.errors import StudyError

__all__ = ["resource"]


def resource(name: str) -> Path:
    """Give the path of a file or folder that belongs to the project.

    A wheel carries them inside the package; in a checkout, also an editable install of one,
    they lie at its top.

    Raises
    ------
    StudyError
        If the installation lacks it.
    """
    package = Path(__file__).parent
    for place in (package / "resources" / name, package.parent / name):
        if place.exists():
            return place
    msg = f"This installation lacks {name}; install annotate-news again"
    raise StudyError(msg)
