"""Threads, answers and posts: by hand."""

from __future__ import annotations

from datetime import timedelta

from bridge.engagement.facts import CommentFacts
from bridge.engagement.posts import post_figures, waiting_comments
from bridge.engagement.threads import Conversation, reactions
from tests.engagement.histories import NOON, WINDOW, count_figures, figure_value, make_comment, moment_of


def talk(*comments: CommentFacts) -> Conversation:
    return Conversation.of(comments)


def test_an_answer_is_direct_or_the_next_in_the_thread() -> None:
    threads = talk(
        make_comment("1", "zoe", moment_of("04-01", "10:00:00")),
        make_comment("2", "yan", moment_of("04-01", "11:00:00"), parent="1"),
        make_comment("3", "ann", moment_of("04-01", "12:00:00"), parent="2"),  # answers Yan, and is not next after Zoe
        make_comment("4", "ann", moment_of("04-01", "13:00:00"), parent="1"),  # answers Zoe
        make_comment("5", "zoe", moment_of("04-02"), parent=""),
        make_comment("6", "ann", moment_of("04-03"), parent="gone"),  # of a thread of its own
    ).threads
    assert {thread.root.id: dict(thread.answers) for thread in threads} == {
        "1": {
            "2": moment_of("04-01", "12:00:00"),
            "1": moment_of("04-01", "13:00:00"),
            "3": moment_of("04-01", "13:00:00"),
        },
        "5": {},
        "6": {},
    }


def test_where_nobody_answers_to_a_comment_the_next_one_is_the_answer() -> None:
    flat = [
        make_comment("1", "zoe", moment_of("04-01")),
        make_comment("2", "yan", moment_of("04-02")),
        make_comment("3", "ann", moment_of("04-03")),
        make_comment("4", "zoe", moment_of("04-04")),
    ]
    assert [w.comment for w in waiting_comments(talk(*flat), WINDOW)] == ["1", "4"]
    assert {name for name, (answered, _) in reactions(talk(*flat)).items() if answered} == {"2"}
    nested = [*flat, make_comment("5", "yan", moment_of("04-05"), parent="1")]
    assert [w.comment for w in waiting_comments(talk(*nested), WINDOW)] == ["1", "2", "4"]


def test_what_waits_is_ordered_questions_first_then_newcomers_then_substance_then_age() -> None:
    comments = [
        make_comment("plain old", "a", moment_of("03-01")),
        make_comment("plain", "b", moment_of("03-02")),
        make_comment("deep", "c", moment_of("04-01"), words=30, deep=True),
        make_comment("new", "d", moment_of("04-02"), first=True),
        make_comment("asks", "e", moment_of("04-03"), question=True),
        make_comment("asks new", "f", moment_of("04-04"), question=True, first=True),
        make_comment("of last year", "g", moment_of("2025-04-04"), question=True),
    ]
    nested = make_comment("below", "h", moment_of("03-03"), parent="plain old")
    order = [w.comment for w in waiting_comments(talk(*comments, nested), WINDOW)]
    assert order == ["asks new", "asks", "new", "deep", "plain old", "plain"]


def test_reply_rate_and_time_by_hand() -> None:
    comments = []
    # Eight readers' comments at the top: answered after 1 h, 2 h, 6 h, 8 days; three waiting; one of yesterday.
    waits = [timedelta(hours=1), timedelta(hours=2), timedelta(hours=6), timedelta(days=8), None, None, None]
    for n, wait in enumerate(waits):
        asked = moment_of("04-01")
        comments.append(make_comment(f"q{n}", f"p{n}", asked, post=str(n)))
        comments += [make_comment(f"r{n}", "ann", asked + wait, post=str(n), parent=f"q{n}")] if wait else []
    comments.append(make_comment("q7", "p7", moment_of("05-03"), post="7"))
    figures = count_figures(comments)
    # Of the seven that are older than 7 days, three were answered within 7 days.
    assert figure_value(figures["reply_rate"]) == (round(3 / 7, 6), 7)
    assert figures["reply_rate"]["low"] < 3 / 7 < figures["reply_rate"]["high"]
    # Of 8: S = 7/8 at 1 h, 6/8 at 2 h, 5/8 at 6 h; one is censored after 26 h: at 192 h of 4, S = 5/8·3/4 < .5.
    assert figure_value(figures["reply_time_median_hours"]) == (192.0, 8)
    assert figure_value(figures["reply_time_p90_hours"]) == (None, 8), "three wait still"
    assert figures["waiting"]["value"] == 4


def test_seven_days_are_counted_to_midnight() -> None:
    def rate(when: str, clock: str) -> int:
        asked = [make_comment(f"{n}", f"p{n}", moment_of(when, clock), post=str(n)) for n in range(5)]
        return int(count_figures(asked)["reply_rate"]["n"])

    assert rate("04-26", "23:59:59") == 5, "seven days old at the last midnight, 4 May 00:00"
    assert rate("04-27", "00:00:00") == 0


def test_depth_and_back_and_forth_by_hand() -> None:
    def thread(n: int, *speakers: str) -> list[CommentFacts]:
        ids = [f"{n}.{level}" for level in range(len(speakers))]
        return [
            make_comment(
                id,
                who,
                moment_of("04-01", f"{10 + level}:00:00"),
                str(n),
                ids[level - 1] if level else "",
                staff=who == "staff",
            )
            for level, (id, who) in enumerate(zip(ids, speakers, strict=True))
        ]

    comments = [
        *thread(1, "zoe", "ann"),
        *thread(2, "zoe", "ann", "zoe", "ann"),  # Ann, a reader, Ann
        *thread(3, "ann", "yan", "ann"),  # likewise
        *thread(4, "zoe", "yan", "zoe"),
        *thread(5, "zoe", "ann", "staff", "ann"),  # staff is no reader
        *thread(6, "zoe"),  # no thread with a reply
    ]
    figures = count_figures(comments)
    assert figure_value(figures["thread_depth"]) == ((2 + 4 + 3 + 3 + 4) / 5, 5)
    assert figure_value(figures["back_and_forth"]) == (0.4, 5)
    assert figure_value(count_figures(thread(1, "zoe", "ann"))["thread_depth"]) == (None, 1)


def test_comments_per_post_gives_each_post_the_same_14_days() -> None:
    published = {str(n): moment_of("03-01") for n in range(5)} | {"young": moment_of("04-21")}
    comments = [
        make_comment("1", "zoe", moment_of("03-15", "10:00:00"), "0"),  # 14 days later to the second
        make_comment("2", "zoe", moment_of("03-15", "10:00:01"), "1"),
        make_comment("3", "zoe", moment_of("03-02"), "2"),
        make_comment("4", "yan", moment_of("03-03"), "2"),
        make_comment("5", "zoe", moment_of("04-22"), "young"),  # 13 days and 2 hours old
    ]
    figures = count_figures(comments, published)
    assert figure_value(figures["comments_per_post"]) == (3 / 5, 5)
    assert figure_value(figures["conversation_rate"]) == (2 / 5, 5)
    assert figures["posts"]["value"] == 6


def test_substance_is_25_words_with_thought_or_a_mark() -> None:
    comments = [
        make_comment("1", "a", moment_of("04-01"), words=25, question=True),
        make_comment("2", "b", moment_of("04-01"), words=24, question=True),
        make_comment("3", "c", moment_of("04-01"), words=200),
        make_comment("4", "d", moment_of("04-01"), words=30, links=1),
        make_comment("5", "e", moment_of("04-01"), words=3, insightful=True),
        make_comment("6", "f", moment_of("04-01"), words=40, deep=True),
        make_comment("7", "g", moment_of("04-01"), words=40, experience=True),
    ]
    assert figure_value(count_figures(comments)["substance"]) == (round(5 / 7, 6), 7)


def test_a_post_by_hand() -> None:
    conversation = talk(
        make_comment("1", "zoe", moment_of("04-01"), relevance=300, words=20, question=True),
        make_comment("2", "ann", moment_of("04-02"), parent="1"),
        make_comment("3", "zoe", moment_of("04-03"), parent="2", relevance=500, words=20),
        make_comment("4", "", moment_of("04-04"), relevance=900, words=14, insightful=True),
        make_comment("5", "x", moment_of("04-05"), excluded="spam:links,praise"),
    )
    figures = post_figures("1", conversation, WINDOW, waiting_comments(conversation, WINDOW))
    assert (figures.comments, figures.commenters, figures.depth, figures.unanswered) == (3, 1, 3, 1)
    assert figures.likeness == 400, "the median of 300 and 500: in fewer than 15 words a likeness is chance"
    assert (figures.insightful, figures.substance, figures.waiting, figures.last) == (1, 1, ("4",), moment_of("04-04"))
    # Five posts with 5, 4, 3, 2 and 1 people: three have at least three.
    crowd = [
        make_comment(f"{post}-{n}", f"p{n}", NOON - timedelta(days=9), str(post))
        for post in range(5)
        for n in range(5 - post)
    ]
    assert figure_value(count_figures(crowd)["h_index_posts"]) == (3, 5)


def test_rings_and_lost_parents_are_survived() -> None:
    ring = [
        make_comment("1", "a", moment_of("04-01"), parent="2"),
        make_comment("2", "b", moment_of("04-02"), parent="1"),
    ]
    assert sum(len(thread.said) for thread in talk(*ring).threads) == 2
    assert talk().threads == []
