"""Engagement, pure: who answers whom, from the comments of one blog.

    comments ─▶ commenters.classify_commenter ─▶ commenters.person_tally ─┐
                                    posts.post_tally ────────┴─▶ sums (whole numbers) ─▶ blog.blog_figures

Every figure of a blog is a function of sums over its posts and over its commenters, and the share of each is a
function of its own comments and the window. So a new comment changes the shares of one post and one commenter,
the sums by the difference, and what comes out equals a recomputation from nothing.
"""
