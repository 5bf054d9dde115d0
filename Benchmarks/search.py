#!/usr/bin/env python3
"""Latency of the search over HTTP beside SQLite's FTS5 by rank, with the queries of fts_bench.py.

usage: search.py URL IN.csv [--queries 300] [--peer DIR] [--bench ../shared/bench]

URL is that of a running server whose companies came from IN.csv; ANWAL_API_KEY (or ANWAL_API_KEYS, a file of keys taken in turn, since
one person may ask 600 times a minute) is sent as a bearer token. Kinds of queries: one word, two or three words, the beginning of
a word, a word with one letter wrong. With --peer the same queries go to FTS5 (folded text, prefix indexes, top 20 by bm25), one kind after
the other in turn. Prints milliseconds.
"""
import argparse
import http.client
import itertools
import os
import random
import sqlite3
import sys
import time
from urllib.parse import quote, urlsplit


def keys():
    if path := os.environ.get("ANWAL_API_KEYS"):
        with open(path, encoding="ascii") as file:
            return itertools.cycle(file.read().split())
    return itertools.cycle([os.environ.get("ANWAL_API_KEY", "")])


def misspelt(word, rnd):
    """One letter wrong, missing, doubled, or two exchanged."""
    at = rnd.randrange(1, len(word) - 1)
    kind = rnd.randrange(4)
    if kind == 0:
        return word[:at] + rnd.choice("ابتجدرسعفقكلمنهي" if ord(word[0]) > 1000 else "aeioulnrst") + word[at + 1:]
    if kind == 1:
        return word[:at] + word[at + 1:]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2:]


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def report(name, times, hits):
    print(f"{name:44} p50 {percentile(times, .5):8.2f}  p95 {percentile(times, .95):8.2f}  p99 {percentile(times, .99):8.2f} ms"
          f"  hits/query {hits / len(times):.1f}", flush=True)


def measure(queries, ask, pause=0.0):
    times, hits = [], 0
    for query in queries:
        time.sleep(pause)
        start = time.perf_counter()
        hits += ask(query)
        times.append(time.perf_counter() - start)
    return times, hits


def ours(url):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=60)
    tokens = keys()

    def ask(words):
        path = "/api/search?limit=20&q=" + quote(" ".join(words))
        connection.request("GET", path, headers={"Authorization": "Bearer " + next(tokens)})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{answer.status} {body[:200]!r}")
        return body.count(b'"kind"')
    return ask


def fts5(rows, folder, norm):
    path = os.path.join(folder, "fts5.db")
    fresh = not os.path.exists(path)
    con = sqlite3.connect(path, isolation_level=None)
    con.execute("pragma journal_mode=wal")
    con.execute("pragma cache_size=-524288")
    if fresh:
        con.execute("create virtual table f using fts5(name, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3')")
        con.execute("begin")
        con.executemany("insert into f(rowid,name) values(?,?)", ((i, norm(r[0] + " " + r[1])) for i, r in enumerate(rows)))
        con.execute("commit")
        con.execute("insert into f(f) values('optimize')")

    def ask(words, prefix=False):
        match = " AND ".join('"' + w.replace('"', '""') + '"' + ("*" if prefix else "") for w in words)
        return len(con.execute("select rowid from f where f match ? order by rank limit 20", (match,)).fetchall())
    return ask


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("url")
    ap.add_argument("src")
    ap.add_argument("--queries", type=int, default=300)
    ap.add_argument("--peer")
    ap.add_argument("--pause", type=float, default=0.1, help="seconds between two questions to the server")
    ap.add_argument("--bench", default=os.environ.get("ANWAL_SHARED", "../shared") + "/bench")
    a = ap.parse_args()
    sys.path.insert(0, a.bench)
    from common import load, norm
    from fts_bench import make_queries
    rows = load(a.src, None)
    one, several, beginning = make_queries(rows, a.queries)
    rnd = random.Random(13)
    kinds = [
        ("one word", [(q,) for q in one]), ("two or three words", several), ("the beginning of a word", [(q,) for q in beginning]),
        ("one letter wrong", [(misspelt(q, rnd),) for q in one if len(q) >= 5]),
    ]
    ask = ours(a.url)
    peer = fts5(rows, a.peer, norm) if a.peer else None
    everything = []
    for name, queries in kinds:
        times, hits = measure(queries, ask, a.pause)
        everything += times
        report("ours, " + name, times, hits)
        if peer:
            times, hits = measure(queries, lambda q: peer(q, prefix=name.startswith("the beginning")))
            report("FTS5 by rank, " + name, times, hits)
    report("ours, all", everything, 0)


if __name__ == "__main__":
    main()
