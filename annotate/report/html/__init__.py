"""Pieces of the report as HTML: nothing of a text, a label or a name is ever read as markup."""
