"""The buttons of Deliveries: read again, send again, call now."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from bridge.dashboard.access import current_visitor
from bridge.errors import NotFound
from bridge.operations import due
from bridge.operations.state_checks import ask_for_comparison
from bridge.pages.languages import gettext as _
from bridge.pages.languages import ngettext
from bridge.pages.url_converters import parse_whole_number
from bridge.runtime import Runtime
from bridge.storage.blogs import deliveries, delivery_log
from bridge.storage.core import set_aside_jobs


def add_routes(pages: Blueprint, runtime: Runtime) -> None:
    """Each makes something due; the worker does it."""

    @pages.post("/deliveries/again")
    def deliveries_again(blog_id: str) -> Response:
        """Read what was set aside once more: one delivery, or all."""
        only, now = parse_whole_number(request.form.get("delivery")), runtime.clock()
        with runtime.database.begin() as tx:
            again = deliveries.mark_requeued(tx, blog_id=blog_id, delivery_ids=None if only is None else [only])
            due.deliveries_requeued(tx, again, now)
        flash(ngettext("%(num)s delivery is read again.", "%(num)s deliveries are read again.", len(again)), "good")
        return _back(blog_id, "received")

    @pages.post("/deliveries/work")
    def deliveries_work(blog_id: str) -> Response:
        """Try again what was set aside because its process ended."""
        with runtime.database.begin() as tx:
            set_aside_jobs.mark_set_aside_due(tx, runtime.clock(), blog_id=blog_id)
        flash(_("The bridge tries again."), "good")
        return _back(blog_id, "received")

    @pages.post("/deliveries/resend")
    def deliveries_resend(blog_id: str) -> Response:
        """Tell the blog again: one thing, or all that changed on some days."""
        form, now = request.form, runtime.clock()
        with runtime.database.begin() as tx:
            if "object" in form:
                count = delivery_log.mark_object_for_resend(tx, blog_id, form.get("kind", ""), form["object"])
            else:
                count = delivery_log.mark_changed_for_resend(
                    tx, blog_id, *day_range(form.get("from", ""), form.get("to", ""), now)
                )
            due.objects_marked_for_resend(tx, blog_id, now)
        if count:
            flash(ngettext("%(num)s is sent again.", "%(num)s are sent again.", count), "good")
        else:
            flash(_("Nothing changed on these days, so nothing is sent."), "warn")
        return _back(blog_id, "held")

    @pages.post("/deliveries/compare")
    def deliveries_compare(blog_id: str) -> Response:
        """Have the blog compare what both sides hold."""
        with runtime.database.begin() as tx:
            ask_for_comparison(tx, blog_id, runtime.clock())
        flash(_("Your blog is asked to compare what both sides hold. What came of it stands in the overview."), "good")
        return _back(blog_id, "received")

    @pages.post("/deliveries/test")
    def deliveries_test(blog_id: str) -> Response:
        """Call the blog now."""
        if current_visitor().blog.origin != "connected":
            raise NotFound("nobody to call")
        now = runtime.clock()
        with runtime.database.begin() as tx:
            due.blog_called(tx, blog_id, now)
        flash(_("The bridge calls your blog. In a few seconds the call stands on top of this list: reload it."), "good")
        return _back(blog_id, "calls")


def _back(blog_id: str, view: str) -> Response:
    return redirect(url_for("dashboard.deliveries", blog_id=blog_id, view=view), 303)


def day_range(first: str, last: str, now: datetime) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last (UTC); what is no date is today."""
    start, end = _day(first, now), _day(last, now)
    return start, end + timedelta(days=1)


def _day(text: str, now: datetime) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = now.date()
    return datetime.combine(day, time(), UTC)
