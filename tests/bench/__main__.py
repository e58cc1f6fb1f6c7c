"""Measure everything and print it; nothing fails here, whatever the figures are."""

import os
import platform

from tests.bench import growth, naive, pdf, serve, sheets, training, warm, whole, wide
from tests.bench.report import Report


def main() -> None:
    """Print a table for each kind of cost."""
    report = Report()
    report.say(f"Python {platform.python_version()} on {os.cpu_count()} cores. Ratios are of times measured in turn.")
    report.say("Each figure is a median; in brackets the least and the most.")
    for part in (whole, warm, serve, pdf, sheets, wide, training, growth, naive):
        part.measure(report)
    report.close()


main()
