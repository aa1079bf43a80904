"""From *Publish* on one real blog to the list stored on another, 30 times, through `bridge serve` as it comes.

Each post echoes one of the other blog's posts, so it must be named as the one to read under that post. The clock
starts before the request that publishes; the baseline is that request alone, which is what the writer waits for.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

from tests.bench.lab import blog, lab
from tests.bench.load import percentile
from tests.lab.fixtures import connect_blog, write_post
from tests.lab.wordpress import Blog
from tests.running import RunningBridge

PUBLISHES = 30
PAUSE_SECONDS = 1.0  # seconds between two: nobody publishes in one breath
TIMEOUT_SECONDS = 30.0
STARTS = ("ba", "cor", "del", "fa", "gri", "lu", "mo", "nar", "pi", "sol")
ENDS = ("bure", "chage", "dière", "lotte", "nerie", "quette", "ronde", "sage", "tine", "vaille")
SENTENCES = (
    "Quand j'ai commencé, je ne savais rien de la {0}, et mes clients me l'ont appris à leurs dépens.",
    "Avec la {1} et la {2}, j'ai compris comment fixer mes prix sans avoir peur de perdre quelqu'un.",
    "Aujourd'hui je note chaque semaine ce que la {3} me coûte, et ce que la {4} rapporte à l'atelier.",
    "Si c'était à refaire, je parlerais plus tôt de la {0} et de la {3} avec ceux qui sont passés par là.",
)
# Asked inside of the database server, so that looking costs the blog next to nothing.
WAIT = """
BEGIN NOT ATOMIC
  DECLARE tries INT DEFAULT 0;
  WHILE tries < {tries} AND NOT EXISTS (SELECT 1 FROM wp_postmeta
      WHERE post_id = {post} AND meta_key = '_mentor_bridge_related' AND meta_value LIKE '%{title}%') DO
    SET tries = tries + 1; DO SLEEP(0.01);
  END WHILE;
  SELECT tries;
END;
"""


def measure() -> dict[str, Any]:
    """Seconds."""
    with (
        lab() as (folder, server),
        RunningBridge(folder / "home") as bridge,
        blog(folder, server, "ada") as ada,
        blog(folder, server, "bruno") as bruno,
    ):
        read = [write_post(bruno, f"Sujet {n}", text_about(n)) for n in range(PUBLISHES)]
        for n in range(3):  # as many as it takes to be a mentor
            write_post(ada, f"Avant {n}", text_about(PUBLISHES + n) + text_about(n))
        connect_blog(bruno, bridge)
        connect_blog(ada, bridge)
        _settled(bruno)
        taken = [_publish(ada, bruno, n, read[n]) for n in range(PUBLISHES)]
    stored = [both[0] for both in taken]
    return {
        "publishes": PUBLISHES,
        "stored_p50_s": round(percentile(stored, 0.5), 2),
        "stored_p95_s": round(percentile(stored, 0.95), 2),
        "stored_max_s": round(max(stored), 2),
        "baseline_publish_request_p50_s": round(percentile([both[1] for both in taken], 0.5), 2),
    }


def text_about(subject: int) -> str:
    """A French post whose nouns belong to this subject alone."""
    nouns = [
        STARTS[(subject + 3 * n) % 10] + STARTS[(subject // 10 + n) % 10] + ENDS[(subject + n) % 10] for n in range(5)
    ]
    return " ".join(sentence.format(*nouns) for sentence in SENTENCES) + " "


def _publish(ada: Blog, bruno: Blog, number: int, echoed: int) -> tuple[float, float]:
    """Seconds until the list under the echoed post names the new one, and until the request was answered."""
    title = f"Reponse {number:02d}"
    question = WAIT.format(tries=int(TIMEOUT_SECONDS * 100), post=echoed, title=title)
    watch = subprocess.Popen(
        ["mysql", "--no-defaults", "-N", "-S", str(bruno.database.socket), "-uroot", "--delimiter=//", bruno.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watch.stdin is not None
    watch.stdin.write(question + "//\n")
    watch.stdin.close()
    began = time.perf_counter()
    ada.publish(title, text_about(number) * 2)
    answered = time.perf_counter() - began
    watch.wait(TIMEOUT_SECONDS + 10)
    stored = time.perf_counter() - began
    if stored >= TIMEOUT_SECONDS:
        raise RuntimeError(f"the list under {bruno.url}/?p={echoed} never named “{title}”")
    print(f"  publish {number}: request {answered:.2f} s, stored {stored:.2f} s", file=sys.stderr, flush=True)
    time.sleep(PAUSE_SECONDS)
    return stored, answered


def _settled(bruno: Blog) -> None:
    """Until everything of before has been told: the first lists are there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        rows = bruno.sql("SELECT COUNT(*) FROM wp_postmeta WHERE meta_key = '_mentor_bridge_related'")
        if int(rows[0][0]) > 0:
            time.sleep(5)
            return
        time.sleep(0.5)
    raise RuntimeError("no list arrived on the other blog before the first publish")
