"""What goes wrong between a blog and the bridge, and loses nothing."""

from __future__ import annotations

import http.client
import xmlrpc.client
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.lab.fixtures import connect_blog, stored_in_bridge, wait_until, write_post
from tests.lab.texts import CASH
from tests.lab.wordpress import Blog
from tests.running import HANG_SECONDS, RunningBridge, free_port


class Losing:
    """Stands before a bridge and, when told to, drops the answer after the bridge has given it."""

    def __init__(self, target: int) -> None:
        self.lose = False
        self.lost = 0
        losing = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                onward = http.client.HTTPConnection("127.0.0.1", target, timeout=HANG_SECONDS)
                onward.request("POST", self.path, body, dict(self.headers))
                answer = onward.getresponse()
                raw = answer.read()
                if losing.lose and self.path.startswith("/webhooks/"):
                    losing.lost += 1
                    self.connection.close()
                    return
                self.send_response(answer.status)
                for name in ("Content-Type", "Date", "webhook-id", "webhook-timestamp", "webhook-signature"):
                    if answer.getheader(name):
                        self.send_header(name, str(answer.getheader(name)))
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def losing(folder: Path) -> Iterator[tuple[Losing, RunningBridge]]:
    """A bridge of its own behind something that loses answers."""
    port = free_port()
    proxy = Losing(port)
    with RunningBridge(folder / "losing", port=port, PUBLIC_URL=proxy.url) as running:
        yield proxy, running
    proxy.server.shutdown()
    proxy.server.server_close()


def test_a_lost_answer_followed_by_an_edit_loses_nothing(
    new_blog: Callable[..., Blog], losing: tuple[Losing, RunningBridge]
) -> None:
    proxy, running = losing
    blog = new_blog("erin", posts=CASH[:3])
    running_url, running.url = running.url, proxy.url
    connect_blog(blog, running)
    running.url = running_url
    wait_until(lambda: stored_in_bridge(running, blog)["posts"] == 3, "the first posts")
    proxy.lose = True
    post = write_post(blog, "Perdu en route", CASH[3][1])
    wait_until(lambda: proxy.lost > 0, "an answer was lost")
    blog.eval(f"wp_update_post( array( 'ID' => {post}, 'post_title' => 'Retrouvé' ) ); return true;")
    proxy.lose = False
    blog.eval("return Mentor_Bridge\\Sender::drain( 'button', 5.0 );")
    wait_until(lambda: stored_in_bridge(running, blog)["posts"] == 4, "the post arrived")
    wait_until(lambda: blog.eval("return Mentor_Bridge\\Outbox::progress()['waiting'];") == 0, "nothing waits")


def test_a_bridge_that_is_away_costs_only_the_delay(new_blog: Callable[..., Blog], folder: Path) -> None:
    running = RunningBridge(folder / "away").start()
    blog = connect_blog(new_blog("fred", posts=CASH[:2]), running)
    wait_until(lambda: stored_in_bridge(running, blog)["posts"] == 2, "the first posts")
    running.stop()
    post = blog.publish("Pendant la panne", CASH[2][1])
    assert blog.get(f"/?p={post}").status == 200
    running.start()
    try:
        # The starting bridge pokes the blog: nobody has to visit it.
        wait_until(lambda: stored_in_bridge(running, blog)["posts"] == 3, "sent after the poke", seconds=40)
    finally:
        running.stop()


def test_the_user_of_the_bridge_may_do_nothing_else(ada: Blog) -> None:
    name = ada.eval(
        "return get_users( array( 'role' => 'mentor_bridge', 'fields' => array( 'user_login' ) ) )[0]->user_login;"
    )
    password = ada.eval(
        f"return WP_Application_Passwords::create_new_application_password("
        f" get_user_by( 'login', '{name}' )->ID, array( 'name' => 'test' ) )[0];"
    )
    server = ada.xmlrpc()
    assert server.mentorBridge.ping(0, name, password) == "pong"
    for method, arguments in (("getComments", {}), ("getUsers", {}), ("getPosts", {"post_status": "draft"})):
        with pytest.raises(xmlrpc.client.Fault):
            getattr(server.wp, method)(0, name, password, arguments)


def test_a_page_view_calls_nobody_and_asks_the_database_nothing_more(ada: Blog, bridge: RunningBridge) -> None:
    counted = (
        "add_filter( 'pre_http_request', function ( $p, $a, $url ) { $GLOBALS['calls'][] = $url; return $p; }, 10, 3 );"
    )
    calls = ada.eval(
        f"{counted} $GLOBALS['calls'] = array(); query_posts( 'p=' . get_posts( 'numberposts=1' )[0]->ID ); the_post();"
        " $before = get_num_queries(); ob_start(); the_content(); ob_end_clean();"
        " return array( count( $GLOBALS['calls'] ), get_num_queries() - $before );"
    )
    assert calls == [0, 0]
