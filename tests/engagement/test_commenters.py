"""Who counts, who is new, who came back, who is a regular: by hand."""

from __future__ import annotations

from datetime import timedelta

from bridge.engagement.commenters import cohorts, figures_of, judge, silence, silent_since
from tests.engagement.said import NOON, WINDOW, at, comment, counted, value

HOUR = timedelta(hours=1)


def test_author_staff_echoes_and_repetitions_are_no_readers() -> None:
    own = [
        comment("author", "p", at("04-01"), by_author=True),
        comment("staff", "p", at("04-02"), staff=True),
        comment("echo", "p", at("04-03"), echo=True),
        comment("said", "p", at("04-04"), says="Merci pour ce billet"),
        comment("again", "p", at("04-05", "09:59:59"), says="Merci pour ce billet"),
        comment("later", "p", at("04-07"), says="Merci pour ce billet"),
    ]
    reasons = {id: verdict.excluded for id, verdict in judge(own, {"fr"}, ()).items()}
    assert reasons == {
        "author": "author", "staff": "staff", "echo": "echo", "said": "", "again": "duplicate", "later": "",
    }  # fmt: skip


def test_the_same_text_24_hours_later_is_still_a_repetition_and_a_second_more_is_none() -> None:
    first = at("04-01", "10:00:00")
    for after, excluded in ((timedelta(days=1), "duplicate"), (timedelta(days=1, seconds=1), "")):
        own = [comment("1", "p", first, says="x"), comment("2", "p", first + after, says="x")]
        assert judge(own, (), ())["2"].excluded == excluded
    # Of those nobody knows, no two are the same person.
    alone = [comment("1", "", first, says="x"), comment("2", "", first, says="x")]
    assert {v.excluded for one in alone for v in judge([one], (), ()).values()} == {""}


def test_one_sign_of_spam_is_none_and_two_are_held_out() -> None:
    one = comment("1", "p", at("04-01"), links=3)
    assert judge([one], {"fr"}, ())["1"].excluded == ""
    two = comment("1", "p", at("04-01"), links=3, commercial=True)
    assert judge([two], {"fr"}, ())["1"].excluded == "spam:links,commercial_name"
    praise = comment("1", "p", at("04-01"), praise=True, words=3, language="ru")
    assert judge([praise], {"fr"}, ())["1"].excluded == "spam:praise,foreign_language"
    assert judge([praise], {"fr", "ru"}, ())["1"].excluded == ""
    elsewhere = comment("1", "p", at("04-01"), links=3, words=5)
    assert judge([elsewhere], {"fr"}, {elsewhere.text})["1"].excluded == "spam:links,repeated_text"
    assert judge([comment("1", "p", at("04-01"), links=3, words=4)], {"fr"}, {elsewhere.text})["1"].excluded == ""


def test_the_eleventh_within_an_hour_is_a_flood() -> None:
    start = at("04-01", "10:00:00")
    own = [comment(f"{n:02}", "p", start + n * timedelta(minutes=5), links=3) for n in range(14)]
    held = [id for id, verdict in judge(own, {"fr"}, ()).items() if verdict.excluded]
    # Twelve an hour: the eleventh (10:50) has ten within the hour before it, and so has each that follows.
    assert held == ["10", "11", "12", "13"]


def test_held_out_spam_is_a_figure_and_nothing_else() -> None:
    said = [comment("1", "zoe", at("04-01")), comment("2", "x", at("04-02"), links=9, commercial=True)]
    found = counted(said)
    assert found["held_out_spam"]["value"] == 1
    assert (found["comments"]["value"], found["unique_commenters"]["value"], found["waiting"]["value"]) == (1, 1, 1)


def test_new_returning_regular() -> None:
    said = [
        comment("a1", "old", at("2025-06-01"), "9"), comment("a2", "old", at("03-10"), "1"),
        comment("b1", "new", at("03-01"), "1"),
        # The same post again, and another one within a day: neither is coming back.
        comment("c1", "same", at("03-01"), "1"), comment("c2", "same", at("03-05"), "1"),
        comment("d1", "quick", at("03-01"), "1"), comment("d2", "quick", at("03-02", "09:59:59"), "2"),
        comment("e1", "day", at("03-01"), "1"), comment("e2", "day", at("03-02", "10:00:00"), "2"),
        comment("f1", "true", at("03-01"), "1"), comment("f2", "true", at("03-02"), "2"),
        comment("f3", "true", at("03-03"), "3"),
        # Three posts on two days, three days on two posts.
        comment("g1", "two", at("03-01"), "1"), comment("g2", "two", at("03-02"), "2"),
        comment("g3", "two", at("03-02"), "3"), comment("h1", "deep", at("03-01"), "1"),
        comment("h2", "deep", at("03-02"), "2"), comment("h3", "deep", at("03-03"), "2"),
        comment("i1", "", at("03-04"), "1"),
    ]  # fmt: skip
    found = counted(said)
    assert found["unique_commenters"]["value"] == 8, "the anonymous one is nobody"
    assert found["comments"]["value"] == 18
    assert found["new_commenters"]["value"] == 7, "all but the one of last year"
    assert found["returning_commenters"]["value"] == 5, "old, day, true, two, deep"
    assert found["regulars"]["value"] == 1
    # Distinct posts each: old 1, new 1, same 1, quick 2, day 2, true 3, two 3, deep 2. Five have 2 or more, two have 3.
    assert value(found["h_index_commenters"]) == (2, 8)


def test_gini_and_the_top_tenth_need_ten_people() -> None:
    nine = [comment(f"{n}", f"p{n}", at("04-01")) for n in range(9)]
    assert value(counted(nine)["gini"]) == (None, 9)
    many = [*nine, *(comment(f"x{n}", "p9", at("04-01", f"{n:02}:00:00")) for n in range(11))]
    # Nine with 1 and one with 11: Σ(2i - 11)x = Σ_{i=1..9}(2i - 11) + 9·11 = -9 + 99 = 90; n Σx = 10·20.
    assert value(counted(many)["gini"]) == (0.45, 10)
    assert value(counted(many)["top_decile_share"]) == (0.55, 10)


def test_a_commenter_by_hand() -> None:
    said = [
        comment("1", "zoe", at("2025-01-01"), "9"),
        comment("2", "zoe", at("04-01"), "1", question=True, answered=True, replies=2),
        comment("3", "zoe", at("04-01"), "2", question=True),
        comment("4", "zoe", at("04-09"), "2", replies=1),
    ]
    found = figures_of(said, WINDOW)
    assert found is not None
    assert found.as_data() == {
        "comments": 3, "posts": 2, "days": 2, "first": at("2025-01-01"), "last": at("04-09"), "standing": "returning",
        "questions": 2, "questions_answered": 1, "replies": 3,
    }  # fmt: skip
    assert figures_of(said[:1], WINDOW) is None


def test_silence_follows_three_posts() -> None:
    said = [comment(str(n), "zoe", NOON - timedelta(days=60 - n), str(n)) for n in range(3)]
    last = silent_since(said)
    assert last == NOON - timedelta(days=58)
    start, end = silence(NOON)
    assert start <= last < end
    assert silent_since(said[:2]) is None


def test_cohorts_by_hand() -> None:
    people = []
    for n in range(10):  # ten begin in February, six of them come back in March, four in April
        own = [comment(f"{n}a", f"p{n}", at("02-10"))]
        own += [comment(f"{n}b", f"p{n}", at("03-31", "23:59:59"))] if n < 6 else []
        own += [comment(f"{n}c", f"p{n}", at("04-01", "00:00:00"))] if n < 4 else []
        people.append(own)
    people += [[comment(f"m{n}", f"q{n}", at("04-20"))] for n in range(4)]
    found = cohorts(people, WINDOW)
    assert [(c["month"], c["people"]) for c in found] == [("2026-02", 10), ("2026-04", 4)]
    assert found[0]["retained"] == [1.0, 0.6, None, None], "a cell of four is hidden"
    assert found[1]["retained"] == [None, None], "as is a whole month of four"
    # An imported history begins in February: who is in it may have come long before.
    begun = cohorts(people, WINDOW, begun=at("02-01"))
    assert (begun[0]["complete"], begun[0]["retained"]) == (False, [None] * 4)
    assert begun[1]["complete"]
