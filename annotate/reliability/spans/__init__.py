"""Agreement on marked spans: where, which label, and what was said of them."""
