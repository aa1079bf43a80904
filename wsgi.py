"""The web side for a WSGI server: ``gunicorn --worker-class gthread --threads 16 wsgi:app``.

On SQLite one web process is allowed; run `bridge worker` beside it.
"""

from bridge import logs
from bridge.app import create_app
from bridge.config import Config

logs.configure()
app = create_app(Config.from_env())
