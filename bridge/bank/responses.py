"""How the bank answers: whoever kept a copy asks each time whether it still holds, and hears at once if not."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, render_template, request

from bridge.storage.bank import card_addresses, cards
from bridge.storage.bank.cards import Card
from bridge.storage.core.database import Tx

NO_MENTOR_MESSAGE = "There is no mentor at this address."
REVALIDATE = "no-cache"  # may be kept, must be asked about: consent that was taken back shows in no copy


def page_response(template: str, *, robots: bool = False, **values: object) -> Response:
    """A page; `robots`: search engines may list it."""
    return conditional_response(
        Response(render_template(template, robots=robots, **values), mimetype="text/html"), robots=robots
    )


def feed_response(body: bytes, mimetype: str, links: Sequence[str] = ()) -> Response:
    """A feed or a list of feeds; `links` as they stand in the header (RFC 8288)."""
    response = Response(body, content_type=f"{mimetype}; charset=utf-8")
    if links:
        response.headers["Link"] = ", ".join(links)
    return conditional_response(response)


def conditional_response(response: Response, *, robots: bool = False) -> Response:
    """The response with a mark of its content, or 304 for whoever has it already."""
    response.headers["Cache-Control"] = REVALIDATE
    if not robots:
        response.headers["X-Robots-Tag"] = "noindex"
    response.vary.update(["Accept-Language", "Cookie"])
    response.add_etag()
    response.make_conditional(request)
    return response


def get_card(tx: Tx, slug: str) -> Card:
    """The card at an address; 410 when it is not shown any more, 404 when there is and was nobody."""
    if "\0" in slug:  # which PostgreSQL would not even be asked
        abort(404, NO_MENTOR_MESSAGE)
    card = cards.find(tx, slug)
    if card is None:
        if card_addresses.is_gone(tx, slug):
            abort(410, "Whoever was shown at this address is not shown any more.")
        abort(404, NO_MENTOR_MESSAGE)
    return card
