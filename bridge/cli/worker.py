"""`python -m bridge.cli.worker`: the worker as `bridge serve` starts it, whatever the command is called."""

from bridge.cli.serve import worker

if __name__ == "__main__":
    worker()
