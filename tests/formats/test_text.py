"""Plain text: encodings, lines, offsets."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpnet.errors import UnreadableFile
from wpnet.reading.files import read_bytes_as_document, read_document

RAW = Path(__file__).parents[2] / "data" / "raw"
PLANS = sorted(RAW.glob("*.txt"))
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_encoding_does_not_matter(path: Path, encoding: str) -> None:
    """A plan has the same lines in every supported encoding, with or without a mark."""
    coded = path.read_text(encoding="utf-8").encode(encoding)
    assert read_bytes_as_document(coded, "a.txt").lines == read_document(path).lines


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_offsets_lead_to_the_text(path: Path) -> None:
    """The text of a line stands at its offset in the decoded file, leading spaces included."""
    text = path.read_text(encoding="utf-8")
    for line in read_document(path).lines:
        assert line.offset is not None
        assert text[line.offset : line.offset + len(line.text)] == line.text


@given(st.text(alphabet="一、公开。 \u3000ab\r\n\x0b\x0c\x85\u2028\u2029", min_size=1))
def test_lines_and_their_ends_make_the_file(text: str) -> None:
    """Nothing but line ends stands between the lines of a text."""
    if not text.strip():
        return
    lines = read_bytes_as_document(text.encode(), "a.txt").lines
    ends = [line.offset + len(line.text) for line in lines if line.offset is not None]
    starts = [line.offset for line in lines[1:]]
    between = [text[end:start] for end, start in zip(ends, [*starts, len(text)], strict=True)]
    assert all(gap in ("\r\n", *"\n\r\x0b\x0c\x85\u2028\u2029", "") for gap in between)


@pytest.mark.parametrize("size", [16, 100, 5_000, 200_000])
def test_random_bytes_are_refused(size: int) -> None:
    """Random bytes are no text, whatever their number."""
    with pytest.raises(UnreadableFile, match=r"x\.txt: "):
        read_bytes_as_document(random.Random(size).randbytes(size), "x.txt")


@pytest.mark.parametrize("data", [b"", b"\n \r\n", b"\0\0\0"])
def test_empty_file_is_refused(data: bytes) -> None:
    """A file without a visible character is called empty."""
    with pytest.raises(UnreadableFile, match=r"x\.txt: the file is empty"):
        read_bytes_as_document(data, "x.txt")


def test_damage_is_told() -> None:
    """A text with a few damaged places is read, and the warning names the line of the first."""
    sound = "一、深化公开\n坚持做好政务公开工作，及时发布政策文件并同步解读。\n".encode()
    document = read_bytes_as_document(sound * 5 + sound[:-2], "a.txt")
    assert document.warnings == ("1 undecodable character(s), the first in line 12",)


def test_control_characters_are_kept_and_told() -> None:
    """Control characters stay in the lines, so that offsets hold, and are reported."""
    document = read_bytes_as_document("一、要求\n坚持\x07公开".encode(), "a.txt")
    assert document.lines[1].text == "坚持\x07公开"
    assert document.warnings == ("1 control character(s), the first in line 2",)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A missing file or a folder is an error that names the path."""
    for path, said in ((tmp_path / "no.txt", "there is no such file"), (tmp_path, "is a folder")):
        with pytest.raises(UnreadableFile, match=said):
            read_document(path)
