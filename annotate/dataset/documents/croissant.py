"""The dataset for programs: Croissant 1.0, with what is known of its RAI vocabulary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from annotate.dataset.documents import words
from annotate.dataset.documents.citation import reference
from annotate.dataset.documents.contents import CONFIGURATIONS, says_of
from annotate.dataset.documents.licences import licence_url
from annotate.dataset.documents.rai import rai
from annotate.dataset.documents.records import record_sets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.dataset.documents.about import About
    from annotate.dataset.folder import Written
    from annotate.summary import Summary

__all__ = ["croissant"]

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_FORMATS = {
    ".cff": "application/yaml",
    ".conll": "text/tab-separated-values",
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".md": "text/markdown",
    ".parquet": "application/x-parquet",
    ".xml": "application/xml",
}


def croissant(about: About, summary: Summary, files: Sequence[Written]) -> str:
    """Write ``croissant.json``.

    Parameters
    ----------
    about : About
        What is known of the study.
    summary : Summary
        The findings.
    files : sequence of Written
        Every other file of the dataset but its list of sums.
    """
    said = about.said
    document = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.0",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": words.title(about, summary),
        "description": words.description(about, summary),
        "citeAs": reference(about, summary) if said.creators else "",
        "creator": [_creator(each) for each in said.creators],
        "license": licence_url(about.licence) if about.licence else "",
        "datePublished": said.published,
        "url": said.url,
        "version": said.version,
        "inLanguage": words.languages(about),
        "keywords": ["news", "annotation", "inter-annotator agreement"],
        "isLiveDataset": False,
        **rai(about, summary),
        "distribution": [
            *(_file(each, about) for each in files),
            *(_configuration(name) for name in CONFIGURATIONS),
        ],
        "recordSet": record_sets(files, about),
    }
    kept = {name: value for name, value in document.items() if value not in ("", [])}
    return json.dumps(kept, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _creator(name: str) -> dict[str, str]:
    """Describe a person, or an organisation where there is no comma."""
    family, comma, given = name.partition(",")
    if not comma:
        return {"@type": "sc:Organization", "name": name}
    return {"@type": "sc:Person", "name": f"{given.strip()} {family.strip()}"}


def _file(file: Written, about: About) -> dict[str, str]:
    ending = "." + file.name.rpartition(".")[2]
    described = {"description": says} if (says := says_of(file.name, about)) else {}
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        **described,
        "contentUrl": file.name,
        "contentSize": f"{file.size} B",
        "encodingFormat": _FORMATS.get(ending, "application/octet-stream"),
        "sha256": file.sha256,
    }


def _configuration(name: str) -> dict[str, str]:
    return {
        "@type": "cr:FileSet",
        "@id": f"files-of-{name}",
        "name": f"files-of-{name}",
        "description": f"The files of the configuration {name}, one for each split.",
        "encodingFormat": _FORMATS[".parquet"],
        "includes": f"data/{name}/*.parquet",
    }
