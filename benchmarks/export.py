"""How much memory an export takes, and how long, beside what one would write by hand.

    python benchmarks/export.py
    python benchmarks/export.py --articles 2000
    python benchmarks/export.py --data ~/bench --with-text

Makes a study of 100,000 articles x 3 annotators whose tables are there: ten copies of one of
10,000, each text with a line of its own. Exports it with `annotate export` (every format, split by
event), and the tables alone with a few lines of pandas. Prints the time and the highest memory of
both, what was written, and whether the plain tables hold the same rows. Targets hold at the full
size.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
from claims.harness import Line, Options, machine, run
from claims.study import ANNOTATORS, ARTICLES, study_folder
from exported.copies import multiply

from annotate.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["lines", "main"]

_FULL = 100_000
_MEGABYTES = 2000.0
_PLAIN = Path(__file__).parent / "exported" / "plain.py"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    chosen = _parser().parse_args(arguments)
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(dir=chosen.data) as scratch:
        data = chosen.data or Path(scratch)
        for line in lines(data, Path(scratch), chosen.articles, with_text=chosen.with_text):
            print(line.shown(judged=chosen.articles == _FULL), flush=True)


def lines(data: Path, scratch: Path, articles: int, *, with_text: bool) -> Iterator[Line]:
    """Measure one export.

    Parameters
    ----------
    data : Path
        Where the generated study is kept, or is to be.
    scratch : Path
        Where datasets are written.
    articles : int
        How many.
    with_text : bool
        Whether the texts are exported, and the formats that need them.
    """
    study = _study(data, articles)
    what = f"{articles:,} articles x {ANNOTATORS}"
    ours, plain = scratch / "dataset", scratch / "plain"
    command = [sys.executable, "-m", "annotate", "export", str(ours), "--study", str(study)]
    options = ["--with-notes", "--split", "event", *(["--with-text"] if with_text else [])]
    made = run([*command, *options])
    by_hand = run([sys.executable, str(_PLAIN), str(study), str(plain)])
    yield Line(
        "memory",
        what,
        f"{made.peak:,.0f} MB at most; tables alone, by hand: {by_hand.peak:,.0f} MB",
        f"{_MEGABYTES:,.0f} MB",
        made.peak < _MEGABYTES,
    )
    files = [path for path in ours.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    yield Line(
        "time",
        what,
        f"{made.seconds:,.0f} s for {len(files)} files of {size:,.0f} MB; tables alone, by hand: "
        f"{by_hand.seconds:,.0f} s",
    )
    counts = {name: _rows(ours / "tables", plain, name) for name in ("visits", "answers", "spans")}
    shown = ", ".join(f"{rows:,} {name}" for name, (rows, _) in counts.items())
    same = all(rows == others for rows, others in counts.values())
    yield Line("rows", what, shown, "the same as by hand", same)


def _rows(ours: Path, plain: Path, name: str) -> tuple[int, int]:
    return tuple(pq.read_metadata(folder / f"{name}.parquet").num_rows for folder in (ours, plain))


def _study(data: Path, articles: int) -> Path:
    """Give the study, made if it is not there yet."""
    data.mkdir(parents=True, exist_ok=True)
    copies = max(1, articles // ARTICLES)
    small = study_folder(Options(1, articles / copies / ARTICLES, data))
    if copies == 1:
        return small
    large = data / f"study-{articles}"
    if not large.exists():
        multiply(Study(small), large, copies)
    return large


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=_FULL, help="how many; 100,000 by default")
    parser.add_argument("--data", type=Path, help="where the study is kept")
    parser.add_argument("--with-text", action="store_true", help="export the texts, too")
    return parser


if __name__ == "__main__":
    main()
