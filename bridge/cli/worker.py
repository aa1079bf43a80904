"""`python -m bridge.cli.worker PARENT`: the worker as `bridge serve` starts it, whatever the command is called."""

import sys

from bridge.cli.main import main
from bridge.server.parent_death import end_with

if __name__ == "__main__":
    if len(sys.argv) > 1:
        end_with(int(sys.argv[1]))  # before all that takes long to load
    main(["worker"])
