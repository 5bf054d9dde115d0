#!/usr/bin/env python3
"""The search for duplicates over what is stored: time, memory, precision and recall.

usage: duplicates.py ANWAL DATA_FOLDER TRUTH.csv
DATA_FOLDER is an embedded store into which the workbook of make_stored.py was imported and nothing else. Runs `anwal duplicates find` on it, which
opens the folder itself, then reads the pairs and holds them to TRUTH.csv as MatchingBench does: a record is right when it and the first of its
group are copies of one company; a copy is found when it and its original are in one group.
"""
import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
import time


def group_of(parents, item):
    while parents.get(item, item) != item:
        item = parents[item]
    return item


def pairs(folder):
    """The pairs as numbers of rows: ids ascend with the rows of the file."""
    database = sqlite3.connect(f"file:{os.path.join(folder, 'anwal.sqlite')}?mode=ro", uri=True)
    rows = {row[0]: number for number, row in enumerate(database.execute('select "_id" from companies order by "_id"'))}
    query = "select entityId1, entityId2 from duplicate_reviews where entityType = 'company' and status = 'pending'"
    return len(rows), [(rows[a], rows[b]) for a, b in database.execute(query)]


def quality(count, found, truth):
    origin = list(range(count))
    gold = [(int(line["original"]), int(line["row"])) for line in csv.DictReader(open(truth, encoding="utf-8"))]
    for original, row in sorted(gold, key=lambda pair: pair[1]):
        origin[row] = origin[original]
    parents = {}
    for a, b in found:
        a, b = group_of(parents, a), group_of(parents, b)
        if a != b:
            parents[max(a, b)] = min(a, b)
    reported = [(row, group_of(parents, row)) for row in parents]
    right = sum(origin[row] == origin[first] for row, first in reported)
    hit = sum(group_of(parents, original) == group_of(parents, row) for original, row in gold)
    return right / max(1, len(reported)), hit / max(1, len(gold))


def main():
    anwal, folder, truth = sys.argv[1:4]
    started = time.monotonic()
    log = subprocess.run(
        ["/usr/bin/time", "-v", anwal, "duplicates", "find", "--json", "--data", folder], check=True, text=True, capture_output=True)
    wall = time.monotonic() - started
    peak = int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", log.stderr).group(1)) // 1024
    cpu = sum(float(re.search(rf"{name} time \(seconds\): ([\d.]+)", log.stderr).group(1)) for name in ("User", "System"))
    count, found = pairs(folder)
    precision, recall = quality(count, found, truth)
    told = json.loads(log.stdout)
    print(f"records {told['rows']}, pairs {told['pairs']}, of companies {len(found)}")
    print(f"wall {wall:.1f} s, processor {cpu:.1f} s, peak {peak} MB, precision {precision:.4f}, recall {recall:.4f}, seconds {wall:.1f}")


main()
