"""Reads mails with Python's own parser: an independent witness of what another program sees.

In: for each mail its length in bytes as decimal, a newline, its bytes. Out: a line of JSON for each.
"""
import email
import email.policy
import json
import sys


def parts(message):
    for part in message.walk():
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True) or b""
        yield {"type": part.get_content_type(), "name": part.get_filename(), "encoding": part["content-transfer-encoding"],
               "text": body.decode("utf-8", "replace") if part.get_content_maintype() == "text" else None,
               "size": len(body)}


def defects(message):
    found = []
    for part in message.walk():
        found += [type(d).__name__ for d in part.defects]
        for name, value in part.items():
            found += [name + ": " + type(d).__name__ for d in getattr(value, "defects", [])]
    return found


def people(message, field):
    if message[field] is None:
        return []
    return [[a.display_name, a.addr_spec] for a in message[field].addresses]


source = sys.stdin.buffer
while True:
    line = source.readline()
    if not line:
        break
    raw = source.read(int(line))
    message = email.message_from_bytes(raw, policy=email.policy.default)
    lines = raw.split(b"\r\n")
    head = raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    bare = raw.replace(b"\r\n", b"")
    print(json.dumps({
        "defects": defects(message), "names": [n for n, _ in message.items()], "subject": message["subject"],
        "from": people(message, "from"), "to": people(message, "to"), "parts": list(parts(message)),
        "unsubscribe": message["list-unsubscribe"], "post": message["list-unsubscribe-post"], "list_id": message["list-id"],
        "message_id": message["message-id"], "date": message["date"].datetime.isoformat() if message["date"] else None,
        "longest": max(map(len, lines)), "longest_head": max(map(len, head)),
        "bare": bare.count(b"\r") + bare.count(b"\n")}))
