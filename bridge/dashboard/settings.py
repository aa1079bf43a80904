"""Settings: the private feed, taking everything along, erasing, and the way to what is decided on the blog."""

from __future__ import annotations

import json
import secrets

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bridge.contract.pushes import wire_time
from bridge.dashboard import export, links
from bridge.dashboard.card import own_key
from bridge.dashboard.desk import Access, Desk, Visitor, here
from bridge.errors import NotFound
from bridge.model import BlogState, Station
from bridge.pages.languages import gettext as _
from bridge.storage import digests, ingest, keys, work
from bridge.storage.ingest import Arrival


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """The page, the zip and the buttons."""

    @pages.get("/settings")
    def settings(blog_id: str) -> str:
        visitor = here()
        with desk.database.read() as tx:
            token = digests.find_token(tx, desk.vault, blog_id, visitor.user_id)
            made, asked = keys.made_at(tx, blog_id), keys.asked_at(tx, blog_id)
        return render_template(
            "dashboard/settings.html", active="settings", manages=visitor.access is Access.BLOG,
            feed=f"{desk.config.public_url}{url_for('entrance.digest', token=token)}" if token else "",
            keys_made=made, keys_asked=asked,
            profile=links.profile(visitor.blog), screen=links.settings(visitor.blog),
        )  # fmt: skip

    @pages.post("/settings/feed")
    def settings_feed(blog_id: str) -> BaseResponse:
        visitor = here()
        with desk.database.begin() as tx:
            if request.form.get("act") == "end" or visitor.access is not Access.BLOG:
                digests.end_feed(tx, blog_id, visitor.user_id)
                said = _("The feed is over; its address leads nowhere any more.")
            else:
                digests.record_feed(tx, desk.vault, blog_id, visitor.user_id, True, desk.clock())
                said = _("The feed has a new address. Whoever knows it can read it.")
        flash(said, "good")
        return redirect(url_for("dashboard.settings", blog_id=blog_id), 303)

    @pages.post("/settings/keys")
    def settings_keys(blog_id: str) -> BaseResponse:
        visitor = here()
        if visitor.access is not Access.BLOG or visitor.blog.state is not BlogState.CONNECTED:
            raise NotFound("no keys to make anew")
        now = desk.clock()
        with desk.database.begin() as tx:
            keys.set_asked(tx, blog_id, now)
            work.mark_due(tx, Station.POKE, [blog_id], now, blog_id=blog_id, urgent=True)
        flash(_("Your blog is asked to fetch new keys. With them you are signed out here; come back by the button in "
                "wp-admin."), "good")  # fmt: skip
        return redirect(url_for("dashboard.settings", blog_id=blog_id), 303)

    @pages.get("/settings/export.zip")
    def settings_export(blog_id: str) -> Response:
        visitor = here()
        with desk.database.read() as tx:
            archive = export.archive(tx, visitor, desk.clock())
        name = f"mentor-bridge-{desk.clock():%Y-%m-%d}.zip"
        return Response(archive, 200, {"Content-Disposition": f'attachment; filename="{name}"'},
                        mimetype="application/zip")  # fmt: skip

    @pages.post("/settings/erase")
    def settings_erase(blog_id: str) -> BaseResponse:
        if request.form.get("sure") != "yes":
            flash(_("Nothing was erased: tick the box to say that you mean it."), "warn")
            return redirect(url_for("dashboard.settings", blog_id=blog_id), 303)
        erase(desk, here())
        flash(_("Everything of yours is being removed; it takes a few seconds."), "good")
        return redirect(url_for("dashboard.settings", blog_id=blog_id), 303)


def erase(desk: Desk, visitor: Visitor) -> None:
    """Remove an author as if their blog had said so: the same way, with the same thoroughness, safe to repeat.

    It covers all that has arrived so far. What the blog sends later counts again: consent is given and taken there.
    """
    version = visitor.blog.highest
    now, key = desk.clock(), own_key(visitor)
    if version is None or not key.author_id.isdecimal():
        return
    data = {"id": int(key.author_id), "version": {"generation": version.generation, "revision": version.revision}}
    body = json.dumps({"type": "author.removed", "timestamp": wire_time(now), "data": data}).encode()
    with desk.database.begin() as tx:
        ingest.record(tx, [Arrival(key.blog_id, f"erase_{secrets.token_hex(16)}", now, body)])
