"""`deliveries`: what did not fit, why, and once more."""

from __future__ import annotations

import json
from typing import Any

import click

from bridge.cli.blog_names import get_named_blog
from bridge.cli.common import open_for_reading, open_for_writing, say_json, say_line, say_table
from bridge.operations import due
from bridge.runtime import utc_now
from bridge.storage.blogs import deliveries
from bridge.storage.blogs.deliveries import DeliveryRecord

blog_option = click.option(
    "--blog", "blog_id", default=None, help="Only those of this blog: id, beginning of it, name or address."
)


@click.group("deliveries")
def deliveries_group() -> None:
    """The quarantine: deliveries that did not fit, kept for 30 days."""


@deliveries_group.command("list")
@blog_option
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(blog_id: str | None, limit: int, as_json: bool) -> None:
    """What is in quarantine, newest first, with the reason."""
    with open_for_reading() as (_, database), database.read() as tx:
        if blog_id is not None:
            blog_id = get_named_blog(tx, blog_id).id
        quarantined = deliveries.list_quarantined(tx, blog_id, limit)
    if as_json:
        say_json({"deliveries": [_data(item) for item in quarantined]})
        return
    rows = [
        [str(item.id), item.blog_id, item.type, f"{item.received_at:%Y-%m-%d %H:%M}", (item.error or "")[:100]]
        for item in quarantined
    ]
    say_table(["delivery", "blog", "type", "received (UTC)", "reason"], rows, "Nothing is in quarantine.")


@deliveries_group.command()
@click.argument("delivery_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def show(delivery_id: int, as_json: bool) -> None:
    """One delivery, with the reason and what came."""
    with open_for_reading() as (_, database), database.read() as tx:
        item = deliveries.get(tx, delivery_id)
    data = {**_data(item), "payload": None if item.body is None else item.body.decode("utf-8", "backslashreplace")}
    if as_json:
        say_json(data)
        return
    payload = data.pop("payload")
    say_table(["", ""], [[name, str(value or "")] for name, value in data.items()], "")
    # As a JSON string where it is no JSON: what strangers wrote shall not command the terminal.
    if payload is None:
        say_line("The payload has been deleted.")
    else:
        say_json(_readable(str(payload)), indent=2)


def _readable(payload: str) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return payload


@deliveries_group.command()
@click.argument("delivery_ids", type=int, nargs=-1)
@blog_option
@click.option("--all", "everything", is_flag=True, help="All that is in quarantine.")
def rerun(delivery_ids: tuple[int, ...], blog_id: str | None, everything: bool) -> None:
    """Read deliveries again: by number, of a blog, or all. What still does not fit returns with its reason.

    Newer states of the same objects stay: an old delivery changes nothing that was said after it.
    """
    if sum((bool(delivery_ids), blog_id is not None, everything)) != 1:
        raise click.UsageError("Say which: numbers of deliveries, --blog, or --all.")
    with open_for_writing() as (_, database), database.begin() as tx:
        if blog_id is not None:
            blog_id = get_named_blog(tx, blog_id).id
        for item in (deliveries.get(tx, number) for number in delivery_ids):
            if not item.rerunnable:
                why = "its payload has been deleted" if item.body is None else f"it is {item.state}"
                raise click.UsageError(f"Delivery {item.id} cannot be read again: {why}.")
        again = deliveries.mark_requeued(tx, blog_id=blog_id, delivery_ids=delivery_ids or None)
        due.deliveries_requeued(tx, again, utc_now())
    say_line(f"{len(again)} wait again; a running worker reads them at once.", err=True)


def _data(item: DeliveryRecord) -> dict[str, str | int | bool | None]:
    return {
        "id": item.id,
        "blog": item.blog_id,
        "webhook_id": item.webhook_id,
        "type": item.type,
        "state": item.state,
        "received_at": item.received_at.isoformat(),
        "size": item.size,
        "reason": item.error,
        "rerunnable": item.rerunnable,
    }
