"""The same text on several blogs: whose standing changes by it is looked at again, and nobody else."""

from __future__ import annotations

from sqlalchemy import select

from bridge.operations.withdrawal import withdraw
from bridge.storage.engagement import dirty
from bridge.storage.engagement.tables import comments, dirty_statistics
from bridge.worker.intake.read_inbox import absorb
from tests.peer import PeerBlog
from tests.worker.conftest import WorkerBank, bank

__all__ = ["bank"]


def say(peer: PeerBlog, number: int, content: str = "<p>Merci pour cet article, vraiment.</p>") -> tuple[str, bytes]:
    return peer.event(
        "comment.published",
        id=number,
        post_id=1,
        commenter=f"{number:064x}",
        commenter_basis="email",
        author_name="Paul",
        content=content,
        published_at="2026-02-01T10:00:00Z",
    )


def test_a_text_that_comes_to_a_blog_again_costs_no_other_blog_anything(bank: WorkerBank) -> None:
    """Each of a blog's thousand equal comments marked all thousand of another's, one statement each."""
    ann, ben, eve = (bank.blog(name) for name in ("ann", "ben", "eve"))
    bank.send(ann, ann.batch([say(ann, n + 1) for n in range(50)]))
    bank.work()
    with bank.database.read() as tx:
        digest = tx.execute(select(comments.c.text_hash).limit(1)).scalar_one()

    def marked_after(peer: PeerBlog, *said: tuple[str, bytes]) -> set[str]:
        absorb_all(bank, peer, *said)
        with bank.database.read() as tx:
            found = set(tx.execute(select(dirty_statistics.c.blog_id)).scalars())
        bank.work()
        return found - {peer.blog_id}

    assert marked_after(ben, say(ben, 1)) == {"ann"}, "now another blog has it, too"
    assert marked_after(ben, say(ben, 2), say(ben, 3), say(ben, 1)) == set(), "it had it before"
    assert marked_after(eve, say(eve, 1)) == set(), "they all knew of another one"
    assert marked_after(eve, eve.event("comment.removed", id=1)) == set()
    assert marked_after(ben, ben.event("comment.removed", id=1)) == set(), "it still has it"
    absorb_all(bank, ben, ben.event("comment.removed", id=3))
    bank.work()
    assert marked_after(ben, say(ben, 2, "<p>Something else, then.</p>")) == {"ann"}, "nobody else has it any more"
    assert marked_after(ben, say(ben, 2)) == {"ann"}
    with bank.database.begin() as tx:
        withdraw(tx, "ben", bank.clock())
        assert set(tx.execute(select(dirty_statistics.c.blog_id)).scalars()) == {"ann"}, (
            "and nobody has, once it has left"
        )
        assert dirty.mark_shared_texts(tx, "eve", [digest]) == {"ann"}


def absorb_all(bank: WorkerBank, peer: PeerBlog, *said: tuple[str, bytes]) -> None:
    bank.send(peer, *said)
    absorb(bank.context, peer.blog_id)
