"""The command line as people type it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bridge.cli.main import main


@pytest.fixture
def call_bridge(tmp_path: Path) -> Callable[..., CompletedProcess[str]]:
    """As `run_bridge`, but in this process: a process of its own spends a second on loading."""

    def call(*arguments: str, **environment: str) -> CompletedProcess[str]:
        output, errors = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() - {"PATH", "HOME", "LANG"}:
                patch.delenv(name)
            for name, value in {"BRIDGE_HOME": str(tmp_path / "home"), **environment}.items():
                patch.setenv(name, value)
            with redirect_stdout(output), redirect_stderr(errors), pytest.raises(SystemExit) as end:
                main(arguments)
        status = end.value.code or 0
        assert isinstance(status, int)
        return CompletedProcess(["bridge", *arguments], status, output.getvalue(), errors.getvalue())

    return call
