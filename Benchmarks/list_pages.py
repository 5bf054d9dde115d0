#!/usr/bin/env python3
"""Latency of list pages over HTTP, at a steady rate and as fast as they come.

usage: list_pages.py [--rate 200] [--seconds 20] [--connections 4] NAME=URL...
Each URL is asked at the rate (latency counts from the moment at which the request was due, so that a stall is not
hidden), then back to back. ANWAL_API_KEY is sent as a bearer token; a path in ANWAL_API_KEYS names a file of keys of different
people, one a line, that are taken in turn, since one person may ask 600 times a minute. Prints milliseconds and pages a second.
"""
import argparse
import http.client
import itertools
import os
import sys
import threading
import time
from urllib.parse import urlsplit


def headers():
    """Those of one request after the other, for ever."""
    if path := os.environ.get("ANWAL_API_KEYS"):
        with open(path, encoding="ascii") as file:
            keys = file.read().split()
    else:
        keys = [key for key in [os.environ.get("ANWAL_API_KEY")] if key]
    return itertools.cycle([{"Authorization": f"Bearer {key}"} for key in keys] or [{}])


HEADERS = headers()


class Client:
    def __init__(self, url):
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=30)
        self.path = parts.path + (f"?{parts.query}" if parts.query else "")

    def get(self):
        self.connection.request("GET", self.path, headers=next(HEADERS))
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{answer.status} for {self.path}: {body[:200]!r}")
        return len(body)


def run(url, connections, seconds, rate):
    """Seconds of each request; `rate` None means back to back."""
    taken, lock, start = [], threading.Lock(), time.perf_counter() + 0.1

    def work(first):
        client, own, n = Client(url), [], first
        client.get()
        while True:
            due = start + n / rate if rate else time.perf_counter()
            if due - start >= seconds:
                break
            time.sleep(max(0, due - time.perf_counter()))
            client.get()
            own.append(time.perf_counter() - due)
            n += connections
        with lock:
            taken.extend(own)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if not taken:
        sys.exit("nothing was measured")
    return sorted(taken)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("urls", nargs="+", metavar="NAME=URL")
    options = parser.parse_args()
    for entry in options.urls:
        name, url = entry.split("=", 1)
        steady = run(url, options.connections, options.seconds, options.rate)
        p50, p95, p99 = (1000 * steady[min(len(steady) - 1, int(len(steady) * q))] for q in (0.5, 0.95, 0.99))
        flat_out = run(url, 2, min(options.seconds, 10), None)
        print(
            f"{name:12} at {options.rate:.0f}/s: n {len(steady)} p50 {p50:.2f} p95 {p95:.2f} p99 {p99:.2f} ms; "
            f"flat out on 2 connections: {len(flat_out) / min(options.seconds, 10):.0f} pages/s"
        )


if __name__ == "__main__":
    main()
