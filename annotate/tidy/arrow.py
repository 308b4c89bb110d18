"""Arrow's modules as a type checker can stand them: made at import time, or typed in part."""

from typing import Any

import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

__all__ = ["compute", "csv", "parquet"]

compute: Any = pyarrow.compute
csv: Any = pyarrow.csv
parquet: Any = pyarrow.parquet
