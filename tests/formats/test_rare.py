"""OFD and old Word files, pictures."""

from __future__ import annotations

import io
import zipfile

import pytest

from wpnet.errors import UnreadableFile
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.formats import legacy, ocr

OLD_WORD = legacy.SIGNATURE + bytes(512) + "WordDocument".encode("utf-16-le")


def ofd(*texts: tuple[float, float, str]) -> bytes:
    """An OFD of one page with texts at places (x, y in millimetres)."""
    objects = "".join(
        f'<o:TextObject Boundary="{x} {y} {len(text) * 5} 5" Size="5">'
        f'<o:TextCode X="0" Y="4.2">{text}</o:TextCode></o:TextObject>'
        for x, y, text in texts
    )
    space = 'xmlns:o="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"<o:OFD {space}><o:DocBody><o:DocRoot>Doc_0/Document.xml</o:DocRoot>"
        "</o:DocBody></o:OFD>",
        "Doc_0/Document.xml": f"<o:Document {space}><o:Pages>"
        '<o:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></o:Pages></o:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f"<o:Page {space}><o:Content><o:Layer>{objects}"
        "</o:Layer></o:Content></o:Page>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_ofd_is_read_in_reading_order() -> None:
    """The texts of an OFD come line by line, whatever their order in the file."""
    data = ofd((30, 60, "二、做好解读。"), (50, 40, "公开。"), (30, 40, "一、做好"))
    document = read_bytes_as_document(data, "a.ofd")
    assert [line.text for line in document.lines] == ["一、做好公开。", "二、做好解读。"]
    assert "OFD" in document.warnings[0]


def test_old_word_file_says_how_to_convert(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing reads a .doc, the message says what to do."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(legacy, "find_spec", lambda name: None)
    for name in ("a.doc", "a.wps", "a.txt"):
        with pytest.raises(UnreadableFile, match=rf"{name}: .*save it as \.docx"):
            read_bytes_as_document(OLD_WORD, name)


def test_web_page_called_doc_is_read() -> None:
    """Portals serve web pages as .doc: the content decides."""
    page = "<html><body><p>一、做好公开。</p></body></html>"
    assert read_bytes_as_document(page.encode(), "a.doc").container == "html"


@pytest.mark.skipif(ocr.available(), reason="text recognition is installed")
def test_picture_says_what_to_install() -> None:
    """Without the extra, a picture is refused with the command that installs it."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("L", (200, 100), 255).save(stream, "PNG")
    with pytest.raises(UnreadableFile, match=r"a\.png: is a picture; .*wpnet\[ocr\]"):
        read_bytes_as_document(stream.getvalue(), "a.png")
