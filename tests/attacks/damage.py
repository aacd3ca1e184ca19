"""Damage to workbooks and tables as transport, other programs and malice do it, by the hundred."""

from __future__ import annotations

import io
import random
import re
import zipfile

_XML = [
    "<x/>",
    "</row>",
    "<c r='A1'/>",
    "<c r='ZZZZ9' t='s'><v>1</v></c>",
    "<c t='s'><v>99999</v></c>",
    "<c t='s'><v>-1</v></c>",
    "<c t='d'><v>2025-13-45</v></c>",
    "<c t='n'><v>1e999</v></c>",
    "<c><v>nan</v></c>",
    "<c t='b'><v>x</v></c>",
    "<c t='e'><v>#N/A</v></c>",
    "<row r='-1'>",
    "<row r='99999999999'>",
    "<f>1</f>",
    "&#0;",
    "&lol;",
    "<mergeCell ref='A1:XFD1048576'/>",
    "<mergeCell ref='B9'/>",
    "<mergeCell ref=''/>",
    "<is><t>x</t></is>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "\u0000",
    "<" + "a" * 5000 + "/>",
]
_ATTRIBUTES = [
    'r=""',
    'r="1A"',
    's="99999"',
    's="-1"',
    't="zz"',
    'count="abc"',
    'sheetId="x"',
    'r:id="rId99"',
    'Target="../../../../etc/passwd"',
    'Target=""',
    'Type=""',
]
_VALUES = ["", "-1", "99999999999999999999", "abc", "A1:B", "\u3000", "1.5", "NaN", "²"]
_TEXTS = ["", "-1", "1e400", "999999", "abc", "\u202e", "2025-02-30", "_xD800_", "٣"]


def damaged_bytes(data: bytes, dice: random.Random) -> bytes:
    """Return bytes with a few of them flipped, cut, doubled or put in."""
    changed = bytearray(data)
    for _ in range(dice.choice([1, 3, 20])):
        if not changed:
            break
        at, kind = dice.randrange(len(changed)), dice.randrange(4)
        if kind == 0:
            changed[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del changed[at : at + dice.randint(1, 300)]
        elif kind == 2:
            changed[at:at] = dice.randbytes(5)
        elif dice.random() < 0.3:
            del changed[at:]
    return bytes(changed)


def damaged_workbook(data: bytes, dice: random.Random) -> bytes:
    """Return a workbook with one of its parts, or its archive, damaged."""
    if dice.random() < 0.15:
        return damaged_bytes(data, dice)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = old.namelist()
        victim = dice.choice(names)
        for name in names:
            part = old.read(name)
            if name != victim:
                new.writestr(name, part)
                continue
            kind = dice.randrange(10)
            if kind == 0:
                continue
            if kind == 1:
                name = dice.choice([name.upper(), "../" + name, "/" + name, name + " "])
            else:
                part = damaged_part(part, kind, dice)
            new.writestr(name, part)
    return out.getvalue()


def damaged_part(part: bytes, kind: int, dice: random.Random) -> bytes:
    """Return an XML part cut, or with an element, attribute or text put in, changed or lost."""
    if kind in (2, 3):
        return part[: dice.randrange(len(part) + 1)] if kind == 2 else b""
    text = part.decode("utf-8", "replace")
    pattern, replacements = {
        4: (r"(?=<)", _XML),
        5: (r'[\w:]+="[^"]*"', _ATTRIBUTES),
        6: (r'(?<==")[^"]*(?=")', _VALUES),
        7: (r"<\w+[^<>]*/?>", [""]),
        8: (r"(?<=<)\w+", ["zz", "row", "c", "sheetData", "v", "si", "r"]),
        9: (r"(?<=>)[^<]*(?=<)", _TEXTS),
    }[kind]
    places = list(re.finditer(pattern, text))
    if not places:
        return part
    place = dice.choice(places)
    changed = text[: place.start()] + dice.choice(replacements) + text[place.end() :]
    return changed.encode("utf-8", "replace")
