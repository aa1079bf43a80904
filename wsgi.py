"""The web side for a WSGI server of the operator's own: ``gunicorn --threads 32 wsgi:app``.

It brings an older database up to date, as `bridge web` does, and cuts off slow senders as it does. On SQLite one web
process is allowed; run `bridge worker` beside it. Without `--preload`: each process opens its own connections.
"""

import sys
from contextlib import ExitStack

from bridge import logs
from bridge.app import create_app
from bridge.cli.output import say_line
from bridge.config import Config
from bridge.errors import BridgeError
from bridge.runtime import build_runtime
from bridge.server.gunicorn import guard_running_worker, refuse_preloading
from bridge.server.startup import GRACE_SECONDS, freeze_loaded_objects, migrate_and_check, single_process

BOOT_FAILED = 3  # the exit status after which gunicorn starts no other process

logs.configure_logs()
until_exit = ExitStack()  # for as long as this process lives
try:
    refuse_preloading()
    config = Config.from_env()
    # A server that begins anew starts the next process before the last one has ended: it waits for it.
    until_exit.enter_context(single_process(config, "web", patience=GRACE_SECONDS))
    migrate_and_check(config)
    app = create_app(build_runtime(config))
except BridgeError as error:
    say_line(f"bridge: {error}", err=True)
    sys.exit(BOOT_FAILED)
guard_running_worker()
freeze_loaded_objects()
