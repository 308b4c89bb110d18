"""A page becomes a frozen, identified text: read, cleaned, grouped, audited."""

from annotate.articles.blind import outlet_mentions
from annotate.articles.clean import clean
from annotate.articles.disclosure import disclosures
from annotate.articles.duplicates import DuplicatePair, link_duplicates
from annotate.articles.merge import (
    Merge,
    articles_frame,
    edit_article,
    find_article,
    merge_articles,
)
from annotate.articles.model import (
    ARTICLE_COLUMNS,
    Article,
    Intake,
    Metadata,
    Refusal,
    text_sha256,
)
from annotate.articles.read import read_articles

__all__ = [
    "ARTICLE_COLUMNS",
    "Article",
    "DuplicatePair",
    "Intake",
    "Merge",
    "Metadata",
    "Refusal",
    "articles_frame",
    "clean",
    "disclosures",
    "edit_article",
    "find_article",
    "link_duplicates",
    "merge_articles",
    "outlet_mentions",
    "read_articles",
    "text_sha256",
]
