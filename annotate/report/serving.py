"""The process that serves the report: it reads the study before anybody opens a page."""

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

_PATIENCE = 20.0  # seconds; what takes longer goes on while the pages are there


def serve(pages: Path) -> None:
    """Serve the pages in a folder until the process is ended.

    Parameters
    ----------
    pages : Path
        Holds ``app.py``. What it imports is what the pages will import.
    """
    from streamlit.web.cli import main_run

    sys.path.insert(0, str(pages))
    preparing = Thread(target=_prepare, daemon=True)
    preparing.start()
    # Who opens a page at once would wait longer: both would share the processor.
    preparing.join(_PATIENCE)
    main_run([str(pages / "app.py")])


def _prepare() -> None:
    importlib.import_module("annotate.report.charts.intervals")
    opening = importlib.import_module("opening")
    with suppress(AnnotateError):  # the page says what is wrong
        findings = opening.ready(Path(os.environ[STUDY_VARIABLE]))
        importlib.import_module("models").make_models(findings)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
