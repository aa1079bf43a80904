"""One real WordPress blog: installed without a browser, served by PHP, spoken to over HTTP."""

from __future__ import annotations

import base64
import http.cookiejar
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import xmlrpc.client
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.cores import core_tree, tree_version
from tests.lab.mariadb import MariaDB
from tests.running import HANG_SECONDS, free_port

CONFIG = """<?php
define( 'DB_NAME', '{name}' ); define( 'DB_USER', 'root' ); define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' ); define( 'DB_CHARSET', 'utf8mb4' ); define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT',
    'LOGGED_IN_SALT', 'NONCE_SALT' ) as $k ) {{ define( $k, '{name}' . $k . '0123456789abcdef' ); }}
$table_prefix = 'wp_';
define( 'WP_ENVIRONMENT_TYPE', 'local' ); define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost' );
define( 'WP_DEBUG', true ); define( 'WP_DEBUG_DISPLAY', false ); define( 'WP_DEBUG_LOG', '{log}' );
define( 'DISABLE_WP_CRON', {no_cron} );
if ( ! defined( 'ABSPATH' ) ) {{ define( 'ABSPATH', __DIR__ . '/' ); }}
require_once ABSPATH . 'wp-settings.php';
"""
ROUTER = """<?php
$path = parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ); $file = __DIR__ . $path;
if ( '/' !== $path && is_file( $file ) ) { return false; }
$index = is_dir( $file ) && is_file( rtrim( $file, '/' ) . '/index.php' ) ? rtrim( $path, '/' ) . '/index.php' : '/index.php';
chdir( dirname( __DIR__ . $index ) ); $_SERVER['SCRIPT_NAME'] = $index; require __DIR__ . $index;
"""
INSTALL = """<?php
define( 'WP_INSTALLING', true ); $_SERVER['HTTP_HOST'] = '127.0.0.1:1'; $_SERVER['REQUEST_URI'] = '/';
require $argv[1] . '/wp-load.php'; require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( $argv[2], 'admin', 'admin@example.org', true, '', $argv[5], $argv[4] );
update_option( 'siteurl', $argv[3] ); update_option( 'home', $argv[3] );
update_option( 'WPLANG', 'en_US' === $argv[4] ? '' : $argv[4] );
update_option( 'permalink_structure', '/%postname%/' );
wp_delete_post( 1, true ); wp_delete_post( 2, true );
update_option( 'comment_max_links', 9 ); update_option( 'comment_previously_approved', 0 );
"""
EVAL = """<?php
$_SERVER['HTTP_HOST'] = '{host}'; $_SERVER['REQUEST_URI'] = '/'; $_SERVER['REQUEST_METHOD'] = 'GET';
require '{root}/wp-load.php'; require_once ABSPATH . 'wp-admin/includes/admin.php';
$answer = ( function () {{ {code} }} )();
echo "\\n<<<" . wp_json_encode( is_wp_error( $answer ) ? array( 'error' => $answer->get_error_message() ) : $answer ) . '>>>';
"""
NETWORK = """<?php
$_SERVER['HTTP_HOST'] = $argv[2]; $_SERVER['REQUEST_URI'] = '/'; define( 'WP_ALLOW_MULTISITE', true );
require $argv[1] . '/wp-load.php'; require_once ABSPATH . 'wp-admin/includes/upgrade.php';
foreach ( $GLOBALS['wpdb']->tables( 'ms_global' ) as $table => $name ) { $GLOBALS['wpdb']->$table = $name; }
install_network(); populate_network( 1, $argv[2], 'admin@example.org', 'Network', '/', false );
"""
NETWORK_CONFIG = """<?php
define( 'MULTISITE', true ); define( 'SUBDOMAIN_INSTALL', false ); define( 'DOMAIN_CURRENT_SITE', '{host}' );
define( 'PATH_CURRENT_SITE', '/' ); define( 'SITE_ID_CURRENT_SITE', 1 ); define( 'BLOG_ID_CURRENT_SITE', 1 );
"""
SEARCH_REPLACE = """<?php
// As `wp search-replace --all-tables` does it: every text of every table, also inside of what is serialized.
define( 'SHORTINIT', true ); $_SERVER['HTTP_HOST'] = '127.0.0.1:1'; require $argv[1] . '/wp-load.php';
$pairs = json_decode( $argv[2], true );
$replace = function ( $value ) use ( &$replace, $pairs ) {
    if ( is_array( $value ) ) { return array_map( $replace, $value ); }
    if ( ! is_string( $value ) ) { return $value; }
    $inner = is_serialized( $value ) ? @unserialize( $value ) : false;
    return false === $inner ? strtr( $value, $pairs ) : serialize( $replace( $inner ) );
};
foreach ( $wpdb->get_col( 'SHOW TABLES' ) as $table ) {
    foreach ( $wpdb->get_results( "SELECT * FROM $table", ARRAY_A ) as $row ) {
        $other = array_map( $replace, $row );
        if ( $other !== $row ) { $wpdb->update( $table, $other, array_filter( $row, 'is_string' ) ); }
    }
}
"""
PASSWORD = "password-of-the-lab"


@dataclass
class Page:
    """Status and text of an answer."""

    status: int
    text: str


class Blog:
    """Install, serve, and act on it as its people would."""

    def __init__(
        self,
        database: MariaDB,
        folder: Path,
        name: str,
        title: str,
        locale: str,
        version: str = "6.1",
        port: int = 0,
        password: str = PASSWORD,
    ) -> None:
        self.database = database
        self.name = name
        self.title = title
        self.locale = locale
        self.version = version
        self.password = password
        self.root = folder / name
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    # -- life ------------------------------------------------------------------------------------------

    def install(self) -> Blog:
        """A fresh blog with an administrator and no content."""
        shared = self._shared_core()
        # Files that nobody writes to are there once; of the library PHP then keeps one compiled copy for all blogs.
        subprocess.run(["cp", "-al", str(shared), str(self.root)], check=True, timeout=HANG_SECONDS)
        shutil.rmtree(self.root / "wp-includes")
        (self.root / "wp-includes").symlink_to(shared / "wp-includes")
        values = {"name": self.name, "socket": self.database.socket, "log": self.log, "no_cron": "true"}
        (self.root / "wp-config.php").write_text(CONFIG.format(**values))
        (self.root / "router.php").write_text(ROUTER)
        (self.root.parent / "install.php").write_text(INSTALL)
        self.database.run(f"DROP DATABASE IF EXISTS {self.name}; CREATE DATABASE {self.name} CHARACTER SET utf8mb4")
        self._php(
            str(self.root.parent / "install.php"), str(self.root), self.title, self.url, self.locale, self.password
        )
        theme = "twentytwentyone" if self.version == "6.1" else "twentytwentyfive"
        self.eval(f"switch_theme( '{theme}' ); return true;")
        return self

    def _shared_core(self) -> Path:
        """This version's files beside the blogs, with the translations and without settings."""
        shared = self.root.parent / f"core-{self.version}"
        if not shared.exists():
            subprocess.run(["cp", "-aL", str(core_tree(self.version)), str(shared)], check=True, timeout=HANG_SECONDS)
            languages = core_tree("6.1") / "wp-content" / "languages"
            if not (shared / "wp-content" / "languages").exists() and languages.is_dir():
                subprocess.run(
                    ["cp", "-aL", str(languages), str(shared / "wp-content")], check=True, timeout=HANG_SECONDS
                )
            (shared / "wp-config.php").unlink(missing_ok=True)
        return shared

    def make_network(self) -> Blog:
        """Turn the blog into the first site of a network."""
        host = f"127.0.0.1:{self.port}"
        script = self.root.parent / "network.php"
        script.write_text(NETWORK)
        self._php(str(script), str(self.root), host)
        config = self.root / "wp-config.php"
        config.write_text(config.read_text().replace("<?php\n", NETWORK_CONFIG.format(host=host), 1))
        return self

    def copy(self, name: str, *, search_replace: bool) -> Blog:
        """Files and database once more, under another database name, as a host's staging button or Duplicator does.

        `search_replace`: at another address, and with that in every text; without, as behind an entry in /etc/hosts.
        """
        other = Blog(self.database, self.root.parent, name, self.title, self.locale, self.version)
        subprocess.run(["cp", "-a", str(self.root), str(other.root)], check=True, timeout=HANG_SECONDS)
        config = other.root / "wp-config.php"
        config.write_text(config.read_text().replace(f"'DB_NAME', '{self.name}'", f"'DB_NAME', '{name}'"))
        self.database.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        for (table,) in self.sql("SHOW TABLES"):
            target, source = f"{name}.{table}", f"{self.name}.{table}"
            self.database.run(f"CREATE TABLE {target} LIKE {source}; INSERT INTO {target} SELECT * FROM {source}")
        if search_replace:
            script = self.root.parent / "search-replace.php"
            script.write_text(SEARCH_REPLACE)
            pairs = {f"127.0.0.1:{self.port}": f"127.0.0.1:{other.port}", str(self.root): str(other.root)}
            self._php(str(script), str(other.root), json.dumps(pairs))
        return other

    def start(self) -> Blog:
        """Serve; more than one worker, because the bridge calls back while a request is open."""
        log = self.log.with_suffix(".server").open("ab")
        # A file that a test changes counts from the next request on, not two seconds later.
        self.process = subprocess.Popen(
            [
                "php",
                "-d",
                "opcache.revalidate_freq=0",
                *self._compiled(),
                "-S",
                f"127.0.0.1:{self.port}",
                "-t",
                str(self.root),
                str(self.root / "router.php"),
            ],
            env={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        until = time.monotonic() + HANG_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                self.get("/wp-login.php")
            except OSError:
                time.sleep(0.05)
            else:
                return self
        raise RuntimeError(f"the blog {self.name} does not answer")

    def stop(self) -> None:
        """End PHP's server and its workers by process group."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(HANG_SECONDS)
            self.process = None

    @property
    def release(self) -> str:
        """The version of WordPress that runs."""
        return tree_version(self.root)

    def install_plugin(self, archive: Path) -> None:
        """Put the plugin from a zip in place of what is there, as WordPress does, and activate it."""
        plugins = self.root / "wp-content" / "plugins"
        shutil.rmtree(plugins / "mentor-bridge", ignore_errors=True)
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(plugins)
        self.eval("return activate_plugin( 'mentor-bridge/mentor-bridge.php' );")

    # -- PHP inside of it --------------------------------------------------------------------------------

    def _php(self, *arguments: str) -> str:
        php = ["php", "-d", "opcache.enable_cli=1", "-d", "opcache.file_cache_only=1", *self._compiled()]
        done = subprocess.run([*php, *arguments], capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
        if done.returncode:
            raise RuntimeError(f"php failed: {done.stdout[-1500:]} {done.stderr[-1500:]}")
        return done.stdout

    def _compiled(self) -> tuple[str, str]:
        """WordPress is compiled once, and kept in files between one process and the next."""
        folder = self.root.parent / "opcache"
        folder.mkdir(exist_ok=True)
        return "-d", f"opcache.file_cache={folder}"

    def eval(self, code: str) -> Any:
        """Run PHP with WordPress loaded; what it returns, through JSON."""
        script = EVAL.format(host=f"127.0.0.1:{self.port}", root=self.root, code=code)
        path = self.root.parent / f"{self.name}.eval.php"
        path.write_text(script)
        out = self._php(str(path))
        answer = json.loads(out.rsplit("<<<", 1)[1].rsplit(">>>", 1)[0])
        if isinstance(answer, dict) and set(answer) == {"error"}:
            raise RuntimeError(answer["error"])
        return answer

    def sql(self, statement: str) -> list[list[str]]:
        """Rows of WordPress's own tables."""
        return [line.split("\t") for line in self.database.run(statement, self.name).splitlines()]

    def complaints(self) -> list[str]:
        """Lines of the debug log that name the plugin."""
        if not self.log.exists():
            return []
        return [line for line in self.log.read_text(errors="replace").splitlines() if "mentor" in line.lower()]

    # -- over HTTP ---------------------------------------------------------------------------------------

    def get(self, path: str, **headers: str) -> Page:
        """A page, with the cookies of who is signed in."""
        return self._open(urllib.request.Request(self._address(path), headers=headers))

    def post(self, path: str, fields: dict[str, str]) -> Page:
        """A form."""
        return self._open(urllib.request.Request(self._address(path), urllib.parse.urlencode(fields).encode()))

    def _address(self, path: str) -> str:
        return path if path.startswith("http") else self.url + path

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=HANG_SECONDS) as answer:
                return Page(answer.status, answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            return Page(error.code, error.read().decode("utf-8", "replace"))

    def sign_in(self, user: str = "admin", password: str | None = None) -> None:
        """A browser's session."""
        self.get("/wp-login.php")
        fields = {"log": user, "pwd": password or self.password, "testcookie": "1", "wp-submit": "Log In"}
        self.post("/wp-login.php", fields)
        assert any(cookie.name.startswith("wordpress_logged_in") for cookie in self._cookies), "not signed in"

    def rest(self, method: str, path: str, data: dict[str, Any] | None = None, user: str = "admin") -> Any:
        """WordPress's REST API, as a user with an application password."""
        request = urllib.request.Request(
            f"{self.url}/?rest_route={path}",
            json.dumps(data or {}).encode(),
            method=method,
            headers={"Content-Type": "application/json", "Authorization": self._basic(user)},
        )
        page = self._open(request)
        assert page.status < 300, (page.status, page.text[:500])
        return json.loads(page.text)

    def _basic(self, user: str) -> str:
        known: dict[str, str] = self.__dict__.setdefault("_basics", {})
        if user not in known:
            made = self.eval(
                f"return WP_Application_Passwords::create_new_application_password("
                f" get_user_by( 'login', '{user}' )->ID, array( 'name' => 'lab' ) )[0];"
            )
            token = f"{user}:{made}".encode()
            known[user] = "Basic " + base64.b64encode(token).decode()
        return known[user]

    def xmlrpc(self) -> xmlrpc.client.ServerProxy:
        """WordPress's XML-RPC."""
        return xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc.php")

    def publish(self, title: str, content: str, user: str = "admin", **more: Any) -> int:
        """A post by the block editor's way."""
        data = {"title": title, "content": content, "status": "publish", **more}
        return int(self.rest("POST", "/wp/v2/posts", data, user)["id"])

    def comment(self, post_id: int, name: str, text: str, parent: int = 0) -> None:
        """A visitor's comment, through the form."""
        fields = {
            "comment_post_ID": str(post_id),
            "comment_parent": str(parent),
            "author": name,
            "email": f"{name.lower()}@example.org",
            "comment": text,
            "submit": "Post",
        }
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with visitor.open(
            f"{self.url}/wp-comments-post.php", urllib.parse.urlencode(fields).encode(), timeout=HANG_SECONDS
        ):
            return
