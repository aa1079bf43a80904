"""`python -m tests.fuzz [kind …] [--seed S] [--inputs N] [--first N]`: odd inputs, one after the other.

Each run says its seed and notes it in dist/fuzz/runs.txt; an input is made from seed, kind and number alone. What fails
is kept beside it, one file for each place.
"""

from __future__ import annotations

import argparse
import logging
import secrets
import sys
import time
from pathlib import Path

import structlog

from tests.fuzz import answers, exports, texts, web
from tests.fuzz.trials import Trial, run_trial

FOLDER = Path("dist/fuzz")
TRIALS: tuple[type[Trial], ...] = (
    web.Pages,
    web.SignatureHeaders,
    web.Payloads,
    web.PostgresPayloads,
    web.Questions,
    answers.Handshakes,
    answers.RestAnswers,
    answers.XmlrpcAnswers,
    answers.RawAnswers,
    texts.Html,
    texts.Shortcodes,
    exports.Tables,
    exports.Archives,
)


def main(arguments: list[str]) -> int:
    """Try what is named, or everything; 1: there are faults."""
    by_name = {trial.name: trial for trial in TRIALS}
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("kinds", nargs="*", metavar="kind", help=", ".join(by_name))
    parser.add_argument("--seed", default="", help="of an earlier run")
    parser.add_argument("--inputs", type=int, default=0, help="of each kind")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    options = parser.parse_args(arguments)
    unknown = set(options.kinds) - set(by_name)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(by_name)}")
    seed = options.seed or secrets.token_hex(4)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began, total, faults = time.monotonic(), 0, 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in options.kinds or by_name:
        outcome = run_trial(by_name[name](), seed, FOLDER, options.inputs, options.first)
        print(outcome.line(), flush=True)
        with (FOLDER / "runs.txt").open("a", encoding="utf-8") as runs:
            runs.write(outcome.line() + "\n")
        total += outcome.inputs
        faults += len(outcome.faults)
    print(f"{total} inputs in {time.monotonic() - began:.0f} s, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
