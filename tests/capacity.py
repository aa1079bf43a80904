"""`python -m tests.capacity`: from the unit costs of docs/capacity.md, what blogs need, and what gives out first.

A day is gone through hour by hour: what arrives in an hour, what the night adds, and what each resource can do. What it
cannot do waits for the next hour. A resource carries as many blogs as leave nothing waiting.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "capacity.md"
SCALES = (1, 100, 10_000, 1_000_000)
PROCESSES = ("web", "reading", "calling", "sweep", "broker", "database")

# A blog, as assumed: what it has, and what happens to it in a day.
MENTORS_PER_BLOG = 1.5
OLD_POSTS = 200
POSTS_A_DAY, COMMENTS_A_DAY, PAGES_A_DAY = 3 / 7, 10 / 7, 5.0
YEAR_DAYS = 365
# Shares of a day's events by hour, as people are awake: the busiest has about twice the mean.
HOURS = tuple(1 + math.sin(2 * math.pi * (hour - 8) / 24) for hour in range(24))
NIGHT_HOURS = range(3, 9)  # in which the night's work has to be done, beside everything else
NIGHTS_OF_ROUND = 7
USABLE = 0.6  # of a core: the rest is for what comes in bursts
WORKER_CORES = 1.0  # `bridge serve` computes in one thread
FILE_GB = 50.0  # of SQLite: beyond that a backup takes too long
DATABASE_CORES = 16.0  # one large PostgreSQL
DATABASE_DISK_GB = 4000.0
LOG_MB_A_SECOND = 100.0  # that one disk takes, and a replica follows
MAX_BLOGS = 10**8


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one of something costs: milliseconds of each kind of process, bytes of log, and bytes kept."""

    milliseconds: Mapping[str, float]
    log_bytes: float
    kept_bytes: float

    def of(self, *processes: str) -> float:
        """Milliseconds of these kinds of processes."""
        return sum(self.milliseconds[name] for name in processes)


Costs = Mapping[str, UnitCost]


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that there is so much of in an hour; `needed`: how much of it one blog asks for in which hour."""

    name: str
    per_hour: float
    needed: Callable[[int], float]

    def hours_late(self, blogs: float) -> float:
        """How long the last of a day has waited at the most, in hours; a second day begins with what was left."""
        waiting = worst = 0.0
        for hour in (*range(24), *range(24)):
            waiting = max(0.0, waiting + blogs * self.needed(hour) - self.per_hour)
            worst = max(worst, waiting / self.per_hour)
        return worst

    @property
    def carries(self) -> int:
        """How many blogs leave nothing waiting."""
        least, most = 0, MAX_BLOGS
        while least < most:
            middle = (least + most + 1) // 2
            least, most = (middle, most) if self.hours_late(middle) == 0 else (least, middle - 1)
        return least


def read_costs(page: str) -> Costs:
    """The table of unit costs: a row for each unit, a column for each kind of process, the log and what is kept."""
    section = page.split("## Unit costs", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    costs = {}
    for unit, *cells in rows[2:]:
        numbers = [float(cell.replace(",", "") or 0) for cell in cells]
        by_process = dict(zip(PROCESSES, numbers[: len(PROCESSES)], strict=True))
        costs[re.sub(r"[*`]", "", unit)] = UnitCost(by_process, *(1000 * kilobytes for kilobytes in numbers[-2:]))
    return costs


def hourly(costs: Costs, *processes: str) -> Callable[[int], float]:
    """Milliseconds that one blog asks of kinds of processes, by the hour."""
    of_day = (
        POSTS_A_DAY * costs["post"].of(*processes)
        + COMMENTS_A_DAY * costs["comment"].of(*processes)
        + PAGES_A_DAY * costs["page"].of(*processes)
    )
    # Whoever has published is come to in the same night, of the others one in seven.
    visited = min(1.0, POSTS_A_DAY / MENTORS_PER_BLOG + 1 / NIGHTS_OF_ROUND)
    of_author = costs["night, an author"].of(*processes)
    of_posts = OLD_POSTS / MENTORS_PER_BLOG * costs["night, each of their posts"].of(*processes)
    of_night = MENTORS_PER_BLOG * visited * (of_author + of_posts)

    def needed(hour: int) -> float:
        tonight = of_night / len(NIGHT_HOURS) if hour in NIGHT_HOURS else 0.0
        return of_day * HOURS[hour] / sum(HOURS) + tonight

    return needed


def disk_bytes(costs: Costs) -> float:
    """What one blog has filled after a year."""
    posts = OLD_POSTS + YEAR_DAYS * POSTS_A_DAY
    comments = YEAR_DAYS * COMMENTS_A_DAY
    kept = posts * costs["post"].kept_bytes + comments * costs["comment"].kept_bytes
    return kept + MENTORS_PER_BLOG * costs["mentor"].kept_bytes


def resources(costs: Costs) -> dict[str, list[Resource]]:
    """What each way to run a bridge has of what, and how much."""
    hour = 3600 * 1000 * USABLE
    log = POSTS_A_DAY * costs["post"].log_bytes + COMMENTS_A_DAY * costs["comment"].log_bytes

    def logged(hour_of_day: int) -> float:
        return log * HOURS[hour_of_day] / sum(HOURS)

    return {
        "bridge serve": [
            Resource("its one thread", WORKER_CORES * hour, hourly(costs, "reading", "calling", "sweep")),
            Resource("its web process", hour, hourly(costs, "web")),
            _disk("its file, of a size to back up", FILE_GB, costs),
        ],
        "a fleet": [
            Resource("the sweep, one process", hour, hourly(costs, "sweep")),
            Resource(f"one PostgreSQL of {DATABASE_CORES:.0f} cores", DATABASE_CORES * hour, hourly(costs, "database")),
            Resource("the broker, two cores", 2 * hour, hourly(costs, "broker")),
            Resource("the log of one database", LOG_MB_A_SECOND * 1e6 * 3600, logged),
            _disk("disk of one database", DATABASE_DISK_GB, costs),
        ],
    }


def _disk(name: str, gigabytes: float, costs: Costs) -> Resource:
    """A disk is there once: asked for at midnight, and nothing of it comes back."""
    return Resource(name, gigabytes * 1e9, lambda hour: 0.0 if hour else disk_bytes(costs))


def plan_table(costs: Costs) -> str:
    """The plan, as it stands in the page."""
    ways = resources(costs)
    limits = {way: min(parts, key=lambda part: part.carries) for way, parts in ways.items()}
    lines = [
        "| blogs | events a second, busiest hour | cores: web, workers, broker, database | disk after a year "
        "| carried by | first to give out, at how many blogs |",
        "|---|---|---|---|---|---|",
    ]
    for blogs in SCALES:
        way = next((way for way in ways if limits[way].carries >= blogs), "a fleet")
        limit = limits[way]
        cores = (
            _cores(costs, blogs, names)
            for names in (("web",), ("reading", "calling", "sweep"), ("broker",), ("database",))
        )
        peak = (POSTS_A_DAY + COMMENTS_A_DAY) * max(HOURS) / sum(HOURS) / 3600
        cells = (
            f"{blogs:,}",
            _figure(blogs * peak),
            ", ".join(cores),
            _size(blogs * disk_bytes(costs)),
            f"`{way}`" if way == "bridge serve" else way if limit.carries >= blogs else _beyond(ways[way], blogs),
            f"{limit.name}: {_rough(limit.carries)}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _beyond(parts: list[Resource], blogs: int) -> str:
    """What a fleet has too little of, and how many times that is needed."""
    needed = {part.name: math.ceil(blogs / part.carries) for part in parts}
    return "a fleet with " + ", ".join(f"{count} × {name}" for name, count in needed.items() if count > 1)


def lag_table(costs: Costs) -> str:
    """At which rate lag begins on two cores that do everything, and how late a fleet on them is beyond it."""
    everything = hourly(costs, *PROCESSES)
    two_cores = Resource("two cores", 2 * 3600 * 1000.0, everything)
    begins = two_cores.carries
    rows = ["| blogs on two cores | longest wait in a day |", "|---|---|"]
    for share in (0.5, 1.0, 1.1, 1.25):
        rows.append(f"| {_rough(share * begins)} | {60 * two_cores.hours_late(share * begins):.0f} min |")
    return "\n".join(rows)


def _cores(costs: Costs, blogs: int, processes: tuple[str, ...]) -> str:
    needed = hourly(costs, *processes)
    return _figure(blogs * max(map(needed, range(24))) / (3600 * 1000 * USABLE))


def _figure(value: float) -> str:
    """Two digits that count."""
    if value < 0.01:
        return "< 0.01"
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{round(value, 1 - math.floor(math.log10(value))):,.{digits}f}"


def _rough(count: float) -> str:
    return f"{round(count, 1 - math.floor(math.log10(count))):,.0f}" if count >= 1 else "0"


def _size(size: float) -> str:
    for unit, least in (("TB", 1e12), ("GB", 1e9)):
        if size >= least:
            return f"{_figure(size / least)} {unit}"
    return f"{_figure(size / 1e6)} MB"


if __name__ == "__main__":
    known = read_costs(PAGE.read_text("utf-8"))
    print(f"{plan_table(known)}\n\n{lag_table(known)}")
