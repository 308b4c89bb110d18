"""The report: how findings are put into words, HTML and charts, and the server that shows them."""
