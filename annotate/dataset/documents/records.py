"""What the rows of a dataset's tables hold, as record sets of Croissant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from annotate.dataset.documents.contents import CONFIGURATIONS, says_of
from annotate.dataset.formats.flat import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from annotate.dataset.documents.about import About
    from annotate.dataset.folder import Written

__all__ = ["record_sets"]

_SIMPLE = re.compile(r"[A-Za-z0-9_]+")
_INSIDE = "Inside each row; what was said of a span lies in a list within, see {}."
_FLAT = {"annotations": "tables/answers", "soft": "tables/soft", "consensus": "tables/consensus"}

Described = dict[str, Any]


def record_sets(files: Sequence[Written], about: About) -> list[Described]:
    """Describe the configurations and the flat tables.

    Parameters
    ----------
    files : sequence of Written
        The files of the dataset.
    about : About
        What was let out.
    """
    made = []
    for name, says in CONFIGURATIONS.items():
        own = [each for each in files if each.name.startswith(f"data/{name}/")]
        if own and own[0].columns is not None:
            source = {"fileSet": {"@id": f"files-of-{name}"}}
            made.append(_record_set(name, f"One row per {says}.", own[0].columns, source))
    for each in files:
        folder, _, name = each.name.rpartition("/")
        if folder == FOLDER and each.columns is not None:
            source = {"fileObject": {"@id": each.name}}
            says = f"One row per {says_of(each.name, about)}."
            ident = f"table-{name.removesuffix('.parquet')}"
            made.append(_record_set(ident, says, each.columns, source))
    return made


def _record_set(ident: str, says: str, columns: pa.Schema, source: Described) -> Described:
    return {
        "@type": "cr:RecordSet",
        "@id": ident,
        "name": ident,
        "description": says,
        "field": [
            _field(f"{ident}/{part}", column, source)
            for part, column in zip(_idents(columns.names), columns, strict=True)
        ],
    }


def _idents(names: Iterable[str]) -> Iterator[str]:
    """Name columns so that no question's name can make an address of an identifier."""
    for number, name in enumerate(names, start=1):
        yield name if _SIMPLE.fullmatch(name) else f"column-{number}"


def _field(ident: str, column: pa.Field, source: Described) -> Described:
    described = {
        "@type": "cr:Field",
        "@id": ident,
        "name": ident,
        "description": column.name,
    }
    if _is_list(column.type) and pa.types.is_struct(column.type.value_type):
        within = column.type.value_type
        inner = [within.field(place) for place in range(within.num_fields)]
        return described | {
            "repeated": True,
            "subField": [
                _inner(f"{ident}/{part}", each, column.name, source)
                for part, each in zip(_idents(e.name for e in inner), inner, strict=True)
                if not (_is_list(each.type) and pa.types.is_struct(each.type.value_type))
            ],
        }
    return described | {
        **({"repeated": True} if _is_list(column.type) else {}),
        "dataType": _kind(column.type),
        "source": {**source, "extract": {"column": column.name}},
    }


def _inner(ident: str, column: pa.Field, within: str, source: Described) -> Described:
    return {
        "@type": "cr:Field",
        "@id": ident,
        "name": ident,
        "description": column.name,
        "dataType": _kind(column.type),
        "source": {
            **source,
            "extract": {"column": within},
            "transform": {"jsonPath": f"$.{column.name}"},
        },
    }


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _kind(kind: pa.DataType) -> str:
    if _is_list(kind):
        return _kind(kind.value_type)
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Text"
