"""The edges of windows: midnight UTC, time zones, leap days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from bridge.engagement.facts import Window
from tests.engagement.histories import NOON, WINDOW, count_figures, make_comment, moment_of


def test_a_window_begins_at_midnight_90_days_before_the_day_of_counting() -> None:
    assert WINDOW.start == moment_of("02-03", "00:00:00")  # 4 May is day 124 of the year, 3 February day 34
    assert WINDOW.previous.start == datetime(2025, 11, 5, tzinfo=UTC)
    assert WINDOW.previous.end == WINDOW.start


def test_one_second_before_midnight_lies_in_the_window_before() -> None:
    late, early = moment_of("02-02", "23:59:59"), moment_of("02-03", "00:00:00")
    figures = count_figures([make_comment("1", "zoe", late), make_comment("2", "yan", early)])
    assert (figures["comments"]["value"], figures["comments"]["previous"]) == (1, 1)
    # At 23:59:59 of the same day nothing has moved; at midnight everything moves by a day.
    evening = Window.before(moment_of("05-04", "23:59:59"))
    assert evening.start == WINDOW.start
    assert Window.before(moment_of("05-05", "00:00:00")).start == WINDOW.start + timedelta(days=1)


def test_a_leap_day_is_a_day() -> None:
    window = Window.before(datetime(2024, 5, 4, 12, tzinfo=UTC))
    assert window.start == datetime(2024, 2, 4, tzinfo=UTC)  # in 2026, without 29 February, the 3rd
    leap = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    figures = count_figures([make_comment("1", "zoe", leap)], {"1": leap - timedelta(days=1)}, window)
    assert figures["comments"]["value"] == 1
    assert Window.before(datetime(2024, 2, 29, 1, tzinfo=UTC)).end == datetime(2024, 3, 1, tzinfo=UTC)


def test_a_day_is_a_day_of_utc_wherever_the_clock_stands() -> None:
    quebec = timezone(timedelta(hours=-4))
    assert Window.before(datetime(2026, 5, 4, 20, 30, tzinfo=quebec)).day == moment_of("05-05", "00:00:00")
    assert Window.before(NOON.astimezone(quebec)) == WINDOW
    # Three posts, on three days in Québec and on two in UTC, as which they are kept: no regular.
    comments = [
        make_comment(str(n), "zoe", datetime(2026, 4, day, *clock, tzinfo=quebec).astimezone(UTC), str(n))
        for n, (day, clock) in enumerate([(1, (20, 30)), (2, (19, 30)), (3, (19, 0))])
    ]
    assert count_figures(comments)["regulars"]["value"] == 0


def test_of_all_time_there_is_nothing_before() -> None:
    ever = Window.ever(NOON)
    figures = count_figures([make_comment("1", "zoe", moment_of("1999-12-31"))], {"1": moment_of("1999-12-30")}, ever)
    assert (figures["comments"]["value"], figures["comments"]["previous"]) == (1, 0)
    assert ever.previous.start == ever.previous.end


def test_a_blog_whose_clock_is_ahead_is_counted_today() -> None:
    assert count_figures([make_comment("1", "zoe", NOON + timedelta(hours=3))])["comments"]["value"] == 1
    assert count_figures([make_comment("1", "zoe", moment_of("05-05", "00:00:00"))])["comments"]["value"] == 0
