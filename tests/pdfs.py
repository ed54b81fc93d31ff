"""PDFs as small as they can be, for tests of what is done with files."""

from __future__ import annotations


def pdf(*objects: bytes, catalog: bytes = b"", header: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of one empty page; `catalog` is added to its catalogue, `objects` are numbered from 4."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
        *objects,
    ]
    body, places = header, []
    for number, part in enumerate(parts, 1):
        places.append(len(body) - header.find(b"%PDF"))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        body, len(parts) + 1, table, len(parts) + 1, len(body) - header.find(b"%PDF"),
    )  # fmt: skip


PDF = pdf()
