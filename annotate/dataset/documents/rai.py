"""What Croissant's vocabulary for responsible AI asks for, as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate import __version__
from annotate.dataset.documents import words
from annotate.dataset.documents.weak import field_name, interval, judged, weak_fields
from annotate.summary import CAVEATS, two_decimals

if TYPE_CHECKING:
    from annotate.dataset.documents.about import About
    from annotate.summary import Summary

__all__ = ["rai"]


def rai(about: About, summary: Summary) -> dict[str, str | list[str]]:
    """Give the properties whose value is known; what only people can know is left out.

    Properties are spelt as the vocabulary does, version 1.0.

    Parameters
    ----------
    about : About
        What is known of the study.
    summary : Summary
        The findings.
    """
    found: dict[str, str | list[str]] = {
        "dataCollectionTimeframe": _days(about),
        "dataPreprocessingProtocol": words.cleaning(about),
        "dataManipulationProtocol": [
            *words.consensus(about),
            f"Made with annotate-news {__version__}.",
        ],
        "dataAnnotationProtocol": [words.protocol(about, summary), *words.training(about)],
        "dataAnnotationPlatform": ["Label Studio"] if summary.started else [],
        "dataAnnotationAnalysis": _analysis(summary),
        "annotationsPerItem": words.by_article(about),
        "dataLimitations": _limitations(summary),
        "personalSensitiveInformation": words.privacy(about),
    }
    return {f"rai:{name}": value for name, value in found.items() if value}


def _days(about: About) -> list[str]:
    worked = about.worked
    return [worked.first, worked.last] if worked.last else []


def _analysis(summary: Summary) -> list[str]:
    return [
        f"{field_name(figure)}: {figure.measure} {two_decimals(figure.value) or 'undefined'}, "
        f"95 % interval {interval(figure)}, {words.counted(figure.articles, 'article')}, "
        f"{words.counted(figure.annotators, 'annotator')}."
        for figure in judged(summary)
    ]


def _limitations(summary: Summary) -> list[str]:
    weak = [f"{field_name(figure)}: {said}." for figure, said in weak_fields(summary)]
    return [*summary.warnings, *weak, *CAVEATS]
