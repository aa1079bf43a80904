"""The stations by name: the kinds of work there are, and which of them wait for blogs."""

from __future__ import annotations

from enum import StrEnum

from bridge.storage.core.job_queues import INTAKE_KIND


class Station(StrEnum):
    """A kind of work, keyed by one entity; `worker.stations` has the function that does it."""

    ABSORB = INTAKE_KIND  # a blog: its waiting deliveries
    REFRESH = "refresh"  # an author: profile, lists
    TALLY = "tally"  # a blog: engagement
    PUSH = "push"  # a blog: what changed for it
    POKE = "poke"  # a blog: ask it to send what waits there
    ALERT = "alert"  # the bank: tell its operator what is wrong
    PUBLISH = "publish"  # the bank: tell the hub which feeds bring something new
    MAIL = "mail"  # the bank: mails to seekers who want to hear of their ask
    EPOCH = "epoch"  # the bank: new weights
    FOLLOW = "follow"  # an author: to be refreshed in a new epoch, when nobody waits for anything else
    ASKS = "asks"  # the bank: what time alone does to asks for mentoring
    SWEEP = "sweep"  # the bank: nightly, lists of older posts
    RETAIN = "retain"  # the bank: nightly, retention and silence


# These wait for others, in threads of their own.
CALLING_STATIONS = (Station.PUSH, Station.POKE, Station.ALERT, Station.PUBLISH, Station.MAIL)
# Never planned ahead: what says so was written by a clock that was ahead.
UNPLANNED_STATIONS = (Station.ABSORB, Station.EPOCH, Station.REFRESH, Station.FOLLOW, Station.PUSH)
