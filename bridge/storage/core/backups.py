"""One file that holds the whole database, taken while it is used, and put back into it.

SQLite is copied by its own online backup; PostgreSQL by its own tools, which have to be installed. What was taken is
checked before it has the name that was asked for, and so is what is put back: a file that is there can be restored.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

from bridge.errors import BackupFailed, ConfigError
from bridge.storage.core.migrate import known_revisions, newest_revision

SQLITE_HEADER = b"SQLite format 3\x00"
DUMP_HEADER = b"PGDMP"
REVISION = "SELECT version_num FROM alembic_version"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
TABLE_IN_LIST = re.compile(r"^\d+; \d+ \d+ TABLE public (\w+) ", re.MULTILINE)
OTHER_CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"  # the server's own do no harm
)
MAX_ERROR_CHARACTERS = 300


def write_backup(url: str, file: Path) -> int:
    """Write the database to a file, for nobody else to read, and check it; answers its size in bytes.

    Raises:
        BackupFailed: it cannot be read, the file cannot be written, or what was written is not whole.
        ConfigError: there is no database, or a tool of PostgreSQL is missing.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if _is_sqlite(url):
            _copy_sqlite(_path(url), draft)
        else:
            _run_tool(url, "pg_dump", "--format=custom", f"--file={draft}")
        check_backup(url, draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(file)
        return file.stat().st_size
    except OSError as error:
        raise BackupFailed(f"{file}: {error.strerror or error}. Nothing was written there.") from None
    finally:
        with suppress(OSError):
            draft.unlink()


def check_backup(url: str, file: Path) -> None:
    """See whether a file is a whole backup of such a database, of this bridge or an older one.

    Raises:
        BackupFailed: it is not.
        ConfigError: a tool of PostgreSQL is missing.
    """
    try:
        with file.open("rb") as opened:
            header = opened.read(len(SQLITE_HEADER))
    except OSError as error:
        raise BackupFailed(f"{file}: {error.strerror or error}.") from None
    if header != SQLITE_HEADER and not header.startswith(DUMP_HEADER):
        raise BackupFailed(f"{file} is no backup of a bridge.")
    if (header == SQLITE_HEADER) != _is_sqlite(url):
        of_what = "SQLite" if header == SQLITE_HEADER else "PostgreSQL"
        raise BackupFailed(f"{file} is a backup of {of_what}, and DATABASE_URL names another kind of database.")
    if _is_sqlite(url):
        _check_sqlite(file)
        return
    _run_tool(None, "pg_restore", f"--file={os.devnull}", str(file))  # reads all of it
    if "alembic_version" not in _tables_in_dump(file):
        raise BackupFailed(f"{file} is no backup of a bridge.")


def restore_backup(url: str, file: Path) -> None:
    """Put a backup in the place of what is in the database: all of it, or nothing.

    Nobody else may be at work there.

    Raises:
        BackupFailed: the file is no whole backup, or the database does not take it.
        ConfigError: a tool of PostgreSQL is missing.
    """
    check_backup(url, file)
    if _is_sqlite(url):
        path = _path(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _sqlite_errors(path), closing(_open_sqlite(file)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)  # one transaction of SQLite's own
        path.chmod(0o600)
        return
    newer = sorted(set(_ask_postgresql(url, TABLES).split()) - _tables_in_dump(file))
    for table in newer:  # of a newer bridge than the one that was backed up: it would make them again
        _ask_postgresql(url, f'DROP TABLE public."{table}" CASCADE')
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run_tool(url, "pg_restore", *options, str(file))


def is_empty(url: str) -> bool:
    """Whether no bridge has written there yet."""
    if _is_sqlite(url):
        path = _path(url)
        return not path.exists() or path.stat().st_size == 0
    return _ask_postgresql(url, "SELECT count(*) FROM pg_tables WHERE tablename = 'alembic_version'") == "0"


def has_other_connections(url: str) -> bool:
    """Whether somebody else is connected to a database of PostgreSQL; of SQLite its lock files say that."""
    return not _is_sqlite(url) and _ask_postgresql(url, OTHER_CONNECTIONS) != "0"


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _path(url: str) -> Path:
    return Path(make_url(url).database or "")


def _open_sqlite(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


@contextmanager
def _sqlite_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupFailed(f"{path}: {error}.") from None


def _copy_sqlite(path: Path, draft: Path) -> None:
    if not path.exists():
        raise ConfigError(f"There is no database at {path}.")
    with _sqlite_errors(path), closing(_open_sqlite(path)) as source, closing(sqlite3.connect(draft)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _check_sqlite(file: Path) -> None:
    with _sqlite_errors(file), closing(_open_sqlite(file)) as backup:
        (verdict,) = backup.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise BackupFailed(f"{file} is damaged: {verdict[:MAX_ERROR_CHARACTERS]}.")
        (revision,) = backup.execute(REVISION).fetchone() or ("",)
    if revision not in known_revisions():
        raise BackupFailed(f"{file} is at revision {revision}, of a newer bridge; this one knows {newest_revision()}.")


def _ask_postgresql(url: str, question: str) -> str:
    return _run_tool(url, "psql", "--no-psqlrc", "--tuples-only", "--no-align", f"--command={question}").strip()


def _tables_in_dump(file: Path) -> set[str]:
    return set(TABLE_IN_LIST.findall(_run_tool(None, "pg_restore", "--list", str(file))))


def _run_tool(url: str | None, tool: str, *arguments: str) -> str:
    """What a tool of PostgreSQL says; the password travels where no list of processes shows it."""
    parts = make_url(url) if url else None
    environment = dict(os.environ)
    if parts is not None:
        if parts.password:
            environment["PGPASSWORD"] = str(parts.password)
        names = {"host": parts.host, "port": parts.port, "user": parts.username, "dbname": parts.database}
        named = {name: value for name, value in ({**names, **parts.query}).items() if value and name != "password"}
        if password := parts.query.get("password"):
            environment["PGPASSWORD"] = str(password)
        arguments = (f"--dbname={' '.join(f'{name}={_quoted(value)}' for name, value in named.items())}", *arguments)
    try:
        command = [tool, "--no-password", *arguments] if url else [tool, *arguments]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise ConfigError(
            f"{tool} is not installed. It comes with PostgreSQL's client (apt-get install postgresql-client), in the "
            "version of your server or a newer one."
        ) from None
    if ended.returncode:
        message = " ".join(ended.stderr.split())[:MAX_ERROR_CHARACTERS]
        raise BackupFailed(f"{tool}: {message or f'ended with {ended.returncode}'}")
    return ended.stdout


def _quoted(value: object) -> str:
    """A value in a connection string of libpq."""
    written = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{written}'"
