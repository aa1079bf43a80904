"""`python -m tests.bench [name …]`: runs the benchmarks, JSON on stdout, progress on stderr."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.bench import (
    analysis,
    asks,
    comparing,
    engagement,
    epoch,
    fleet,
    flows,
    ingest,
    ingest_postgresql,
    limits,
    matching,
    pages,
    public,
    publish,
    retention,
    scale,
    units,
    view,
    wpadmin,
)

BENCHES: dict[str, Callable[[], dict[str, Any]]] = {
    "asks": asks.measure,
    "ingest": ingest.measure,
    "limits": limits.measure,
    "ingest_postgresql": ingest_postgresql.measure,
    "publish": publish.measure,
    "retention": retention.measure,
    "comparing": comparing.measure,
    "scale": scale.measure,
    "units": units.measure,
    "view": view.measure,
    "engagement": engagement.run,
    "fleet": fleet.measure,
    "flows": flows.run,
    "pages": pages.run,
    "wpadmin": wpadmin.run,
    "analysis": analysis.run,
    "matching": matching.run,
    "epoch": epoch.measure,
    "public": public.run,
}


def main(names: list[str]) -> int:
    """Run what is named, or everything."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"unknown benchmark {unknown[0]!r}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    results = {}
    for name in names or BENCHES:
        began = time.monotonic()
        print(f"bench {name} …", file=sys.stderr, flush=True)
        results[name] = BENCHES[name]()
        print(f"bench {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    json.dump({"python": platform.python_version(), "results": results}, sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
