#!/usr/bin/env python3
"""Openings and clicks (P11): `anwal serve` beside nginx with a buffered log, both driven by wrk, in turn.

usage: tracking.py ANWAL HTTP_BENCH [--seconds 8] [--rounds 3] [--connections 64]

HTTP_BENCH is the peers' http_bench.sh. Afterwards every answer that wrk counted must be an event in the store: none lost.
"""
import argparse
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "scripts"))
from campaign_world import Server, Sink, prepare  # noqa: E402


def wrk(address, seconds, connections):
    out = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "-H",
                          "User-Agent: Mozilla/5.0 (Windows NT 10.0) Chrome/126.0", address],
                         capture_output=True, text=True, check=True).stdout
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),
            "count": int(re.search(r"(\d+) requests in", out).group(1)),
            "p99": re.search(r"99%\s+(\S+)", out).group(1), "errors": "Non-2xx" in out and "302" not in out}


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("anwal"), words.add_argument("peer")
    words.add_argument("--sink", required=True)
    words.add_argument("--seconds", type=int, default=8)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--connections", type=int, default=64)
    words.add_argument("--listen", default="127.0.0.1:18778")
    args = words.parse_args()
    folder = tempfile.mkdtemp(prefix="anwal-bench-")
    sink = Sink(folder, args.sink)
    server = Server(os.path.join(folder, "data"), args.anwal, environment={})
    server.listen = args.listen
    try:
        campaign = prepare(server, 50, sink.port)
        server.must("POST", f"/api/campaigns/{campaign}/schedule", {})
        while server.must("GET", f"/api/campaigns/{campaign}")["status"] != "sent":
            time.sleep(0.05)
        with open(sink.record, encoding="utf-8") as record:
            token = json.loads(record.readline())["messageID"].strip("<>").split("@")[0]
        time.sleep(2.5)
        base, rates, hits = f"http://{args.listen}", {"open": [], "click": []}, 0
        peers = {"gif_log": [], "redirect_log": []}
        subprocess.run(["curl", "-s", "-o", "/dev/null", f"{base}/c/{token}/0"], check=True)
        hits += 1
        for _ in range(args.rounds):
            out = subprocess.run([args.peer, "18080", str(args.seconds), "1", str(args.connections)],
                                 capture_output=True, text=True, check=True).stdout
            for name in peers:
                peers[name].append(float(re.search(rf"^{name} (\d+)", out, re.M).group(1)))
            for name, path in (("open", f"/o/{token}.gif"), ("click", f"/c/{token}/0")):
                run = wrk(base + path, args.seconds, args.connections)
                rates[name].append(run["rate"])
                hits += run["count"]
                print(name, run, flush=True)
        # wrk ends with requests under way that it does not count: at most one a connection and run.
        until = time.monotonic() + 600
        con = sqlite3.connect(f"file:{server.folder}/anwal.sqlite?mode=ro", uri=True)
        while time.monotonic() < until:
            stored = con.execute("select count(*) from tracking_events").fetchone()[0]
            if stored >= hits and not os.listdir(os.path.join(server.folder, "tracking")):
                break
            time.sleep(0.5)
        result = {"hits": hits, "stored": stored, "mayBeMore": 2 * args.rounds * args.connections,
                  "nginxOpen": round(statistics.median(peers["gif_log"])), "open": round(statistics.median(rates["open"])),
                  "nginxClick": round(statistics.median(peers["redirect_log"])), "click": round(statistics.median(rates["click"]))}
        result["openRatio"] = round(result["open"] / result["nginxOpen"], 3)
        result["clickRatio"] = round(result["click"] / result["nginxClick"], 3)
        print(json.dumps(result))
        server.stop()
        if stored < hits:
            raise SystemExit("some were lost")
    finally:
        if server.process and server.process.poll() is None:
            server.process.kill()
        sink.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
