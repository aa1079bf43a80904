"""An author as a refresh looks at them: what is asked of each of ten thousand posts is worked out once."""

from __future__ import annotations

from bridge.mentors.post_weight import PostWeight
from bridge.mentors.skills import bundled_matcher
from bridge.model import AuthorKey
from bridge.worker.matching.subject import Standing, Subject


def test_which_posts_count_is_worked_out_once() -> None:
    weights = {1: PostWeight(1.0), 2: PostWeight(0.0), 3: PostWeight(0.25, first=False)}
    subject = Subject(Standing(AuthorKey("ann", "1"), None, None), (), weights, bundled_matcher())
    assert subject.counted == {1, 3}
    assert subject.counted is subject.counted, "a refresh asks it of each post"
