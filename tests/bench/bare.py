"""The baseline of ingest: the least that a Flask view can do with a POST."""

from flask import Flask, Response, request

app = Flask(__name__)


@app.post("/webhooks/<blog_id>")
def accept(blog_id: str) -> Response:
    """Read the body, answer 202."""
    request.get_data(cache=False)
    return Response(b'{"status":"accepted"}', 202, mimetype="application/json")
