"""What somebody would write by hand: read every table, write it as CSV, Parquet and JSON lines.

    python plain.py STUDY FOLDER

No consensus, no split, no documents; every table is in memory whole.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

__all__ = ["main"]


def main(study: Path, target: Path) -> None:
    """Write the tables of a study."""
    target.mkdir()
    articles = pd.read_parquet(study / "articles.parquet")
    tables = {
        name: pd.read_parquet(study / "tables" / f"{name}.parquet")
        for name in ("visits", "answers", "spans")
    }
    for name, table in {"articles": articles, **tables}.items():
        table.to_csv(target / f"{name}.csv", index=False)
        table.to_parquet(target / f"{name}.parquet", index=False)
        table.to_json(target / f"{name}.jsonl", orient="records", lines=True, force_ascii=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
