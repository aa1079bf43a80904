"""`ask list|show`: how many asks for mentoring stand where; and one that was reported, which alone can be read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from bridge.cli.common import open_for_reading, say_json, say_table
from bridge.cli.mentors import json_option
from bridge.errors import NotFound
from bridge.runtime import open_vault
from bridge.storage.asks import ask_counts, ask_messages, asks


@click.group("ask")
def ask_group() -> None:
    """Asks for mentoring: numbers, and what was reported."""


@ask_group.command("list")
@json_option
def list_asks(as_json: bool) -> None:
    """How many asks stand where, those that are erased among them; and which were reported, with their numbers."""
    with open_for_reading() as (_, database), database.read() as tx:
        counts, reported = ask_counts.count_by_state(tx), ask_counts.list_reported(tx)
    reports: list[dict[str, Any]] = [
        {"id": row.id, "reported_by": row.reported_by, "reported_at": row.reported_at.isoformat(), "state": row.state}
        for row in reported
    ]
    if as_json:
        say_json({"counts": {str(state): number for state, number in counts.items()}, "reported": reports})
        return
    say_table(["state", "asks"], [[str(state), str(number)] for state, number in counts.items()], "No ask was made.")
    rows = [[str(value) for value in report.values()] for report in reports]
    say_table(["id", "reported by", "at", "state"], rows, "No ask is reported.")


@ask_group.command("show")
@click.argument("ask_id", type=click.IntRange(1, 2**62))
@json_option
def show_ask(ask_id: int, as_json: bool) -> None:
    """What both wrote in a reported ask: whoever reports it agrees that you read it."""
    with open_for_reading() as (config, database), database.read() as tx:
        if ask_id not in {row.id for row in ask_counts.list_reported(tx)}:
            raise NotFound(f"No ask {ask_id} is reported. `bridge ask list` names those that are.")
        vault = open_vault(config)
        ask, messages = asks.find(tx, vault, ask_id), ask_messages.list_by_ask(tx, vault, ask_id)
    if ask is None:
        raise NotFound(f"The ask {ask_id} was erased.")
    data: dict[str, Any] = {
        "mentor": str(ask.mentor),
        "state": str(ask.state),
        "asked_at": ask.times.asked_at.isoformat(),
        "reported_by": ask.reported_by,
        "texts": ask.texts.written(),
        "reply": asdict(ask.reply),
        "messages": [{"writer": item.writer, "at": item.at.isoformat(), "text": item.text} for item in messages],
    }
    if as_json:
        say_json(data)
        return
    rows = [[name, data[name]] for name in ("mentor", "state", "asked_at", "reported_by")]
    rows += [[name, text] for part in ("texts", "reply") for name, text in data[part].items() if text]
    rows += [[f"{item['writer']}, {item['at']}", item["text"]] for item in data["messages"]]
    say_table(["", ""], rows, "Nothing was written.")
