"""Who counts, who is new, who came back, who is a regular: by hand."""

from __future__ import annotations

from datetime import timedelta

from bridge.engagement.commenters import (
    classify_commenter,
    commenter_figures,
    monthly_cohorts,
    silence_period,
    silent_since,
)
from tests.engagement.histories import NOON, WINDOW, count_figures, figure_value, make_comment, moment_of

HOUR = timedelta(hours=1)


def test_author_staff_echoes_and_repetitions_are_no_readers() -> None:
    comments = [
        make_comment("author", "p", moment_of("04-01"), by_author=True),
        make_comment("staff", "p", moment_of("04-02"), staff=True),
        make_comment("echo", "p", moment_of("04-03"), echo=True),
        make_comment("said", "p", moment_of("04-04"), says="Merci pour ce billet"),
        make_comment("again", "p", moment_of("04-05", "09:59:59"), says="Merci pour ce billet"),
        make_comment("later", "p", moment_of("04-07"), says="Merci pour ce billet"),
    ]
    reasons = {id: verdict.excluded for id, verdict in classify_commenter(comments, {"fr"}, ()).items()}
    assert reasons == {
        "author": "author",
        "staff": "staff",
        "echo": "echo",
        "said": "",
        "again": "duplicate",
        "later": "",
    }


def test_the_same_text_24_hours_later_is_still_a_repetition_and_a_second_more_is_none() -> None:
    first = moment_of("04-01", "10:00:00")
    for after, excluded in ((timedelta(days=1), "duplicate"), (timedelta(days=1, seconds=1), "")):
        comments = [make_comment("1", "p", first, says="x"), make_comment("2", "p", first + after, says="x")]
        assert classify_commenter(comments, (), ())["2"].excluded == excluded
    # Of those nobody knows, no two are the same person.
    alone = [make_comment("1", "", first, says="x"), make_comment("2", "", first, says="x")]
    assert {v.excluded for comment in alone for v in classify_commenter([comment], (), ()).values()} == {""}


def test_one_sign_of_spam_is_none_and_two_are_held_out() -> None:
    comment = make_comment("1", "p", moment_of("04-01"), links=3)
    assert classify_commenter([comment], {"fr"}, ())["1"].excluded == ""
    two = make_comment("1", "p", moment_of("04-01"), links=3, commercial=True)
    assert classify_commenter([two], {"fr"}, ())["1"].excluded == "spam:links,commercial_name"
    praise = make_comment("1", "p", moment_of("04-01"), praise=True, words=3, language="ru")
    assert classify_commenter([praise], {"fr"}, ())["1"].excluded == "spam:praise,foreign_language"
    assert classify_commenter([praise], {"fr", "ru"}, ())["1"].excluded == ""
    elsewhere = make_comment("1", "p", moment_of("04-01"), links=3, words=5)
    assert classify_commenter([elsewhere], {"fr"}, {elsewhere.text})["1"].excluded == "spam:links,repeated_text"
    assert (
        classify_commenter([make_comment("1", "p", moment_of("04-01"), links=3, words=4)], {"fr"}, {elsewhere.text})[
            "1"
        ].excluded
        == ""
    )


def test_the_eleventh_within_an_hour_is_a_flood() -> None:
    start = moment_of("04-01", "10:00:00")
    comments = [make_comment(f"{n:02}", "p", start + n * timedelta(minutes=5), links=3) for n in range(14)]
    excluded = [id for id, verdict in classify_commenter(comments, {"fr"}, ()).items() if verdict.excluded]
    # Twelve an hour: the eleventh (10:50) has ten within the hour before it, and so has each that follows.
    assert excluded == ["10", "11", "12", "13"]


def test_held_out_spam_is_a_figure_and_nothing_else() -> None:
    comments = [
        make_comment("1", "zoe", moment_of("04-01")),
        make_comment("2", "x", moment_of("04-02"), links=9, commercial=True),
    ]
    figures = count_figures(comments)
    assert figures["held_out_spam"]["value"] == 1
    assert (figures["comments"]["value"], figures["unique_commenters"]["value"], figures["waiting"]["value"]) == (
        1,
        1,
        1,
    )


def test_new_returning_regular() -> None:
    comments = [
        make_comment("a1", "old", moment_of("2025-06-01"), "9"),
        make_comment("a2", "old", moment_of("03-10"), "1"),
        make_comment("b1", "new", moment_of("03-01"), "1"),
        # The same post again, and another one within a day: neither is coming back.
        make_comment("c1", "same", moment_of("03-01"), "1"),
        make_comment("c2", "same", moment_of("03-05"), "1"),
        make_comment("d1", "quick", moment_of("03-01"), "1"),
        make_comment("d2", "quick", moment_of("03-02", "09:59:59"), "2"),
        make_comment("e1", "day", moment_of("03-01"), "1"),
        make_comment("e2", "day", moment_of("03-02", "10:00:00"), "2"),
        make_comment("f1", "true", moment_of("03-01"), "1"),
        make_comment("f2", "true", moment_of("03-02"), "2"),
        make_comment("f3", "true", moment_of("03-03"), "3"),
        # Three posts on two days, three days on two posts.
        make_comment("g1", "two", moment_of("03-01"), "1"),
        make_comment("g2", "two", moment_of("03-02"), "2"),
        make_comment("g3", "two", moment_of("03-02"), "3"),
        make_comment("h1", "deep", moment_of("03-01"), "1"),
        make_comment("h2", "deep", moment_of("03-02"), "2"),
        make_comment("h3", "deep", moment_of("03-03"), "2"),
        make_comment("i1", "", moment_of("03-04"), "1"),
    ]
    figures = count_figures(comments)
    assert figures["unique_commenters"]["value"] == 8, "the anonymous one is nobody"
    assert figures["comments"]["value"] == 18
    assert figures["new_commenters"]["value"] == 7, "all but the one of last year"
    assert figures["returning_commenters"]["value"] == 5, "old, day, true, two, deep"
    assert figures["regulars"]["value"] == 1
    # Distinct posts each: old 1, new 1, same 1, quick 2, day 2, true 3, two 3, deep 2. Five have 2 or more, two have 3.
    assert figure_value(figures["h_index_commenters"]) == (2, 8)


def test_gini_and_the_top_tenth_need_ten_people() -> None:
    nine = [make_comment(f"{n}", f"p{n}", moment_of("04-01")) for n in range(9)]
    assert figure_value(count_figures(nine)["gini"]) == (None, 9)
    many = [*nine, *(make_comment(f"x{n}", "p9", moment_of("04-01", f"{n:02}:00:00")) for n in range(11))]
    # Nine with 1 and one with 11: Σ(2i - 11)x = Σ_{i=1..9}(2i - 11) + 9·11 = -9 + 99 = 90; n Σx = 10·20.
    assert figure_value(count_figures(many)["gini"]) == (0.45, 10)
    assert figure_value(count_figures(many)["top_decile_share"]) == (0.55, 10)


def test_a_commenter_by_hand() -> None:
    comments = [
        make_comment("1", "zoe", moment_of("2025-01-01"), "9"),
        make_comment("2", "zoe", moment_of("04-01"), "1", question=True, answered=True, replies=2),
        make_comment("3", "zoe", moment_of("04-01"), "2", question=True),
        make_comment("4", "zoe", moment_of("04-09"), "2", replies=1),
    ]
    figures = commenter_figures(comments, WINDOW)
    assert figures is not None
    assert figures.as_data() == {
        "comments": 3,
        "posts": 2,
        "days": 2,
        "first": moment_of("2025-01-01"),
        "last": moment_of("04-09"),
        "standing": "returning",
        "questions": 2,
        "questions_answered": 1,
        "replies": 3,
    }
    assert commenter_figures(comments[:1], WINDOW) is None


def test_silence_follows_three_posts() -> None:
    comments = [make_comment(str(n), "zoe", NOON - timedelta(days=60 - n), str(n)) for n in range(3)]
    last = silent_since(comments)
    assert last == NOON - timedelta(days=58)
    start, end = silence_period(NOON)
    assert start <= last < end
    assert silent_since(comments[:2]) is None


def test_cohorts_by_hand() -> None:
    people = []
    for n in range(10):  # ten begin in February, six of them come back in March, four in April
        comments = [make_comment(f"{n}a", f"p{n}", moment_of("02-10"))]
        comments += [make_comment(f"{n}b", f"p{n}", moment_of("03-31", "23:59:59"))] if n < 6 else []
        comments += [make_comment(f"{n}c", f"p{n}", moment_of("04-01", "00:00:00"))] if n < 4 else []
        people.append(comments)
    people += [[make_comment(f"m{n}", f"q{n}", moment_of("04-20"))] for n in range(4)]
    cohorts = monthly_cohorts(people, WINDOW)
    assert [(c["month"], c["people"]) for c in cohorts] == [("2026-02", 10), ("2026-04", 4)]
    assert cohorts[0]["retained"] == [1.0, 0.6, None, None], "a cell of four is hidden"
    assert cohorts[1]["retained"] == [None, None], "as is a whole month of four"
    # An imported history begins in February: who is in it may have come long before.
    begun = monthly_cohorts(people, WINDOW, begun=moment_of("02-01"))
    assert (begun[0]["complete"], begun[0]["retained"]) == (False, [None] * 4)
    assert begun[1]["complete"]
