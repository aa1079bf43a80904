"""`doctor`: is everything in order, and if not, what to do. It only looks: nothing is written, not even a lock."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click

from bridge.cli.common import context_for, hub_of, operator_of, say_json, say_line
from bridge.config import Config
from bridge.errors import BridgeError, ConfigError, DeliveryFailed, MailFailed
from bridge.mail_settings import MailSettings
from bridge.mentors.own_addresses import readable_address
from bridge.model import BlogState, Transport
from bridge.runtime import candidate_index, open_vault, utc_now
from bridge.storage import health, sealed
from bridge.storage.bank import cards
from bridge.storage.blogs import blogs, deliveries
from bridge.storage.core import job_queues, migrate, set_aside_jobs
from bridge.storage.core.database import Database
from bridge.storage.matching import profiles
from bridge.webhooks.call_counts import open_redis
from bridge.wordpress.mail_server import MailServer

INDEX_LAG_MENTORS = 50  # by which the index may differ: what changed a moment ago


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is, and what to do when it is not well."""

    name: str
    ok: bool
    says: str
    repair: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(as_json: bool) -> None:
    """Look at settings, database, work, clock and every blog; exit status 1 if something is wrong. Writes nothing."""
    findings = list(_examine())
    if as_json:
        say_json(
            {
                "ok": all(f.ok for f in findings),
                "findings": [{"name": f.name, "ok": f.ok, "says": f.says, "repair": f.repair} for f in findings],
            }
        )
    else:
        for finding in findings:
            say_line(f"{'ok ' if finding.ok else 'NOT'}  {finding.name}: {finding.says}")
            if not finding.ok and finding.repair:
                say_line(f"     → {finding.repair}")
    if not all(finding.ok for finding in findings):
        raise click.exceptions.Exit(1)


def _examine() -> Iterator[Finding]:
    try:
        config = Config.from_env(make_key=False)
        operator_of(config)
        hub_of(config)
    except BridgeError as error:
        yield Finding("settings", False, str(error), "Correct the environment variable that is named.")
        return
    yield Finding("settings", True, f"public address {config.public_url}, registration by {config.registration}")
    if config.behind_proxy and config.bank.missing:
        yield Finding(
            "bank",
            False,
            f"whoever reads the bank is not told {', '.join(config.bank.missing)}",
            "Say it in a file and name it in BANK_FILE; docs/bank.example.toml shows how.",
        )
    if config.mail:
        yield _mail(config.mail)
    yield _clock()
    if config.limits_url:
        yield _limits(config)
    if not config.secrets:
        yield Finding(
            "secret key",
            False,
            f"there is none in {config.home}",
            "For a new bridge start `bridge serve`, which makes one. For a database that is there already put its own "
            "back from a backup, or set SECRET_KEY: no other one opens what it holds.",
        )
    try:
        with _inspecting(config) as database:
            yield _database(config, database)
            if config.secrets:
                yield _secrets(config, database)
            yield from _work(database)
            yield from _candidates(config, database)
            if config.secrets:
                yield from _blogs(config, database)
    except BridgeError as error:
        yield Finding("database", False, str(error), "Run `bridge migrate`, or check DATABASE_URL and BRIDGE_HOME.")


@contextmanager
def _inspecting(config: Config) -> Iterator[Database]:
    """Open the database as it is; nothing is made, locked or brought up to date."""
    database = Database.inspect(config.database_url, config.database_direct_url)
    try:
        migrate.require_current(database)
        yield database
    finally:
        database.close()


def _database(config: Config, database: Database) -> Finding:
    if not config.database_direct_url:
        return Finding("database", True, database.dialect)
    heard = database.hears_itself()
    return Finding(
        "database",
        heard,
        f"{database.dialect} through a pooler; directly it {'hears' if heard else 'does not hear'} of commits",
        "DATABASE_DIRECT_URL has to lead to the same database as DATABASE_URL.",
    )


def _mail(settings: MailSettings) -> Finding:
    """Whether the mail server takes mails from us; none is sent."""
    try:
        MailServer(settings).probe()
    except MailFailed as failure:
        return Finding("mail", False, str(failure), failure.repair)
    return Finding("mail", True, f"{settings.host}:{settings.port} answers, and takes mails from {settings.sender}")


def _clock() -> Finding:
    year = utc_now().year
    plausible = 2025 <= year <= 2100 and time.get_clock_info("time").adjustable
    return Finding("clock", plausible, utc_now().strftime("%Y-%m-%d %H:%M:%S UTC"), "Set the machine's clock (NTP).")


def _limits(config: Config) -> Finding:
    try:
        answers = open_redis(config.limits_url).check()
    except ConfigError as error:
        return Finding("limits", False, str(error), "Until then each web process counts by itself.")
    says = "all web processes count in one Redis" if answers else "Redis does not answer; each web process counts alone"
    return Finding("limits", answers, says, "Start it, or correct LIMITS_URL: address and password.")


def _secrets(config: Config, database: Database) -> Finding:
    with database.read() as tx:
        counts = sealed.count_by_key(tx, open_vault(config))
    if counts.lost:
        says = f"{counts.lost} secrets at rest are under a key that is not given"
        return Finding("secret key", False, says, "Give that key as SECRET_KEY_OLD, or let those blogs connect again.")
    if counts.older:
        says = f"{counts.older} of {counts.older + counts.newest} secrets at rest are under an older key"
        return Finding("secret key", False, says, "Run `bridge secret rewrite`; then SECRET_KEY_OLD can go.")
    spare = "; SECRET_KEY_OLD can go" if len(config.secrets) > 1 else ""
    return Finding("secret key", True, f"{counts.newest} secrets at rest, all under the key of now{spare}")


def _work(database: Database) -> Iterator[Finding]:
    with database.read() as tx:
        waits, pending = health.list_oldest_due_ages(tx, utc_now()), job_queues.count_pending(tx, utc_now())
        states, aside = deliveries.count_by_state(tx), set_aside_jobs.list_set_aside(tx)
    oldest = max(waits.values(), default=0.0)
    yield Finding(
        "work",
        oldest < 60,
        f"{sum(pending.values())} pending, the oldest waits {oldest:.0f} s",
        "Start `bridge serve` or `bridge worker`.",
    )
    yield Finding(
        "set aside",
        not aside,
        ", ".join(f"{station} {entity}" for station, entity in aside[:5]) + (" …" if aside[5:] else "") or "nothing",
        "It ended its worker five times in a row. Look into the log and at the memory, then `bridge work retry`.",
    )
    bad = states.get("quarantined", 0)
    yield Finding(
        "quarantine",
        not bad,
        f"{bad} deliveries",
        "`bridge deliveries list` says why; after an upgrade of the bridge `bridge deliveries rerun --all`.",
    )


def _candidates(config: Config, database: Database) -> Iterator[Finding]:
    """Of the index that is configured to find candidates: whether it answers, and for everybody."""
    index = candidate_index(config)
    if index is None:
        return
    state = index.find_state()
    if state is None:
        says = f"{config.qdrant_url} does not answer; the database finds candidates meanwhile"
        yield Finding("candidate index", False, says, "Start Qdrant, or check QDRANT_URL and QDRANT_API_KEY.")
        return
    with database.read() as tx:
        listed = profiles.count_listed(tx)
    ok = state.whole and abs(state.mentors - listed) <= max(INDEX_LAG_MENTORS, listed // 100)
    lack = "" if state.whole else "; it was never filled to the end, so the database finds candidates"
    says = f"{state.mentors} of {listed} mentors{lack}"
    yield Finding("candidate index", ok, says, "Run `bridge mentors index`, beside the running bridge.")


def _beginning(database: Database, blog: blogs.Blog) -> Finding:
    """After a backup was put back: who of before waits until the blog names them again."""
    with database.read() as tx:
        waiting = len(cards.list_unconfirmed(tx, blog.id))
    return Finding(
        f"blog {blog.id} after a backup",
        not waiting,
        f"asked for everything again since {blog.began_anew_at:%Y-%m-%d %H:%M} UTC; {waiting} authors of before wait",
        "It sends by itself; if it stays silent, press 'Send now' in its wp-admin. Who is not named again is removed.",
    )


def _addresses(connected: Sequence[blogs.Blog]) -> Finding:
    """Of two at one address only one can have been called back there; events could move a blog once."""
    at: dict[str, list[str]] = {}
    for blog in connected:
        at.setdefault(readable_address(blog.facts.home_url), []).append(blog.id)
    double = [f"{where}: {', '.join(ids)}" for where, ids in sorted(at.items()) if len(ids) > 1]
    return Finding(
        "addresses",
        not double,
        "; ".join(double) or "each of one blog",
        "Press 'Prove the address' in the wp-admin of the one that is there, or `bridge blog disconnect` the other.",
    )


def _blogs(config: Config, database: Database) -> Iterator[Finding]:
    client = context_for(config, database).client
    with database.read() as tx:
        context = context_for(config, database)
        connected = [
            (blog, blogs.get_access(tx, context.vault, blog.id, utc_now()))
            for blog in blogs.list_all(tx)
            if blog.origin == "connected" and blog.present
        ]
    yield _addresses([blog for blog, _ in connected])
    for blog, access in connected:
        name = f"blog {blog.id} ({blog.facts.home_url})"
        if blog.began_anew_at is not None:
            yield _beginning(database, blog)
        if blog.second_at is not None:
            says = f"another installation spoke with its key, last {blog.second_at:%Y-%m-%d %H:%M} UTC; it is set aside"
            yield Finding(name, False, says, "Is there a copy? Its wp-admin asks what it is: Settings, Mentor bridge.")
        if blog.state is BlogState.PAUSED:
            yield Finding(name, False, blog.failure or "paused", "It comes back with its next sign of life.")
            continue
        try:
            transport = client.probe(access, utc_now())
        except DeliveryFailed as failure:
            yield Finding(name, False, str(failure), failure.repair)
            continue
        reached = transport is not Transport.PULL
        says = f"reached by {transport}" if reached else "cannot be reached from here; it fetches by itself"
        yield Finding(name, reached or access.transport is Transport.PULL, says, "See the blog's Site Health page.")
