"""Scanned pages: text recognition by the optional extra ``ocr`` (rapidocr, offline)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from wpnet.errors import UnreadableFile
from wpnet.reading.formats.bounds import Content
from wpnet.reading.formats.pdf_guard import PDFIUM
from wpnet.reading.formats.pdf_lines import Glyph

if TYPE_CHECKING:
    from PIL.Image import Image

INSTALL = "install text recognition with: pip install 'wpnet[ocr]'"
#: Enough for print: error under 0.2 % at 150 as at 200 dots an inch (measured 2026-11-22).
DOTS_PER_INCH = 150
#: Recognised lines below this score are named in a warning; print scores 0.95 and more.
LOW_SCORE = 0.85
#: A picture of unknown size is taken for a sheet of A4, in points.
A4_WIDTH = 595
#: A4 at 600 dots an inch has 35 million pixels.
MAX_PIXELS = 60_000_000


def available() -> bool:
    """Whether the extra ``ocr`` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def engine() -> Any:
    """The recogniser with the models that its wheel brings.

    The classifier of upside-down lines stays off: it dropped whole lines in silence.
    """
    rapidocr = import_module("rapidocr")
    return rapidocr.RapidOCR(params={"Global.use_cls": False, "Global.log_level": "error"})


def recognise(recogniser: Any, image: Image, scale: float) -> tuple[list[Glyph], list[float]]:
    """The text boxes of an image, each as one wide character, and their scores.

    Args:
        recogniser: from :func:`engine`.
        image: a page.
        scale: points for each pixel.
    """
    import numpy

    result = recogniser(numpy.asarray(image.convert("RGB"))[:, :, ::-1])
    if result.txts is None:
        return [], []
    boxes = []
    for box, text in zip(result.boxes, result.txts, strict=True):
        xs = [float(point[0]) * scale for point in box]
        ys = [float(point[1]) * scale for point in box]
        height = max(ys) - min(ys)
        boxes.append(Glyph(text, min(xs), max(xs), min(ys), max(ys), round(height * 0.8)))
    return boxes, [float(score) for score in result.scores]


def page_image(data: bytes, page: int) -> Image:
    """A page of a PDF (from 0) as an image of :data:`DOTS_PER_INCH`."""
    import pypdfium2  # type: ignore[import-untyped]

    with PDFIUM:
        document = pypdfium2.PdfDocument(data)
        try:
            sheet = document[page]
            width, height = sheet.get_size()
            scale = DOTS_PER_INCH / 72
            scale *= min(1.0, (MAX_PIXELS / max(1.0, width * height * scale * scale)) ** 0.5)
            image: Image = sheet.render(scale=scale).to_pil()
            return image
        finally:
            document.close()


def read(data: bytes, name: str) -> Content:
    """The lines of a picture of a page.

    Raises:
        UnreadableFile: no picture, no text in it, or the extra is not installed.
    """
    from wpnet.reading.formats import pdf

    image = open_image(data, name)
    if not available():
        raise UnreadableFile(f"{name}: is a picture; {INSTALL}")
    height = A4_WIDTH / min(image.size) * image.size[1]
    page = pdf.scanned_page(engine(), image, 1, height)
    if not (page.lines or page.parts):
        raise UnreadableFile(f"{name}: no text was recognised in the picture; scan it again")
    return Content("image", tuple(pdf.assemble([page])), tuple(page.warnings))


def open_image(data: bytes, name: str) -> Image:
    """A picture, upright.

    Raises:
        UnreadableFile: damaged or too large.
    """
    from PIL import Image, ImageOps

    try:
        image = Image.open(io.BytesIO(data))
        if image.size[0] * image.size[1] > MAX_PIXELS:
            raise UnreadableFile(f"{name}: the picture is too large; scan it at 200 dots an inch")
        image.load()
        return ImageOps.exif_transpose(image)
    except UnreadableFile:
        raise
    except Exception:
        raise UnreadableFile(
            f"{name}: the picture is damaged and cannot be opened; scan or fetch it again"
        ) from None


def low_scores(scores: Sequence[float], page: int) -> list[str]:
    """A warning where lines of a page were recognised badly.

    >>> low_scores([0.99, 0.5], 3)
    ['page 3: 1 of 2 recognised lines are uncertain (score under 0.85)']
    """
    low = sum(score < LOW_SCORE for score in scores)
    if not low:
        return []
    lines = f"{low} of {len(scores)} recognised lines"
    return [f"page {page}: {lines} are uncertain (score under {LOW_SCORE})"]
