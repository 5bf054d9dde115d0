"""Cell text by the product's rules, as openpyxl and python-calamine read it."""
import datetime
import math
import re


def number(value):
    """The shortest decimal form; an exponent outside of 0.000001 ... 1e21."""
    if isinstance(value, int):
        value = float(value) if abs(value) >= 10**15 else value
        if isinstance(value, int):
            return str(value)
    if math.isinf(value) or math.isnan(value):
        return ""
    if value == 0:
        return "0"
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    sign, text = ("-" if value < 0 else ""), repr(abs(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    if point > 21 or point <= -6:
        tail = f"e{point - 1:+d}"
        return sign + digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + tail
    if point <= 0:
        return sign + "0." + "0" * -point + digits
    if point >= len(digits):
        return sign + digits + "0" * (point - len(digits))
    return sign + digits[:point] + "." + digits[point:]


def clock(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return text + (f".{rest:03d}" if rest else "")


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, datetime.datetime):
        value = (value + datetime.timedelta(microseconds=500)).replace(microsecond=(value.microsecond + 500) // 1000 % 1000 * 1000)
        rest = value - datetime.datetime.combine(value.date(), datetime.time())
        time = round(rest.total_seconds() * 1000)
        return value.date().isoformat() + ("T" + clock(time) if time else "")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return clock(round(((value.hour * 60 + value.minute) * 60 + value.second) * 1000 + value.microsecond / 1000))
    if isinstance(value, datetime.timedelta):
        total = round(value.total_seconds() * 1000)
        return ("-" if total < 0 else "") + clock(abs(total))
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), str(value))


def openpyxl_sheets(path):
    """(name, hidden, [(row, column, text)]) of each sheet of rows."""
    import openpyxl
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        cells = [(c.row, c.column - 1, text(c.value)) for row in sheet.iter_rows() for c in row if text(c.value) != ""]
        yield sheet.title, sheet.sheet_state != "visible", cells


def calamine_sheets(path):
    import python_calamine
    book = python_calamine.CalamineWorkbook.from_path(path)
    for meta in book.sheets_metadata:
        if "WorkSheet" not in str(meta.typ):
            continue
        rows = book.get_sheet_by_name(meta.name)
        start = rows.start or (0, 0)
        cells = []
        for r, row in enumerate(rows.to_python(skip_empty_area=True)):
            for c, value in enumerate(row):
                if text(value) != "":
                    cells.append((start[0] + r + 1, start[1] + c, text(value)))
        yield meta.name, meta.visible != python_calamine.SheetVisibleEnum.Visible, cells
