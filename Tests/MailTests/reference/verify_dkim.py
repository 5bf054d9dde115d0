"""Verifies DKIM signatures with dkimpy. Arguments: the RSA key (DER) and the Ed25519 key, in base64. In: as read_mails.py. Out: True or False a line."""
import sys

import dkim

rsa, ed = sys.argv[1:3]
records = {b"r1._domainkey.example.com.": b"v=DKIM1; k=rsa; p=" + rsa.encode(),
           b"e1._domainkey.example.com.": b"v=DKIM1; k=ed25519; p=" + ed.encode()}
source = sys.stdin.buffer
while line := source.readline():
    mail = source.read(int(line))
    try:
        print(dkim.verify(mail, dnsfunc=lambda name, timeout=5: records.get(name if isinstance(name, bytes) else name.encode())))
    except dkim.DKIMException:
        print(False)
