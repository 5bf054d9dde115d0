#!/usr/bin/env python3
"""Writes expected.tsv: what openpyxl, or python-calamine where that fails, reads from each workbook.

usage: make_expected.py SHARED_FOLDER        (needs openpyxl 3.1 and python-calamine 0.9)
Lines: file, source, sheet, hidden, cells, FNV-1a of "row TAB column TAB text LF" of all cells, the first cell's text.
"""
import glob
import os
import subprocess
import sys

import cell_text

# Where openpyxl is known to be wrong: it reads nothing of strict files and keeps white space that Excel drops.
CALAMINE_ONLY = {"strict_iso_paths.xlsx", "whitespace_trim.xlsx", "encoded_entities.xlsx"}


def fnv(cells):
    value = 0xCBF29CE484222325
    for row, column, text in sorted(cells):
        for byte in f"{row}\t{column}\t{text}\n".encode("utf-8", "surrogatepass"):
            value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def escaped(text):
    return text[:60].replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def one(source, path):
    for name, hidden, cells in getattr(cell_text, source + "_sheets")(path):
        first = escaped(min(cells)[2]) if cells else ""
        print(os.path.basename(path), source, escaped(name), int(hidden), len(cells), f"{fnv(cells):016x}", first, sep="\t")


def main():
    if len(sys.argv) == 3:
        return one(*sys.argv[1:])
    shared = sys.argv[1]
    files = [f for pattern in ("corpora/spreadsheets/*.xls*", "samples/*.xls*", "corpora/names/*.xlsx")
             for f in sorted(glob.glob(os.path.join(shared, pattern))) if not f.endswith("sparse.xlsx")]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected.tsv"), "w", encoding="utf-8") as out:
        for path in files:
            only = path.endswith(".xls") or os.path.basename(path) in CALAMINE_ONLY
            for source in ("calamine",) if only else ("openpyxl", "calamine"):
                try:
                    done = subprocess.run([sys.executable, "-W", "ignore", __file__, source, path], capture_output=True,
                                          timeout=15)
                except subprocess.TimeoutExpired:
                    continue
                if done.returncode == 0:
                    out.write(done.stdout.decode("utf-8"))
                    break


if __name__ == "__main__":
    main()
