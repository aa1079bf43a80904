"""The processes of a bridge: the web side in gunicorn, a worker beside it, and who may start."""
