#!/usr/bin/env python3
"""A workbook whose rows all become companies of their own: what a store with duplicates in it is made from.

usage: make_stored.py IN.csv OUT.xlsx
IN.csv is of gen_data.py. A workbook of linked sheets keeps each of its rows apart, so importing it into an empty store leaves the duplicates of the
file in the store, with their people.
"""
import csv
import sys
import zipfile
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
COMPANY = {
    "nameAr": "name_ar", "nameEn": "name_en", "sector": "sector", "city": "city", "region": "region", "phone": "phone",
    "mobile": "mobile", "email": "email", "website": "website", "linkedinUrl": "linkedin_url",
}
TYPES = '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>%s</Types>'
SHEET_TYPE = '<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
RELATIONS = '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
RELATION = '<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>'


def letters(number):
    return chr(65 + number)


def line(number, cells):
    body = "".join(
        f'<c r="{letters(i)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for i, cell in enumerate(cells) if cell)
    return f'<row r="{number}">{body}</row>'


def sheet(archive, number, rows):
    with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as out:
        out.write(HEAD.encode())
        for at, cells in enumerate(rows, 1):
            out.write(line(at, cells).encode())
        out.write(b"</sheetData></worksheet>")


def companies(path):
    yield ["entity_id", *COMPANY.values()]
    with open(path, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            yield [f"C{number}", *(row[name] for name in COMPANY)]


def people(path):
    yield ["person_id", "entity_id", "full_name", "job_title"]
    with open(path, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if row["contactPerson"]:
                yield [f"P{number}", f"C{number}", row["contactPerson"], row["jobTitle"]]


def main():
    source, target = sys.argv[1:3]
    names = ["companies", "people"]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES % "".join(SHEET_TYPE % i for i in (1, 2)))
        archive.writestr("_rels/.rels", RELATIONS % (RELATION % (1, "officeDocument", "xl/workbook.xml")))
        archive.writestr(
            "xl/_rels/workbook.xml.rels", RELATIONS % "".join(RELATION % (i, "worksheet", f"worksheets/sheet{i}.xml") for i in (1, 2)))
        sheets = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(names, 1))
        archive.writestr(
            "xl/workbook.xml",
            '<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{sheets}</sheets></workbook>')
        sheet(archive, 1, companies(source))
        sheet(archive, 2, people(source))


main()
