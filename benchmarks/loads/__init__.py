"""Tasks and annotations by the ten thousand on a real Label Studio, fetched and sent."""
