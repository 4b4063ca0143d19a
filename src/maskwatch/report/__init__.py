"""Reports on the history of a watch: how masks were worn, where and when."""

from __future__ import annotations

from maskwatch.report.facts import Facts
from maskwatch.report.page import report_page
from maskwatch.report.read import read_facts

__all__ = ["Facts", "read_facts", "report_page"]
