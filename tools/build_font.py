"""Build the bundled Chinese font: ``python tools/build_font.py wqy-microhei.ttc``.

The source is WenQuanYi Micro Hei 0.2.0-beta (Apache-2.0), the file of the Debian package
``fonts-wqy-microhei``. The result keeps every character of GBK plus Latin letters, arrows and
full-width forms, drops hinting and layout tables, and gets a name of its own, so that it is never
mistaken for a system's complete WenQuanYi Micro Hei. The same source and fontTools version give
the same bytes; the sums of both files are written to the notice beside the font.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE_SHA256 = "2420e8078af796b19a3f6ef13de527a1a91c1e7171eea115926c614ced1009b3"
FAMILY = "wpnet Hei"
DATA = Path(__file__).parents[1] / "wpnet" / "showing" / "data"
FONT, NOTICE = DATA / "wpnet-hei.ttf", DATA / "wpnet-hei-NOTICE.txt"

BLOCKS = (  # beside GBK; what the source lacks is left out by fontTools
    range(0x20, 0x7F),  # ASCII
    range(0xA0, 0x180),  # Latin-1 and Latin Extended-A
    range(0x2010, 0x2070),  # dashes, quotation marks, ellipsis
    range(0x2190, 0x2200),  # arrows
    range(0x2200, 0x2300),  # mathematical operators
    range(0x2460, 0x2500),  # circled numbers
    range(0x25A0, 0x2600),  # geometric shapes
    range(0x3000, 0x3030),  # CJK punctuation
    range(0xFF00, 0xFFF0),  # half- and full-width forms
)

NAMES = {1: FAMILY, 2: "Regular", 3: "wpnet Hei 0.2.0-beta", 4: FAMILY, 6: "wpnetHei-Regular"}

NOTICE_TEXT = """\
wpnet-hei.ttf is a changed copy of WenQuanYi Micro Hei 0.2.0-beta, made by tools/build_font.py.

Copyright 2008-2009 The WenQuanYi Project Board of Trustees
Copyright 2008-2009 Qianqian Fang
Copyright 2008-2009 mozbug
Based on Google's Droid font family (Droid Sans Fallback, Droid Sans):
Copyright 2006-2008 Google Corporation; Steve Matteson, Ascender Corp.
Some CJK punctuation from Ume-Font: Copyright 2003-2004 Electronic Font Open Laboratory;
Copyright 1990-2003 Wada Laboratory, the University of Tokyo

Licensed under the Apache License, Version 2.0: see wpnet-hei-LICENSE.txt.

Changes: reduced to GBK, Latin, arrows, operators, shapes and full-width forms; hinting and layout
tables removed; family name changed to "{family}". The outlines are untouched.

source  wqy-microhei.ttc (Debian package fonts-wqy-microhei 0.2.0-beta-3.1), first face
        sha256 {source}
result  wpnet-hei.ttf (fontTools {version})
        sha256 {result}
"""


def gbk_code_points() -> set[int]:
    """Return the code point of every character that GBK can write in two bytes.

    >>> ord("堃") in gbk_code_points()
    True
    """
    pairs = (bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    decoded = (pair.decode("gbk", errors="ignore") for pair in pairs)
    return {ord(text) for text in decoded if len(text) == 1 and ord(text) > 0x7F}


def wanted_code_points() -> set[int]:
    """Return all code points the bundled font should hold where its source does."""
    return gbk_code_points().union(*BLOCKS)


def subset_options() -> subset.Options:
    """Return the subsetting options: outlines and widths only, nothing that depends on a clock."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.recalc_timestamp = False
    options.glyph_names = False
    options.notdef_outline = True
    options.drop_tables += ["FFTM", "GDEF", "GSUB", "GPOS", "vhea", "vmtx", "gasp"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    return options


def rename(font: TTFont) -> None:
    """Give ``font`` the family name and style names of :data:`NAMES`, in place."""
    for record in list(font["name"].names):
        if record.nameID in NAMES:
            record.string = NAMES[record.nameID]


def build(source: Path, target: Path) -> None:
    """Write the subset of the first face of ``source`` to ``target``.

    Raises ``SystemExit`` when ``source`` is not the file this recipe was written for.
    """
    found = sha256(source)
    if found != SOURCE_SHA256:
        raise SystemExit(f"{source.name}: sha256 is {found}, expected {SOURCE_SHA256}.")
    font = TTFont(source, fontNumber=0, recalcTimestamp=False)
    subsetter = subset.Subsetter(subset_options())
    subsetter.populate(unicodes=wanted_code_points())
    subsetter.subset(font)
    rename(font)
    font.save(target)


def sha256(path: Path) -> str:
    """Return the SHA-256 sum of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Build the font from the source named on the command line and renew its notice."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, help="wqy-microhei.ttc of fonts-wqy-microhei")
    build(parser.parse_args().source, FONT)
    notice = NOTICE_TEXT.format(
        family=FAMILY, source=SOURCE_SHA256, version=fontTools.version, result=sha256(FONT)
    )
    NOTICE.write_text(notice, encoding="utf-8")


if __name__ == "__main__":
    main()
