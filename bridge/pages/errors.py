"""What a reader sees instead of a page, and what they can do next."""

from __future__ import annotations

from flask import Response, current_app, render_template, request

from bridge.pages.languages import gettext
from bridge.words import N_

MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")
ERROR_TEXTS = {  # status → heading, what to do
    400: (
        N_("This form could not be read."),
        N_("It may have been open for too long. Go back, reload the page, and send it again."),
    ),
    404: (
        N_("There is nothing at this address."),
        N_("The address may hold a typing error, or the page opens only after you sign in."),
    ),
    405: (
        N_("This address does not do that."),
        N_("Begin again from the first page."),
    ),
    410: (
        N_("This is gone."),
        N_("Whoever was shown here is not shown any more."),
    ),
    429: (
        N_("That was a little too much at once."),
        N_("Wait a moment, then try again."),
    ),
    500: (
        N_("Something went wrong here."),
        N_("It is our fault, not yours, and it has been noted. Try again in a while."),
    ),
    503: (
        N_("The bridge needs a moment."),
        N_("Nothing of yours is lost. Try again in a minute."),
    ),
}


def wants_page() -> bool:
    """Whether the one who asks is a person with a browser."""
    if current_app.template_folder is None:  # the door of the plugin: it has no pages
        return False
    accepted = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return accepted == "text/html" and not request.path.startswith(MACHINE_PATHS)


def error_page(status: int, retry_after: float | None = None) -> Response:
    """The page for a status; `retry_after` in seconds."""
    title, advice = ERROR_TEXTS.get(status) or ERROR_TEXTS[500 if status >= 500 else 400]
    wait = max(1, round(retry_after)) if retry_after else None
    return Response(
        render_template("error.html", title=gettext(title), advice=gettext(advice), status=status, wait=wait), status
    )
