"""`make lint` refuses the kinds of fault for which the plugin directory sends a plugin back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FAULTS = {
    "echo $name;": "Security.LateEscaping",
    "echo '<b>' . $name . '</b>';": "Security.LateEscaping",
    "echo $is_open ? esc_html( $name ) : $name;": "Security.LateEscaping",
    "printf( '%s', $name );": "Security.LateEscaping",
    "?><p><?= $name ?></p><?php": "Security.LateEscaping",
    "throw new Exception( 'The header ' . $name );": "Security.LateEscaping",
    "get_posts( array( 'suppress_filters' => true ) );": "DB.SuppressedFilters",
    '$wpdb->query( "DELETE FROM $table WHERE id = $id" );': "DB.Prepared",
    "$wpdb->get_var( 'SELECT 1 FROM t WHERE name = ' . $name );": "DB.Prepared",
    '$wpdb->get_col( $wpdb->prepare( "SELECT $id FROM $table WHERE name = %s", $name ) );': "DB.Prepared",
    "esc_html__( 'Save', 'other-plugin' );": "WP.TextDomain",
    "__( $name, 'mentor-bridge' );": "WP.TextDomain",
    "/* The name. */\n__( 'Hello %s', 'mentor-bridge' );": "WP.TextDomain",
    "/**\n * Plugin URI: https://example.org/plugin\n */": "WP.HeaderAddress",
    "/**\n * Author URI: http://localhost/me\n */": "WP.HeaderAddress",
}
HARMLESS = (
    "echo '<b>' . esc_html( $name ) . '</b>' . (int) $number . ( $is_open ? ' open' : '' );",
    "printf( '<a href=\"%s\">%s</a>', esc_url( $url ), esc_html__( 'Save', 'mentor-bridge' ) );",
    "echo '<li>' . implode( '</li><li>', array_map( 'esc_html', $names ) ) . '</li>';",
    "echo $html; // phpcs:ignore MentorBridge.Security -- escaped where it was made.",
    "throw new Exception( 'Too late', (int) ( $now - $then ) ); throw Hidden::post( $name );",
    "/* translators: %s: a name. */\n__( 'Hello %s', 'mentor-bridge' ); __( 'A hundred %', 'mentor-bridge' );",
    "get_posts( array( 'suppress_filters' => false ) );",
    '$wpdb->get_var( $wpdb->prepare( "SELECT id FROM $table WHERE name = %s", $name ) );',
    "$wpdb->query( \"DELETE FROM $table WHERE id IN (\" . implode( ',', array_map( 'intval', $ids ) ) . ')' );",
    "esc_html__( 'Save' ); _n( 'one', 'many', $count, 'mentor-bridge' );",
    "/**\n * Plugin URI: https://wordpress.org/plugins/mentor-bridge\n */",
)

pytestmark = pytest.mark.wordpress


def findings(folder: Path, sources: tuple[str, ...]) -> dict[int, str]:
    """By number of a source: which rule it breaks."""
    for number, source in enumerate(sources):
        (folder / f"source{number:02d}.php").write_text(f"<?php\n{source}\n")
    standard = ROOT / ".ci" / "phpcs" / "MentorBridge"
    command = ["phpcs", "-q", "-s", "--report=emacs", f"--standard={standard}", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    broken = {}
    for line in done.stdout.splitlines():
        name, _, rest = line.partition(".php:")
        broken[int(name[-2:])] = ".".join(rest.rpartition("(MentorBridge.")[2].split(".")[:2])
    return broken


def test_each_kind_is_found(tmp_path: Path) -> None:
    assert findings(tmp_path, tuple(FAULTS)) == dict(enumerate(FAULTS.values()))


def test_what_is_in_order_is_let_be(tmp_path: Path) -> None:
    assert findings(tmp_path, HARMLESS) == {}


def test_lint_asks_for_them_of_the_plugin() -> None:
    rules = (ROOT / ".phpcs.xml").read_text("utf-8")
    assert '<rule ref=".ci/phpcs/MentorBridge">' in rules
