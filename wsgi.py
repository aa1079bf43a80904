"""The web side for a WSGI server: ``gunicorn --worker-class gthread --threads 16 wsgi:app``.

It brings an older database up to date, as `bridge web` does. On SQLite one web process is allowed; run
`bridge worker` beside it.
"""

import sys
from contextlib import ExitStack

from bridge import logs
from bridge.app import create_app
from bridge.cli.output import say_line
from bridge.cli.serve import GRACE_SECONDS, freeze_loaded_objects, migrate_and_check, single_process
from bridge.config import Config
from bridge.errors import BridgeError

BOOT_FAILED = 3  # the exit status after which gunicorn starts no other process

logs.configure_logs()
held = ExitStack()  # for as long as this process lives
try:
    config = Config.from_env()
    # A server that begins anew starts the next process before the last one has ended: it waits for it.
    held.enter_context(single_process(config, "web", patience=GRACE_SECONDS))
    migrate_and_check(config)
    app = create_app(config)
except BridgeError as error:
    say_line(f"bridge: {error}", err=True)
    sys.exit(BOOT_FAILED)
freeze_loaded_objects()
