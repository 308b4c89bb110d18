"""label_config.xml read into questions, scales and span labels: the one source of truth."""

from annotate.schema.model import Condition, Option, Question, Scale, Schema, SpanLabel
from annotate.schema.parse import parse_config, read_config
from annotate.schema.targets import config_for_targets, target_slug

__all__ = [
    "Condition",
    "Option",
    "Question",
    "Scale",
    "Schema",
    "SpanLabel",
    "config_for_targets",
    "parse_config",
    "read_config",
    "target_slug",
]
