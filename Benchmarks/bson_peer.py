"""Encodes and decodes the rows of a CSV file as company documents with pymongo's C extension: the peer of StoreBench bson.

usage: bson_peer.py IN.csv
"""
import csv
import datetime
import sys
import time

import bson

assert bson.has_c(), "pymongo runs without its C extension"
FIELDS = {"nameAr": "nameAr", "nameEn": "nameEn", "sector": "sector", "city": "city", "region": "region", "phone": "phone",
          "mobile": "mobile", "email": "email", "website": "website", "contactPerson": "contactPerson", "jobTitle": "jobTitle",
          "linkedinUrl": "linkedinUrl", "notes": "semanticNotes"}
run, now = bson.ObjectId(), datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
documents = []
with open(sys.argv[1], encoding="utf-8", newline="") as f:
    for row in csv.DictReader(f):
        document = {"_id": bson.ObjectId()} | {name: row[key] for key, name in FIELDS.items() if row[key]}
        documents.append(document | {
            "entityType": "unknown", "country": "Saudi Arabia", "sourceFile": "companies.xlsx", "dataConfidence": "medium",
            "leadScore": int(row["score"] or 0), "priority": "unknown", "status": "new", "importLogId": run,
            "createdAt": now, "updatedAt": now})
for n in range(3):
    start = time.process_time()
    encoded = [bson.encode(document) for document in documents]
    encoding = time.process_time() - start
    start = time.process_time()
    decoded = [bson.decode(data) for data in encoded]
    decoding = time.process_time() - start
    assert decoded[0]["nameAr"] == documents[0]["nameAr"]
    print("pymongo round", n, "documents", len(documents), "bytes", sum(map(len, encoded)),
          "encode_cpu", round(encoding, 3), "decode_cpu", round(decoding, 3))
