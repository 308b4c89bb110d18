"""The report as one file: the same findings and charts, without a server, script or request."""

from annotate.report.offline.writing import report_html, write_report

__all__ = ["report_html", "write_report"]
