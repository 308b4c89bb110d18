"""Agreement on values: of questions about the article, and of tables of labels."""
