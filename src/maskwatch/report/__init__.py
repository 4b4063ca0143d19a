"""Reports on the history of a watch: mask compliance over time, incidents and outages."""

from __future__ import annotations

from maskwatch.report.facts import Facts
from maskwatch.report.page import report_page
from maskwatch.report.read import read_facts

__all__ = ["Facts", "read_facts", "report_page"]
