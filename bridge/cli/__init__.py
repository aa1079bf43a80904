"""The command line. Results for machines on stdout, everything else on stderr; exit status 0 only on success."""

from bridge.cli.main import main

__all__ = ["main"]
