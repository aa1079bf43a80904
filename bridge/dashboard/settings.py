"""Settings: the private feed, taking everything along, erasing, and the way to what is decided on the blog."""

from __future__ import annotations

import json
import secrets

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from bridge.contract.pushes import wire_time
from bridge.dashboard import export, links
from bridge.dashboard.access import Access, Visitor, current_visitor
from bridge.errors import NotFound
from bridge.model import BlogState
from bridge.operations import due
from bridge.operations.receiving import receive
from bridge.pages.languages import gettext as _
from bridge.runtime import Runtime
from bridge.storage.blogs import keys
from bridge.storage.blogs.inbox import InboundDelivery
from bridge.storage.people import private_feeds


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """The page, the zip and the buttons."""

    @pages.get("/settings")
    def settings(blog_id: str) -> str:
        visitor = current_visitor()
        with runtime.database.read() as tx:
            token = private_feeds.find_token(tx, runtime.vault, blog_id, visitor.user_id)
            created, asked = keys.find_current_created_at(tx, blog_id), keys.find_rotation_requested_at(tx, blog_id)
        return render_template(
            "dashboard/settings.html",
            active="settings",
            manages=visitor.access is Access.BLOG,
            feed=f"{runtime.config.public_url}{url_for('entrance.digest', token=token)}" if token else "",
            keys_made=created,
            keys_asked=asked,
            profile=links.profile_link(visitor.blog),
            screen=links.settings_link(visitor.blog),
        )

    @pages.post("/settings/feed")
    def settings_feed(blog_id: str) -> BaseResponse:
        visitor = current_visitor()
        with runtime.database.begin() as tx:
            if request.form.get("act") == "end" or visitor.access is not Access.BLOG:
                private_feeds.delete_feed(tx, blog_id, visitor.user_id)
                notice = _("The feed has ended; its address leads nowhere any more.")
            else:
                private_feeds.record_feed(tx, runtime.vault, blog_id, visitor.user_id, True, runtime.clock())
                notice = _("The feed has a new address. Whoever knows it can read it.")
        flash(notice, "good")
        return redirect(url_for("dashboard.settings", blog_id=blog_id), 303)

    @pages.post("/settings/keys")
    def settings_keys(blog_id: str) -> BaseResponse:
        visitor = current_visitor()
        if visitor.access is not Access.BLOG or visitor.blog.state is not BlogState.CONNECTED:
            raise NotFound("no keys to make anew")
        now = runtime.clock()
        with runtime.database.begin() as tx:
            keys.record_rotation_requested(tx, blog_id, now)
            due.blog_called(tx, blog_id, now)
        flash(
            _(
                "Your blog is asked to fetch new keys. With them you are signed out here; come back by the button in "
                "wp-admin."
            ),
            "good",
        )
        return redirect(url_for("dashboard.settings", blog_id=blog_id), 303)

    @pages.get("/settings/export.zip")
    def settings_export(blog_id: str) -> Response:
        visitor = current_visitor()
        with runtime.database.read() as tx:
            archive = export.build_archive(tx, runtime.vault, visitor, runtime.clock())
        name = f"mentor-bridge-{runtime.clock():%Y-%m-%d}.zip"
        return Response(
            archive, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, mimetype="application/zip"
        )

    @pages.post("/settings/erase")
    def settings_erase(blog_id: str) -> BaseResponse:
        if request.form.get("sure") != "yes":
            flash(_("Nothing was erased: tick the box to confirm."), "warn")
            return redirect(url_for("dashboard.settings", blog_id=blog_id), 303)
        erase_author(runtime, current_visitor())
        flash(_("Everything of yours is being removed; it takes a few seconds."), "good")
        return redirect(url_for("dashboard.settings", blog_id=blog_id), 303)


def erase_author(runtime: Runtime, visitor: Visitor) -> None:
    """Remove an author as if their blog had said so: the same way, with the same thoroughness, safe to repeat.

    It covers all that has arrived so far. What the blog sends later counts again: consent is given and taken there.
    """
    version = visitor.blog.highest
    now, key = runtime.clock(), visitor.author_key
    if version is None or not key.author_id.isdecimal():
        return
    data = {"id": int(key.author_id), "version": {"generation": version.generation, "revision": version.revision}}
    body = json.dumps({"type": "author.removed", "timestamp": wire_time(now), "data": data}).encode()
    with runtime.database.begin() as tx:
        receive(tx, [InboundDelivery(key.blog_id, f"erase_{secrets.token_hex(16)}", now, body)])
