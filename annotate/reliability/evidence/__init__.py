"""What annotators said, as arrays: ratings of units, marks in texts."""
