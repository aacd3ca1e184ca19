"""Chinese text in matplotlib figures, on machines with and without Chinese fonts.

A figure calls :func:`use_chinese_font` once before it draws. The font is the one the user asks
for, else a Chinese font of the system that holds every character plans are likely to use, else the
font bundled with wpnet, which needs nothing installed. Figures that are committed ask for
``"bundled"``, so that they come out the same on every machine.

The bundled font has one weight: never ask for bold Chinese text (size and colour set it apart).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font

from wpnet.errors import WpnetError

ENVIRONMENT = "WPNET_FONT"
BUNDLED = "bundled"
FONT_SUFFIXES = (".ttf", ".otf", ".ttc")

# Sans-serif families that Linux, macOS, Windows and office suites bring, simplified forms first.
# matplotlib before 3.11 lists a Noto CJK collection by its first face, "Noto Sans CJK JP".
SYSTEM_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Microsoft YaHei",
    "DengXian",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
)

# What a font must hold to be chosen: words of the genre, its punctuation, digits and letters, and
# rare characters of names which fonts limited to GB2312 lack.
PLAN_CHARACTERS = (
    "政务公开工作要点任务分解表责任单位逐级承接年度演变"
    "嘉定青浦闵行堃喆镕"
    "，。；：！？、“”‘’（）〔〕【】《》〈〉—…·①②％"
    "0123456789%ABCXYZabcxyz"
)


def use_chinese_font(setting: str | None = None, *, needed: str = PLAN_CHARACTERS) -> str:
    """Make matplotlib draw Chinese from now on and return the family name of the font.

    ``setting`` is ``"bundled"``, a path to a font file, or the family name of an installed font;
    without it the environment variable ``WPNET_FONT`` counts, then the system's Chinese fonts,
    then the bundled one. Characters outside the font fall back to DejaVu Sans.

    Raises :class:`~wpnet.errors.WpnetError` when the font asked for does not exist or lacks one of
    the ``needed`` characters.

    >>> use_chinese_font("bundled")
    'wpnet Hei'
    >>> use_chinese_font("DejaVu Sans", needed="政务A")
    Traceback (most recent call last):
        ...
    wpnet.errors.WpnetError: Font 'DejaVu Sans' lacks 务政: name another font, or 'bundled'.
    """
    path, named = _chosen(setting or os.environ.get(ENVIRONMENT) or None, needed)
    family = named or _registered(path)
    mpl.rcParams.update(
        {
            # A list under font.family: matplotlib looks for single glyphs in its next entry only
            # there, not in font.sans-serif.
            "font.family": [family, "DejaVu Sans"],
            # What asks for "sans-serif" by name, as networkx' labels do, gets it, too.
            "font.sans-serif": [family, "DejaVu Sans"],
            "axes.unicode_minus": False,  # many Chinese fonts lack U+2212
            "pdf.fonttype": 42,  # text in a PDF can be searched and copied
            "svg.fonttype": "path",  # an SVG looks the same where the font is missing
            "svg.hashsalt": "wpnet",  # the same figure gives the same bytes
        }
    )
    return family


def bundled_font() -> Path:
    """Return the path of the font that comes with wpnet.

    >>> bundled_font().name
    'wpnet-hei.ttf'
    """
    return Path(__file__).with_name("data") / "wpnet-hei.ttf"


def missing_glyphs(text: str, path: str | Path) -> set[str]:
    """Return the characters of ``text`` that the font file ``path`` cannot draw.

    Line breaks and tabs never count: matplotlib does not draw them. Raises
    :class:`~wpnet.errors.WpnetError` when the file is no font.

    >>> sorted(missing_glyphs("政务公开 2025\\n☃", bundled_font()))
    ['☃']
    """
    try:
        held = FT2Font(str(path)).get_charmap()
    except (OSError, RuntimeError) as error:
        raise WpnetError(f"{Path(path).name} is not a font that matplotlib can read.") from error
    return {char for char in text if ord(char) not in held and char not in "\r\n\t"}


def _chosen(setting: str | None, needed: str) -> tuple[Path, str]:
    """Return the font file to use, and the family that was asked for by name.

    A collection (.ttc) holds several families: the name says which. A ``setting`` that cannot be
    met is an error, not a hint.
    """
    if setting is None:
        return next(_usable_system_fonts(needed), (bundled_font(), ""))
    path = _named_file(setting)
    lacking = missing_glyphs(needed, path)
    if lacking:
        shown = "".join(sorted(lacking)[:20])
        raise WpnetError(f"Font {setting!r} lacks {shown}: name another font, or 'bundled'.")
    is_file = setting == BUNDLED or setting.lower().endswith(FONT_SUFFIXES)
    return path, "" if is_file else setting


def _named_file(setting: str) -> Path:
    """Return the file that a setting names: the bundled font, a path, or an installed family."""
    if setting == BUNDLED:
        return bundled_font()
    if setting.lower().endswith(FONT_SUFFIXES):
        path = Path(setting).expanduser()
        if not path.is_file():
            raise WpnetError(f"Font file {setting!r} does not exist: correct the path.")
        return path
    path_of_family = next(_installed_files(setting), None)
    if path_of_family is None:
        raise WpnetError(
            f"No font named {setting!r} is installed: give the path of a font file, or 'bundled'."
        )
    return path_of_family


def _usable_system_fonts(needed: str) -> Iterator[tuple[Path, str]]:
    """Yield the system's Chinese fonts that hold all ``needed`` characters, best family first."""
    for family in SYSTEM_FAMILIES:
        for path in _installed_files(family):
            if not missing_glyphs(needed, path):
                yield path, family


def _installed_files(family: str) -> Iterator[Path]:
    """Yield the upright regular files of an installed family that are still there."""
    for entry in fontManager.ttflist:
        regular = entry.style == "normal" and entry.weight in (400, "normal", "regular")
        if entry.name == family and regular and Path(entry.fname).is_file():
            yield Path(entry.fname)


def _registered(path: Path) -> str:
    """Make a font file known to matplotlib, once, and return the family name it has there."""
    known = {Path(entry.fname): entry.name for entry in fontManager.ttflist}
    if path not in known:
        fontManager.addfont(str(path))
        known = {Path(entry.fname): entry.name for entry in fontManager.ttflist}
    return known[path]
