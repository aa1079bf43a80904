"""Comments come and go in every way a real blog has; the figures that come back are those of WordPress's own tables."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.engagement.catalogue import LIST_NAMES, figure_name
from bridge.words import translate
from tests.e2e.tables import CODES, COUNTED, PER_PERSON, PER_POST, POSTS, PUSHED
from tests.lab.fixtures import CORES, blog_id, connect_blog, public_posts, stored_in_bridge, wait_until, write_post
from tests.lab.texts import CASH, HIRING
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

REMARKS = (
    "Comment relancez-vous un client qui est aussi un ami ?",
    "Chez nous, l'acompte a tout changé dès la première année.",
    "Merci pour ce récit, le passage sur le loyer de janvier m'a touchée.",
    "J'ai raté exactement la même chose l'an dernier.",
    "Quel tableau utilisez-vous pour suivre les factures ?",
    "Votre routine du lundi matin est une belle idée pour l'atelier.",
    "Je préfère demander la moitié à la commande, et personne ne refuse.",
    "Les charges de novembre sont toujours les pires.",
    "Avez-vous essayé de fixer les prix avec vos clients ?",
    "Ce texte tombe bien, je prépare mon premier devis sérieux.",
)


def by_sql(blog: Blog) -> dict[str, Any]:
    """Counted over WordPress's own tables."""
    figures = {name: float(blog.sql(statement)[0][0]) for name, statement in COUNTED.items()}
    posts = {post: (int(said), int(people)) for post, said, people in blog.sql(PER_POST)}
    people = {person: (int(said), int(posts)) for person, said, posts in blog.sql(PER_PERSON)}
    return {"figures": rounded(figures), "posts": posts, "people": people}


def in_the_blog(blog: Blog) -> dict[str, Any]:
    """As the bridge pushed them, joined by the plugin to the people whom only the blog knows."""
    found = blog.eval(PUSHED)
    figures = {} if found["blog"] is None else {name: found["blog"]["figures"][name]["value"] for name in COUNTED}
    return {"figures": rounded(figures), **details(found["posts"], found["people"])}


def by_command(blog: Blog, bridge: RunningBridge) -> dict[str, Any]:
    """As `bridge stats` says them."""
    found = bridge.json("stats", "--blog", blog_id(blog))
    codes = blog.eval(CODES) or {}
    people = {codes.get(code, code): data for code, data in found["per_commenter"].items()}
    figures = {name: found[name]["value"] for name in COUNTED}
    return {"figures": rounded(figures), **details(found["per_post"], people)}


def rounded(figures: dict[str, Any]) -> dict[str, Any]:
    """To what both databases can say."""
    return {name: value if value is None else round(value, 4) for name, value in figures.items()}


def details(posts: Any, people: Any) -> dict[str, Any]:
    """Posts: comments and commenters; people: comments and posts. PHP writes an empty map as a list."""
    said = {post: (data["comments"], data["commenters"]) for post, data in dict(posts or {}).items()}
    who = {person: (data["comments"], data["posts"]) for person, data in dict(people or {}).items()}
    return {"posts": {post: both for post, both in said.items() if both[0]}, "people": who}


def agree(blog: Blog, bridge: RunningBridge, after: str) -> dict[str, Any]:
    """The figures, as soon as WordPress's tables, the blog and the command say the same."""
    wanted = by_sql(blog)
    pushed: dict[str, Any] = {}

    def arrived() -> bool:
        pushed.update(in_the_blog(blog))
        return pushed == wanted

    wait_until(arrived, f"{wanted} in the blog, after: {after}", seconds=60)
    assert by_command(blog, bridge) == wanted, f"by the command, after: {after}"
    return wanted


def past(days: float) -> str:
    """So many days ago, as WordPress writes it."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S")


def newest(blog: Blog) -> int:
    """The comment made last."""
    return int(blog.sql("SELECT MAX(comment_ID) FROM wp_comments")[0][0])


@pytest.fixture(scope="module")
def emma(new_blog: Callable[..., Blog], bridge: RunningBridge) -> Blog:
    """Emma writes and takes part; Yves writes there too and does not; Léa has a reader's account."""
    blog = new_blog("emma", version=CORES[-1], posts=CASH[:4])
    blog.eval(
        "foreach ( array( 'yves' => 'author', 'lea' => 'subscriber' ) as $name => $role ) {"
        f" wp_insert_user( array( 'user_login' => $name, 'user_pass' => '{blog.password}', 'role' => $role,"
        " 'user_email' => \"$name@example.org\", 'display_name' => ucfirst( $name ) ) ); } return true;"
    )
    other = write_post(blog, *HIRING[0])
    blog.eval(
        f"wp_update_post( array( 'ID' => {other}, 'post_author' => get_user_by( 'login', 'yves' )->ID ) ); return true;"
    )
    say(blog, other, "Zoe", 3, 0)
    return connect_blog(blog, bridge)


def say(blog: Blog, post: int, name: str, days: float, remark: int, parent: int = 0) -> int:
    """A reader's comment by REST, with a date of its own."""
    data = {
        "post": post,
        "content": REMARKS[remark],
        "author_name": name,
        "author_email": f"{name}@Example.org",
        "date_gmt": past(days),
        "parent": parent,
        "status": "approved",
    }
    return int(blog.rest("POST", "/wp/v2/comments", data)["id"])


def reply(blog: Blog, post: int, parent: int, days: float) -> int:
    """An answer by the post's author."""
    data = {"post": post, "content": f"Bonne remarque, numéro {parent}.", "parent": parent, "date_gmt": past(days)}
    return int(blog.rest("POST", "/wp/v2/comments", data)["id"])


def test_the_figures_are_those_of_the_tables(emma: Blog, bridge: RunningBridge) -> None:
    one, two, three, four = sorted(int(row[0]) for row in emma.sql(f"SELECT ID FROM wp_posts WHERE {POSTS}"))
    for place, (post, days) in enumerate(((one, 40), (two, 30), (three, 20), (four, 10))):
        say(emma, post, "Zoe", days, place)
    for place, (post, days) in enumerate(((one, 39), (two, 12), (three, 9)), 4):
        answered = say(emma, post, "Max", days, place)
        reply(emma, post, answered, days - 2)
    late = say(emma, four, "Ines", 25, 7)
    reply(emma, four, late, 10)
    agree(emma, bridge, "history by REST, with answers in time and late")

    emma.comment(one, "Noe", REMARKS[8])
    assert emma.sql("SELECT comment_approved FROM wp_comments WHERE comment_author = 'Noe'") == [["1"]]
    agree(emma, bridge, "the form")
    emma.xmlrpc().wp.newComment(0, "lea", emma.password, two, {"content": REMARKS[9]})
    agree(emma, bridge, "XML-RPC")
    reply(emma, one, int(emma.sql("SELECT comment_ID FROM wp_comments WHERE comment_author = 'Noe'")[0][0]), 0)
    agree(emma, bridge, "an answer of the author")


def test_moderation_edits_spam_and_trash(emma: Blog, bridge: RunningBridge) -> None:
    posts = public_posts(emma)
    emma.eval(
        "update_option( 'comment_moderation', 1 ); add_filter( 'comment_flood_filter', '__return_false' ); return true;"
    )
    emma.sql("UPDATE wp_comments SET comment_author_IP = '192.0.2.1'")  # or the form takes the visitor for a flood
    emma.comment(posts[1], "Ugo", "Je reviens demain avec mes chiffres, promis.")
    emma.eval("update_option( 'comment_moderation', 0 ); return true;")
    waiting = newest(emma)
    assert emma.sql(f"SELECT comment_approved FROM wp_comments WHERE comment_ID = {waiting}") == [["0"]]
    agree(emma, bridge, "one that waits for moderation")
    approve = f"wp_set_comment_status( {waiting}, 'approve' )"
    for change in (
        approve,
        f"wp_update_comment( array( 'comment_ID' => {waiting}, 'comment_content' => 'Voici enfin mes chiffres.' ) )",
        f"wp_update_comment( array( 'comment_ID' => {waiting}, 'comment_author_email' => 'ugo.neuf@example.org' ) )",
        f"wp_spam_comment( {waiting} )",
        f"wp_unspam_comment( {waiting} )",
        f"wp_set_comment_status( {waiting}, 'hold' )",
        approve,
        f"wp_trash_comment( {waiting} )",
        f"wp_untrash_comment( {waiting} )",
        f"wp_delete_comment( {waiting}, true )",
    ):
        emma.eval(f"{change}; return true;")
        agree(emma, bridge, change)


def test_a_post_in_the_trash_takes_its_comments_along_and_brings_them_back(emma: Blog, bridge: RunningBridge) -> None:
    post = int(emma.sql(PER_POST + " ORDER BY 2 DESC LIMIT 1")[0][0])
    emma.eval(f"wp_trash_post( {post} ); return true;")
    agree(emma, bridge, "a post in the trash")
    emma.eval(f"wp_untrash_post( {post} ); wp_publish_post( {post} ); return true;")
    agree(emma, bridge, "the post is back")


def text_of(page: str) -> str:
    """A page as it is read."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page))).replace("\u00a0", " ")


def test_wp_admin_says_the_same(emma: Blog, bridge: RunningBridge) -> None:
    wanted = agree(emma, bridge, "all of it")["figures"]
    emma.sign_in()
    widget = emma.get("/wp-admin/").text.split('id="mentor_bridge_conversations"', 1)[1].split("</figure>", 1)[0]
    said = text_of(widget)
    for key in ("comments", "unique_commenters", "regulars"):
        assert f"{figure_name(key, 'fr')} {wanted[key]:.0f} " in said
    assert f"{translate('fr', LIST_NAMES['waiting'])} {wanted['waiting']:.0f} " in said
    assert f"{figure_name('reply_rate', 'fr')} {100 * wanted['reply_rate']:.0f} %" in said
    link = re.search(r'class="mentor-bridge-reply" href="([^"]+)"', widget)
    assert link
    address = html.unescape(link[1]).split("#")[0]
    form = re.search(r"id=.comment_parent. value=.(\d+)", emma.get(address).text)
    assert form
    assert address.endswith(f"replytocom={form[1]}")
    listed = text_of(emma.get("/wp-admin/edit.php").text)
    for _, comments, people in emma.sql(PER_POST):
        assert re.search(rf"{comments} commentaires? de {people} lecteur", listed)
    # The sample post of a fresh WordPress is public and not shared: the figures say which posts they are about.
    assert "Habitué 4 commentaires sur 4 articles partagés en 90 jours" in text_of(
        emma.get("/wp-admin/edit-comments.php").text
    )


def test_a_mark_in_wp_admin_counts(emma: Blog) -> None:
    emma.sign_in()
    page = emma.get("/wp-admin/edit-comments.php").text
    link = next(html.unescape(found) for found in re.findall(r'href="([^"]*mentor_bridge_insightful[^"]*)"', page))
    assert "est marqué comme éclairant" in text_of(emma.get(link).text)
    marked = "SELECT comment_id FROM wp_commentmeta WHERE meta_key = '_mentor_bridge_insightful'"
    post = int(emma.sql(f"SELECT comment_post_ID FROM wp_comments WHERE comment_ID IN ({marked})")[0][0])
    wait_until(lambda: emma.eval(PUSHED)["posts"][str(post)]["insightful"] == 1, "the mark counts")


def test_strangers_and_subscribers_see_none_of_it(emma: Blog) -> None:
    code = str(emma.eval("return Mentor_Bridge\\Commenter::of_email( 'zoe@example.org' );"))
    reader = Blog(emma.database, emma.root.parent, "emma", "", "fr_FR", port=emma.port)
    subscriber = Blog(emma.database, emma.root.parent, "emma", "", "fr_FR", port=emma.port)
    subscriber.sign_in("lea")
    for who in (reader, subscriber):
        for path in (
            "/",
            "/?rest_route=/wp/v2/posts",
            "/?rest_route=/wp/v2/comments",
            "/wp-admin/",
            "/wp-admin/edit.php",
        ):
            page = who.get(path).text
            for trace in (code, "mentor_bridge_stats", "mentor_bridge_conversations", "unique_commenters", "Habitué"):
                assert trace not in page, (path, trace)


def test_erasing_a_person_reaches_the_bridge(emma: Blog, bridge: RunningBridge) -> None:
    said = emma.eval(
        "$said = array(); $all = apply_filters( 'wp_privacy_personal_data_erasers', array() );"
        " foreach ( $all as $name => $eraser ) { $page = 0;"
        " do { $answer = call_user_func( $eraser['callback'], 'zoe@example.org', ++$page );"
        " if ( 'mentor-bridge' === $name ) { $said = $answer['messages']; } } while ( ! $answer['done'] ); }"
        " do_action( 'wp_privacy_personal_data_erased', 0 ); return $said;"
    )
    assert "a confirmé" in " ".join(said)
    assert emma.sql("SELECT COUNT(*) FROM wp_comments WHERE comment_author_email = 'zoe@example.org'") == [["0"]]
    agree(emma, bridge, "Zoé's comments are nobody's")
    database = (bridge.home / "bridge.sqlite").read_bytes()
    assert b"zoe@example.org" not in database.lower()


def test_switched_off_everything_goes(emma: Blog, bridge: RunningBridge) -> None:
    assert stored_in_bridge(bridge, emma)["comments"] > 0
    emma.eval("Mentor_Bridge\\Connection::set_statistics( false ); return true;")
    assert emma.eval(PUSHED) == {"blog": None, "posts": [], "people": []}
    wait_until(lambda: stored_in_bridge(bridge, emma)["comments"] == 0, "no comment is held")
    emma.eval("Mentor_Bridge\\Connection::set_statistics( true ); return true;")
    agree(emma, bridge, "statistics are on again")
    assert emma.complaints() == []
