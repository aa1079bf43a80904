"""Who may stand on the pages of a blog, by its own choice and by that of the mentors."""

from __future__ import annotations

import pytest

from bridge.mentors.explain import Reason
from bridge.mentors.vetoes import Choices, Side, Veto
from bridge.model import MentorKey, ShowingMode

ANN = MentorKey("ann", "1", "fr")
REASON = Reason(("trésorerie", "embauche"), (("trésorerie", 5), ("embauche", 3)))


def topics(veto: Veto, post: str = "7") -> tuple[str, ...] | None:
    """For what Ann may stand under a post."""
    reason = Choices(vetoes=(veto,)).allowed_reason(post, ANN, REASON)
    return None if reason is None else reason.topics


@pytest.mark.parametrize("side", Side)
def test_a_veto_meets_whom_it_names_and_nobody_else(side: Side) -> None:
    assert topics(Veto(side, "ann")) is None
    assert topics(Veto(side, "ann", "1")) is None
    assert topics(Veto(side, "ann", "1", post_id="7")) is None
    assert topics(Veto(side, "ann", "1", post_id="8")) == REASON.topics
    assert topics(Veto(side, "ann", "2")) == REASON.topics
    assert topics(Veto(side, "ben")) == REASON.topics


def test_a_word_goes_from_the_reason_in_every_form_and_with_the_last_one_the_mentor() -> None:
    assert topics(Veto(Side.BLOG, word="tresorerie")) == ("embauche",)
    assert topics(Veto(Side.MENTOR, "ann", "1", word="embauches")) == ("trésorerie",)
    assert topics(Veto(Side.MENTOR, "ben", "1", word="embauche")) == REASON.topics
    both = Choices(vetoes=(Veto(Side.BLOG, word="tresorerie"), Veto(Side.MENTOR, "ann", "1", word="embauche")))
    assert both.allowed_reason("7", ANN, REASON) is None


@pytest.mark.parametrize("mode", [ShowingMode.APPROVED, ShowingMode.ASK])
def test_who_needs_a_yes_has_that_of_the_blog_or_of_whoever_pinned_them(mode: ShowingMode) -> None:
    assert not Choices(mode).is_approved(ANN.author, pinned=False)
    assert Choices(mode).is_approved(ANN.author, pinned=True)
    assert Choices(mode, frozenset({ANN.author})).is_approved(ANN.author, pinned=False)
    assert Choices().is_approved(ANN.author, pinned=False)
