"""Agreement on values: of questions about the article, and of tables of labels."""

from annotate.reliability.choices.measures import (
    ON_REQUEST,
    binary_measures,
    headline,
    set_measures,
    value_measures,
)

__all__ = ["ON_REQUEST", "binary_measures", "headline", "set_measures", "value_measures"]
