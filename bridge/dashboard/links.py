"""Ways from the dashboard to the blog. Addresses come from blogs, so only http and https leave here."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

from bridge.legible import web_address
from bridge.storage.blogs.blogs import Blog


def web_link(url: str) -> str:
    """The address, or "" when it is none that a browser should be sent to."""
    return web_address(url)


def reply_link(post_url: str, comment: str) -> str:
    """The reply form under a comment: WordPress's own `replytocom`, so it needs no script."""
    if not web_link(post_url) or not comment.isdecimal():
        return web_link(post_url)  # an imported blog has no such form
    parts = urlsplit(post_url)
    query = "&".join(part for part in (parts.query, urlencode({"replytocom": comment})) if part)
    return urlunsplit(parts._replace(query=query, fragment="respond"))


def admin_link(blog: Blog, page: str) -> str:
    """A screen of wp-admin; "" for a blog that has none. XML-RPC lies beside wp-admin, wherever that is."""
    if blog.origin != "connected":
        return ""
    base = blog.facts.xmlrpc_url.removesuffix("xmlrpc.php") if blog.facts.xmlrpc_url else f"{blog.facts.home_url}/"
    return web_link(f"{base}wp-admin/{page}")


def profile_link(blog: Blog) -> str:
    """Where an author declares offers and needs, and takes part or not."""
    return admin_link(blog, "profile.php#mentor-bridge")


def settings_link(blog: Blog) -> str:
    """Where the owner connects and disconnects."""
    return admin_link(blog, "options-general.php?page=mentor-bridge")
