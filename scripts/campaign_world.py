"""A team with companies, a mailbox at a sink, a template and a campaign, for the scripts that break things while it is sent."""
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HTML = ('<p>السادة {{companyName}}</p><p>نقدم لكم خدماتنا. <a href="https://anwal.example/offer">العرض</a></p>'
        '<p>{{postalAddress}} <a href="{{unsubscribeUrl}}">إلغاء الاشتراك</a></p>')


def commit():
    try:
        return subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


class Sink:
    """The mail server: writes each mail down before it says that it has it. `restart` keeps the port and what was written."""

    def __init__(self, folder, binary, *options):
        self.record, self.binary, self.options, self.port = os.path.join(folder, "sink.jsonl"), binary, options, 0
        self.start()

    def start(self):
        words = [self.binary, self.record, "--port", str(self.port), *self.options]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def stop(self):
        self.process.kill()
        self.process.wait()

    def size(self):
        return os.path.getsize(self.record) if os.path.exists(self.record) else 0

    def mails(self):
        """Address -> the Message-IDs that it was written to with, in order."""
        found = {}
        if not os.path.exists(self.record):
            return found
        with open(self.record, encoding="utf-8") as lines:
            for line in lines:
                mail = json.loads(line)
                found.setdefault(mail["recipients"][0], []).append(mail.get("messageID") or mail.get("messageId") or "")
        return found


class Server:
    """`anwal serve` on a folder, asked through the socket in it, as the command line does."""

    def __init__(self, folder, binary, connections=4, environment=None, prefix=()):
        self.folder, self.binary, self.prefix = folder, binary, list(prefix)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("ANWAL_", "NEXTAUTH_", "MONGODB_"))}
        self.env |= {"LC_ALL": "C.UTF-8", "ANWAL_MAIL_CONNECTIONS": str(connections)} | (environment or {})
        self.listen, self.process = "127.0.0.1:0", None

    def start(self, wait=True):
        words = self.prefix + [self.binary, "serve", "--data", self.folder, "--listen", self.listen]
        self.process = subprocess.Popen(words, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if wait:
            self.wait()

    def wait(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended with {self.process.returncode}")
            try:
                if self.ask("GET", "/api/campaigns")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise SystemExit("the server does not answer")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)

    def ask(self, method, path, body=None, kind="application/json"):
        """The status and the document of the answer. Where too much was asked in a minute, the rest of it is waited for."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        for _ in range(90):
            status, value = self.ask_once(method, path, data, kind)
            if status != 429:
                break
            time.sleep(1)
        return status, value

    def ask_once(self, method, path, data, kind):
        client = http.client.HTTPConnection("localhost", timeout=60)
        client.sock = socket.socket(socket.AF_UNIX)
        try:
            client.sock.connect(os.path.join(self.folder, "anwal.sock"))
            client.request(method, path, data, {"Content-Type": kind})
            answer = client.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            client.close()

    def must(self, method, path, body=None, **more):
        status, value = self.ask(method, path, body, **more)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {value}")
        return value

    def items(self, path):
        """Every item of a list, page by page."""
        found, after = [], None
        while True:
            page = self.must("GET", path + ("&" if "?" in path else "?") + "limit=200" + (f"&after={after}" if after else ""))
            found += page["items"]
            after = page["next"]
            if not after:
                return found


def row(con, table, number, **values):
    names = ["_id", "createdAt", "updatedAt", *values]
    marks = ",".join("?" * len(names))
    now = int(time.time() * 1000)
    con.execute(f'insert into "{table}"({",".join(chr(34) + n + chr(34) for n in names)}) values({marks})',
                [f"{number:024x}", now, now, *values.values()])


def prepare(server, recipients, port, **mailbox):
    """Puts a team with so many companies into the server's folder, and returns the id of a campaign whose list is made."""
    server.start()
    server.must("PATCH", "/api/settings", {"branding": {"address": "الرياض"}})
    server.stop()
    con = sqlite3.connect(os.path.join(server.folder, "anwal.sqlite"))
    base = int(time.time()) << 64
    for n in range(recipients):
        company, address = base + 2 * n, f"c{n}@firm{n}.example"
        row(con, "companies", company, nameAr=f"شركة {n}", leadScore=0, status="new", tags="[]", searchKeys="[]", matchKeys="[]")
        row(con, "contact_points", company + 1, entityType="company", entityId=f"{company:024x}", companyId=f"{company:024x}",
            contactType="email", contactValue=address, normalizedValue=address)
    row(con, "mailboxes", base + 2 * recipients, name="المبيعات", email="sales@anwal.example", provider="smtp_imap",
        smtpHost="127.0.0.1", smtpPort=port, smtpSecurity="none", isDefault=1, status="active", **mailbox)
    row(con, "segments", base + 2 * recipients + 1, name="الكل", targetType="companies", type="dynamic", status="active")
    row(con, "email_templates", base + 2 * recipients + 2, name="عرض", subject="عرض لـ {{companyName}}", htmlContent=HTML,
        variables="[]", language="ar", status="active")
    con.commit()
    con.close()
    server.start()
    return list_made(server, {
        "name": "حملة", "mailboxIds": [f"{base + 2 * recipients:024x}"], "segmentId": f"{base + 2 * recipients + 1:024x}",
        "templateId": f"{base + 2 * recipients + 2:024x}"}, recipients)


def prepare_over_api(server, recipients, port):
    """The same for any store, through the API and an import; the server runs already."""
    server.must("PATCH", "/api/settings", {"branding": {"address": "الرياض"}})
    rows = "".join(f"شركة {n},c{n}@firm{n}.example\n" for n in range(recipients))
    file = server.must("POST", "/api/imports/detect", ("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\n"
                                                       f"اسم الشركة,البريد الإلكتروني\n{rows}\r\n--x--\r\n").encode(),
                       kind="multipart/form-data; boundary=x")["fileId"]
    run = server.must("POST", "/api/imports/execute", {"fileId": file})["_id"]
    until(lambda: server.must("GET", f"/api/imports/{run}")["status"] not in ("pending", "processing"), 3_600)
    state = server.must("GET", f"/api/imports/{run}")
    if state["status"] != "completed" or state["recordsCreated"] != 2 * recipients:
        raise SystemExit(f"the import ended as {state['status']} with {state['recordsCreated']} records: {state.get('errorMessages')}")
    mailbox = server.must("POST", "/api/mailboxes", {"name": "المبيعات", "email": "sales@anwal.example", "smtpHost": "127.0.0.1",
                                                     "smtpPort": port, "smtpSecurity": "none"})["_id"]
    segment = server.must("POST", "/api/segments", {"name": "الكل", "targetType": "companies"})["_id"]
    template = server.must("POST", "/api/templates", {"name": "عرض", "subject": "عرض لـ {{companyName}}", "htmlContent": HTML})["_id"]
    return list_made(server, {"name": "حملة", "mailboxIds": [mailbox], "segmentId": segment, "templateId": template}, recipients)


def list_made(server, campaign, recipients):
    """Makes the campaign and its list, and returns its id."""
    campaign = server.must("POST", "/api/campaigns", campaign)["_id"]
    server.must("POST", f"/api/campaigns/{campaign}/recipients")
    until(lambda: not server.must("GET", f"/api/campaigns/{campaign}/counts")["list"], 3_600)
    counts = server.must("GET", f"/api/campaigns/{campaign}/counts")
    if counts["meant"] != recipients:
        raise SystemExit(f"the list has {counts['meant']} of {recipients}: {counts}")
    return campaign


def until(condition, seconds=60):
    """Waits for it; asks seldom where an answer takes long, so that asking is not what the server does."""
    deadline = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        if condition():
            return
        if time.monotonic() > deadline:
            raise SystemExit(f"what was waited for did not come within {seconds} s")
        time.sleep(max(0.02, 10 * (time.monotonic() - began)))


def until_sent(server, campaign, seconds=600):
    """Waits until the campaign has ended by itself, or nothing is waiting but what a person must decide."""
    def is_over():
        counts = server.must("GET", f"/api/campaigns/{campaign}/counts")
        return counts["waiting"] == counts["uncertain"] > 0 or server.must("GET", f"/api/campaigns/{campaign}")["status"] == "sent"

    until(is_over, seconds)


def judge(server, sink, campaign, recipients):
    """What is there at the end, held against what the sink has: nobody lost, nobody twice, uncertain ones by name."""
    rows = server.items(f"/api/campaigns/{campaign}/recipients")
    mails = sink.mails()
    uncertain = [r for r in rows if r["status"] == "queued" and r.get("uncertainAt")]
    sent = {r["email"] for r in rows if r["status"] == "sent"}
    return {
        "rows": len(rows), "sent": len(sent), "uncertain": len(uncertain),
        "inSink": len(mails), "mailsInSink": sum(len(ids) for ids in mails.values()),
        "lost": len([r for r in rows if r["status"] == "sent" and r["email"] not in mails])
        + recipients - len(sent) - len(uncertain),
        "twice": len([a for a, ids in mails.items() if len(ids) > 1]),
        "unknownInSink": len(set(mails) - {r["email"] for r in rows}),
        "uncertainThatArrived": len([r for r in uncertain if r["email"] in mails]),
    }, uncertain
