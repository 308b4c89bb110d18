"""f: `annotate score` on a whole study, as a command."""

from __future__ import annotations

import cProfile
import json
import pstats
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claims.harness import Line, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claims.harness import Options

__all__ = ["claim_f", "study_folder"]

ARTICLES, ANNOTATORS = 10_000, 3
_SECONDS, _MEGABYTES = 10.0, 1000.0
_DEFINED = 0.9  # of the figures: an empty result would be quick
_ROWS = 45  # of a profile


def claim_f(options: Options) -> Iterator[Line]:
    """Score a study, from the shell's prompt to the last line of JSON."""
    folder = study_folder(options)
    command = [sys.executable, "-m", "annotate", "score", "--json", "--study", str(folder)]
    runs = sorted((run(command) for _ in range(options.repeats)), key=lambda ran: ran.seconds)
    middle, peak = runs[len(runs) // 2], max(ran.peak for ran in runs)
    figures = json.loads(middle.output)
    defined = sum(figure["value"] is not None for figure in figures)
    yield Line(
        "f",
        f"annotate score, {options.size(ARTICLES):,} articles x {ANNOTATORS}, "
        f"{_spans(folder):,} spans, {len(figures)} figures, {defined} of them defined",
        f"{middle.seconds:.2f} s ({middle.computing:.2f} s of processor), {peak:.0f} MB",
        f"{_SECONDS:.0f} s, {_MEGABYTES:.0f} MB",
        middle.seconds <= _SECONDS and peak <= _MEGABYTES and defined > _DEFINED * len(figures),
    )
    if options.profile:
        _print_profile(command[1:])


def study_folder(options: Options) -> Path:
    """Give the generated study; it is made by the first run."""
    articles = options.size(ARTICLES)
    folder = options.data / f"study-{articles}x{ANNOTATORS}"
    if not (folder / "tables" / "made_of.json").exists():
        script = Path(__file__).parents[1] / "generate.py"
        sizes = ["--articles", str(articles), "--annotators", str(ANNOTATORS)]
        subprocess.run([sys.executable, str(script), str(folder), *sizes], check=True)
    return folder


def _spans(folder: Path) -> int:
    import pyarrow.parquet

    parquet: Any = pyarrow.parquet  # which is typed in part only
    return int(parquet.read_metadata(folder / "tables" / "spans.parquet").num_rows)


def _print_profile(command: list[str]) -> None:
    """Run the command under the profiler and print what took longest, with all it called."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(scratch) / "profile"
        profiled = [sys.executable, "-m", cProfile.__name__, "-o", str(kept), *command]
        subprocess.run(profiled, check=True, stdout=subprocess.DEVNULL)
        pstats.Stats(str(kept)).sort_stats("cumulative").print_stats(r"annotate[/\\]|import", _ROWS)
