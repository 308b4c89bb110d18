"""The process that serves the report: it reads the study while Streamlit is still starting."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

from annotate.errors import AnnotateError
from annotate.report.running import STUDY_VARIABLE

__all__ = ["serve"]


def serve(pages: Path) -> None:
    """Serve the pages in a folder until the process is ended.

    Parameters
    ----------
    pages : Path
        Holds ``app.py``. What it imports is what the pages will import.
    """
    from streamlit.web.cli import main_run

    sys.path.insert(0, str(pages))
    Thread(target=_prepare, daemon=True).start()
    main_run([str(pages / "app.py")])


def _prepare() -> None:
    findings = importlib.import_module("findings")
    with suppress(AnnotateError):  # the page says what is wrong
        findings.prepare(Path(os.environ[STUDY_VARIABLE]))


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
