"""What the processes of a bridge use, as the kernel tells it (/proc, Linux)."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def peak_megabytes(pid: int) -> float:
    """The sum of the peaks of resident memory over a family, in MiB; pages that are shared count for each."""
    total = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                total += int(line.split()[1])
    return total / 1024


def cpu_seconds(pid: int) -> float:
    """Time on a processor of a family so far."""
    return sum(int(fields[11]) + int(fields[12]) for one in family(pid) if (fields := _stat(one))) / TICKS


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on; empty for one that has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
