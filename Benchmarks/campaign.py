#!/usr/bin/env python3
"""The whole way of a campaign (P10): its list made, mails rendered with their links, sent, and every step durable, beside a Go pool that
renders and keeps nothing.

usage: campaign.py ANWAL SMTPBENCH [--recipients 20000] [--connections 40] [--peer-connections 10] [--rounds 3] [--port 10025]

Starts Postfix's smtp-sink for both. Ours is `anwal serve` on a new folder, asked through its socket; the time runs from the order to send until the
campaign says that it was sent, and beside it stand the making of the list, the server's memory, and what one fdatasync costs here.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "scripts"))
from campaign_world import Server, prepare  # noqa: E402


def fsync_milliseconds(folder):
    path, costs = os.path.join(folder, "probe"), []
    with open(path, "wb") as probe:
        for _ in range(200):
            probe.write(b"x" * 4096)
            probe.flush()
            began = time.perf_counter()
            os.fdatasync(probe.fileno())
            costs.append((time.perf_counter() - began) * 1000)
    os.remove(path)
    return round(statistics.median(costs), 2)


def memory(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)) // 1024


def cpu(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("anwal"), words.add_argument("smtpbench")
    words.add_argument("--recipients", type=int, default=20_000)
    words.add_argument("--connections", type=int, default=40)
    words.add_argument("--peer-connections", type=int, default=10)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--port", type=int, default=10025)
    args = words.parse_args()
    folder = tempfile.mkdtemp(prefix="anwal-bench-")
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    sink = subprocess.Popen(["/usr/sbin/smtp-sink", *user, "-h", "sink.invalid", f"127.0.0.1:{args.port}", "1000"])
    server = Server(os.path.join(folder, "data"), args.anwal, args.connections)
    try:
        print(f"fdatasync {fsync_milliseconds(folder)} ms", flush=True)
        first = prepare(server, args.recipients, args.port)
        ours, peers, lists = [], [], []
        for number in range(args.rounds):
            out = subprocess.run([args.smtpbench, "-addr", f"127.0.0.1:{args.port}", "-n", str(args.recipients), "-conns",
                                  str(args.peer_connections), "-render"], capture_output=True, text=True, check=True).stdout
            peers.append(float(re.search(r"per_s (\d+)", out).group(1)))
            campaign = first
            if number:
                campaign = server.must("POST", f"/api/campaigns/{first}/copies", {"name": f"{number}"})["_id"]
                began = time.perf_counter()
                server.must("POST", f"/api/campaigns/{campaign}/recipients")
                while server.must("GET", f"/api/campaigns/{campaign}/counts")["list"]:
                    time.sleep(0.1)
                lists.append(args.recipients / (time.perf_counter() - began))
            used, began = cpu(server.process), time.perf_counter()
            server.must("POST", f"/api/campaigns/{campaign}/schedule", {})
            # 600 requests a minute are allowed.
            while server.must("GET", f"/api/campaigns/{campaign}")["status"] != "sent":
                time.sleep(0.1)
            seconds = time.perf_counter() - began
            ours.append(args.recipients / seconds)
            counts = server.must("GET", f"/api/campaigns/{campaign}/counts")
            if counts["sent"] != args.recipients:
                raise SystemExit(f"not all were sent: {counts}")
            print(f"go {peers[-1]:.0f} per_s, ours {ours[-1]:.0f} per_s, CPU {cpu(server.process) - used:.1f} s, "
                  f"memory {memory(server.process)} MB", flush=True)
        result = {"recipients": args.recipients, "connections": args.connections, "peerConnections": args.peer_connections,
                  "go": round(statistics.median(peers)), "ours": round(statistics.median(ours)),
                  "ratio": round(statistics.median(ours) / statistics.median(peers), 2),
                  "listPerSecond": round(statistics.median(lists)) if lists else None, "memoryMB": memory(server.process)}
        print(json.dumps(result))
        server.stop()
    finally:
        if server.process and server.process.poll() is None:
            server.process.kill()
        sink.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
