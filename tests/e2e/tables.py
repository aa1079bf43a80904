"""Figures of a blog, by SQL over WordPress's own tables, and as the plugin holds them."""

from __future__ import annotations

PARTICIPANT = 1  # user who takes part


STAFF = "SELECT user_id FROM wp_usermeta WHERE meta_key = 'wp_user_level' AND meta_value > 0"


def readers(comment: str = "c", post: str = "p") -> str:
    """FROM and WHERE: approved comments of readers under public posts of the author who takes part."""
    return (
        f"FROM wp_comments {comment} JOIN wp_posts {post} ON {post}.ID = {comment}.comment_post_ID"
        f" WHERE {comment}.comment_approved = '1' AND {comment}.comment_type IN ('', 'comment')"
        f" AND {post}.post_status = 'publish' AND {post}.post_password = '' AND {post}.post_author = {PARTICIPANT}"
        f" AND {comment}.user_id NOT IN ({STAFF})"
    )


PERSON = "LOWER(TRIM(c.comment_author_email))"
KNOWN = f"{readers()} AND c.comment_author_email <> ''"
ANSWER = (
    "SELECT 1 FROM wp_comments a WHERE a.comment_parent = c.comment_ID AND a.comment_approved = '1'"
    f" AND a.user_id = {PARTICIPANT}"
)
IN_TIME = f"{ANSWER} AND a.comment_date_gmt <= c.comment_date_gmt + INTERVAL 7 DAY"
EARLIER_ELSEWHERE = (
    f"SELECT 1 {readers('d', 'q')} AND d.comment_author_email = c.comment_author_email"
    " AND d.comment_post_ID <> c.comment_post_ID AND d.comment_date_gmt <= c.comment_date_gmt - INTERVAL 1 DAY"
)
REGULAR = "COUNT(DISTINCT c.comment_post_ID) >= 3 AND COUNT(DISTINCT DATE(c.comment_date_gmt)) >= 3"
POSTS = f"post_type = 'post' AND post_status = 'publish' AND post_author = {PARTICIPANT}"

# All that happens in the story lies within the window.
COUNTED = {
    "comments": f"SELECT COUNT(*) {readers()}",
    "posts": f"SELECT COUNT(*) FROM wp_posts WHERE {POSTS}",
    "unique_commenters": f"SELECT COUNT(DISTINCT {PERSON}) {KNOWN}",
    "new_commenters": f"SELECT COUNT(DISTINCT {PERSON}) {KNOWN}",
    "returning_commenters": f"SELECT COUNT(DISTINCT {PERSON}) {KNOWN} AND EXISTS ({EARLIER_ELSEWHERE})",
    "regulars": f"SELECT COUNT(*) FROM (SELECT 1 {KNOWN} GROUP BY {PERSON} HAVING {REGULAR}) r",
    "waiting": f"SELECT COUNT(*) {readers()} AND c.comment_parent = 0 AND NOT EXISTS ({ANSWER})",
    "reply_rate": f"SELECT ROUND(AVG(EXISTS ({IN_TIME})), 6) {readers()} AND c.comment_parent = 0"
    " AND c.comment_date_gmt <= UTC_DATE() - INTERVAL 7 DAY",
}
PER_POST = f"SELECT p.ID, COUNT(*), COUNT(DISTINCT NULLIF({PERSON}, '')) {readers()} GROUP BY p.ID"
PER_PERSON = f"SELECT {PERSON}, COUNT(*), COUNT(DISTINCT p.ID) {KNOWN} GROUP BY 1"

PUSHED = r"""
    $posts = array(); $people = array();
    foreach ( get_posts( array( 'numberposts' => -1 ) ) as $post ) {
        $posts[ $post->ID ] = Mentor_Bridge\Statistics::post( $post->ID );
    }
    foreach ( get_comments( array( 'status' => 'approve' ) ) as $c ) {
        $code  = Mentor_Bridge\Commenter::of( $c )[0];
        $email = strtolower( trim( $c->comment_author_email ) );
        $people[ $email ] = Mentor_Bridge\Statistics::commenters( array( $code ) )[ $code ] ?? null;
    }
    return array( 'blog' => Mentor_Bridge\Statistics::blog(), 'posts' => array_filter( $posts ),
        'people' => array_filter( $people ) );
"""
CODES = r"""
    $codes = array();
    foreach ( get_comments() as $c ) {
        $codes[ Mentor_Bridge\Commenter::of( $c )[0] ] = strtolower( trim( $c->comment_author_email ) );
    }
    return $codes;
"""
