"""The web side for a WSGI server: ``gunicorn --worker-class gthread --threads 16 wsgi:app``.

It brings an older database up to date, as `bridge web` does. On SQLite one web process is allowed; run
`bridge worker` beside it.
"""

from contextlib import ExitStack

from bridge import logs
from bridge.app import create_app
from bridge.cli.serve import GRACE, alone, keep_what_is_loaded, migrated
from bridge.config import Config

logs.configure()
config = Config.from_env()
held = ExitStack()  # for as long as this process lives
# A server that begins anew starts the next process before the last one has ended: it waits for it.
held.enter_context(alone(config, "web", patience=GRACE))
migrated(config)
app = create_app(config)
keep_what_is_loaded()
