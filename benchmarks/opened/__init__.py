"""The report opened in a browser: how long until it shows something, and what it takes."""
