"""The report: one HTML file for policy staff that needs neither server nor network."""

from wpnet.showing.report.page import render_report

__all__ = ["render_report"]
