"""Files are told by what they hold."""

import contextlib
import io
import struct
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from findings import Refused
from tests.pdfs import PDF
from web.uploads.kinds import KINDS, inspect, safe_name

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 40 + b"\xff\xd9"
WORD_TYPES = (
    b'<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def archive(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def with_comment(content, comment):
    """The same archive with something of one's own at its end."""
    return content[:-2] + struct.pack("<H", len(comment)) + comment


def docx(types=WORD_TYPES, **more):
    return archive(**{"[Content_Types].xml": types, "word/document.xml": b"<w:document/>"}, **more)


def xlsx():
    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


def refusal(content, name):
    with pytest.raises(Refused) as refused:
        inspect(content, name)
    assert refused.value.findings[0].remedy
    return refused.value.codes


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PDF", PDF, "application/pdf"),
        ("a.png", png(), "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.csv", "town,né\r\n1,2\r\n".encode(), "text/csv; charset=utf-8"),
        ("a.csv", "\ufefftown\n".encode(), "text/csv; charset=utf-8"),
        ("a.txt", b"Minutes of 3 March\n", "text/plain; charset=utf-8"),
    ],
)
def test_each_kind_is_taken_by_its_content(name, content, content_type):
    """D3-23"""
    assert inspect(content, name).content_type == content_type


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("report.pdf", png(), {"file-name"}),
        ("photo.png", JPEG, {"file-name"}),
        ("list.xlsx", docx(), {"file-name"}),
        ("report.pdf.exe", PDF, {"file-kind"}),
        ("report.html", b"<html></html>", {"file-kind"}),
        ("report.svg", b"<svg xmlns='x'/>", {"file-kind"}),
        ("report", PDF, {"file-kind"}),
        ("report.docm", docx(), {"file-kind"}),
        ("report.pdf", b"<script>alert(1)</script>", {"file-kind"}),
        ("empty.pdf", b"", {"file-empty"}),
        ("program.csv", b"MZ\x90 a,b", {"file-kind"}),
        ("nul.txt", b"a\0b", {"file-kind"}),
        ("latin.csv", "né".encode("latin-1"), {"file-kind"}),
        ("utf16.txt", "text".encode("utf-16"), {"file-kind"}),
    ],
)
def test_a_name_proves_nothing(name, content, codes):
    """D3-23: double endings and borrowed ones."""
    assert refusal(content, name) == codes


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", png() + docx()),
        ("a.jpg", JPEG + archive(**{"x.js": b"alert(1)"})),
        ("a.pdf", PDF + archive(**{"x.js": b"alert(1)"})),
        ("a.pdf", b"MZ\x90\0" + PDF),
        ("a.jpg", b"\xff\xd8\xff\xe0<script>alert(1)</script>\xff\xd9"),
        ("a.jpg", b"\xff\xd8\xff\xe0<?php system(1);\xff\xd9"),
        ("a.docx", b"#!/bin/sh\n" + docx()),
        ("a.docx", PDF + docx()),
        ("a.docx", with_comment(docx(), b"<script>alert(1)</script>")),
    ],
)
def test_a_file_that_is_two_things_at_once_is_refused(name, content):
    """D3-23: polyglots."""
    assert refusal(content, name) == {"file-kind"}


@pytest.mark.parametrize(
    "content",
    [
        docx(**{"word/vbaProject.bin": b"macro"}),
        docx(types=WORD_TYPES + b"application/vnd.ms-word.document.macroEnabled.main+xml"),
        docx(types=b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + WORD_TYPES),
        docx(**{"../../evil": b"x"}),
        docx(**{"payload.exe": b"x"}),
        archive(**{"[Content_Types].xml": WORD_TYPES}),
        archive(**{"word/document.xml": b"<w:document/>"}),
        docx()[:-30],
        docx().replace(b"<w:document/>", b"<w:documenx/>") if b"<w:document/>" in docx() else docx()[:40] + b"\0\0\0\0" + docx()[44:],
    ],
)  # fmt: skip
def test_an_office_file_with_macros_or_a_broken_one_is_refused(content):
    """D3-23"""
    assert refusal(content, "a.docx") == {"file-kind"}


def test_a_bomb_is_refused_before_it_is_unpacked():
    """D3-23: a few kilobytes that would fill a disk."""
    assert refusal(docx(**{"word/big.xml": b"\0" * 90_000_000}), "a.docx") == {"file-kind"}
    assert refusal(docx(**{"word/big.xml": b"\0" * 5_000_000}), "a.docx") == {"file-kind"}
    assert refusal(docx(**{f"word/{number}.xml": b"x" for number in range(3_100)}), "a.docx") == {"file-kind"}


def test_a_bomb_that_lies_about_its_size_is_refused():
    """D3-23"""
    honest = docx(**{"word/big.xml": b"\0" * 5_000_000})
    lying = honest.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 500))
    assert lying != honest
    assert refusal(lying, "a.docx") == {"file-kind"}


def test_a_file_over_the_limit_is_refused_and_told_the_limit(settings):
    """D3-23"""
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    with pytest.raises(Refused) as refused:
        inspect(b"a" * (1024 * 1024 + 1), "a.txt")
    assert refused.value.codes == {"file-too-large"}
    assert "1 MB" in str(refused.value)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp_exe.pdf"),
        ('he said "hi".pdf', "he said _hi.pdf"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        ("évaluation d’été.pdf", "évaluation d_été.pdf"),
        (".pdf", "file.pdf"),
        ("a.php.pdf", "a_php.pdf"),
    ],
)
def test_a_name_is_made_safe_for_a_download(given_name, kept):
    """D3-24"""
    assert safe_name(given_name, KINDS[0]) == kept


@given(st.text(max_size=300))
def test_no_name_carries_a_path_a_control_sign_or_a_second_ending(name):
    """D3-24"""
    file_name = safe_name(name, KINDS[0])

    assert file_name.endswith(".pdf")
    assert file_name.count(".") == 1
    assert len(file_name) <= 130
    assert not any(c in file_name for c in "/\\\"';<>|:*?")
    assert all(unicodedata.category(c)[0] != "C" for c in file_name)


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail_otherwise_than_by_refusing(content):
    for name in ("a.pdf", "a.docx", "a.png", "a.csv"):
        with contextlib.suppress(Refused):
            inspect(content, name)
