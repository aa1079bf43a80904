"""What is measured is what is served: a profile of the yardstick says what its author writes about, too."""

from __future__ import annotations

from datetime import timedelta

from bridge.evaluation.bank import build_bank
from bridge.evaluation.corpus import arrange_posts, group_by_mentor
from bridge.mentors.profile_subjects import words_of_author
from bridge.model import AuthorKey, Post, Version
from bridge.storage.content.intake import AnalysedPost
from bridge.worker.intake.absorb import prepare
from tests.conftest import NOW
from tests.lab.texts import CASH


def test_a_profile_of_the_yardstick_has_the_subjects_of_a_card() -> None:
    events = [
        Post(
            "ann",
            str(number),
            Version(1, 1),
            "1",
            f"https://ann.example/{number}",
            title,
            f"<p>{body}</p>",
            "",
            "fr",
            NOW + timedelta(days=7 * number),
            NOW,
            ("poterie", "atelier d'ann"),
        )
        for number, (title, body) in enumerate(CASH)
    ]
    analysed = [event for event in (prepare(event, "fr") for event in events) if isinstance(event, AnalysedPost)]
    authors = {AuthorKey("ann", "1"): words_of_author("Ann", "Atelier d'Ann", "https://ann.example", ["tourner"])}
    ((_, profile),) = build_bank(group_by_mentor(arrange_posts(analysed, authors))).profiles.items()
    shown = [subject.word for subject in profile.subjects]
    assert "poterie" in shown
    assert "atelier d'ann" not in shown
    assert profile.nameable
