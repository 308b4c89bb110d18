"""Disagreements settled by one person: what is sent to them, and what they decided."""
