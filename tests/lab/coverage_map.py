"""`make cover`: the figure, and a page that says of each module which tests run it.

A test runs a line in its own context; what runs while a module is imported belongs to none. Most modules are passed
through by many tests, so the files that run most of a module's lines come first, with the share of those lines.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from coverage import Coverage, CoverageData

PAGE = Path("dist/coverage.md")
FILES_SHOWN = 4


def count_lines_by_file(data: CoverageData, module: str, lines: Collection[int]) -> Counter[str]:
    """How many of these lines of a module each file of tests runs."""
    contexts = data.contexts_by_lineno(str(Path(module).absolute()))
    files: Counter[str] = Counter()
    for line in contexts.keys() & lines:
        files.update({context.partition("::")[0] for context in contexts[line] if context})
    return files


def describe(data: CoverageData, module: str, report: dict[str, Any]) -> str:
    """One row of the page."""
    lines = set(report["executed_lines"])
    files = count_lines_by_file(data, module, lines)
    tests = ", ".join(f"{name} {100 * count / len(lines):.0f} %" for name, count in files.most_common(FILES_SHOWN))
    further = len(files) - FILES_SHOWN
    more = f" and {further} more" if further > 0 else ""
    return f"| {module} | {report['summary']['percent_covered']:.0f} % | {tests or 'none'}{more} |"


def main() -> int:
    """Read what the run wrote, write the page, say the figure."""
    coverage = Coverage()
    coverage.load()
    data = coverage.get_data()
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        coverage.json_report(outfile=report.name)
        figures = json.load(report)
    rows = [describe(data, module, report) for module, report in sorted(figures["files"].items())]
    totals = figures["totals"]
    figure = (
        f"{totals['percent_covered']:.1f} %: {totals['covered_lines']} of {totals['num_statements']} statements, "
        f"{totals['covered_branches']} of {totals['num_branches']} branches."
    )
    heading = "| module | covered | tests that run its lines, with the share of those covered |\n|---|---|---|\n"
    PAGE.write_text(f"# What the tests run\n\n{figure}\n\n{heading}" + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{figure} Which tests run which module: {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
