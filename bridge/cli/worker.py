"""`python -m bridge.cli.worker PARENT`: the worker as `bridge serve` starts it, whatever the command is called."""

import os
import sys

from bridge.cli.main import main
from bridge.server.parent_death import end_with

WORKER_NICENESS = 9  # niceness of the worker beside the web side: a seventh of its share when both want a core

if __name__ == "__main__":
    if len(sys.argv) > 1:
        end_with(int(sys.argv[1]))  # before all that takes long to load
        os.nice(WORKER_NICENESS)  # whoever computes can wait; whoever sends an event waits for its answer
    main(["worker"])
