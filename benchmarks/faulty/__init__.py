"""A real Label Studio behind a proxy that breaks what passes, and a log of what must survive."""
