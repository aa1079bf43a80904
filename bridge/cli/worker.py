"""`python -m bridge.cli.worker PARENT`: the worker as `bridge serve` starts it, whatever the command is called."""

import sys

from bridge.cli.ending import end_with
from bridge.cli.main import main

if __name__ == "__main__":
    if len(sys.argv) > 1:
        end_with(int(sys.argv[1]))  # before all that takes long to load
    main(["worker"])
