"""A document as PDF, tagged for accessibility: a pure function of its contents (EL-31).

Nothing is fetched but our own fonts and the picture that goes with this document; anything else ends it.
"""

from __future__ import annotations

import datetime
import io
import logging
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from agreements.sealing.contents import Contents
from agreements.sealing.layout import layout

FONTS = ("Regular", "Bold", "Italic", "BoldItalic")
STYLE = Path(__file__).with_name("document.css")
# Pango's font map is shared by all threads of a process; two renderings at once could mix theirs.
_one_at_a_time = threading.Lock()
for noisy in ("weasyprint.progress", "fontTools"):
    logging.getLogger(noisy).setLevel(logging.WARNING)


class NotRendered(Exception):
    """The document could not be made; the sentence says why."""


class OwnFiles(URLFetcher):
    """Gives the files it was made with, by the names they have here, and refuses every other address (D3-5)."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(fail_on_errors=True)
        self.files = files

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Raises ValueError for anything but our own; WeasyPrint makes that fatal."""
        if url not in self.files:
            raise ValueError(f"A document may not load {url}")
        data, kind = self.files[url]
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def render(contents: Contents, *, development: bool = False) -> bytes:
    """`contents` as PDF/UA-1 with `agreement.json` and `evidence.json` attached; the same contents give the same bytes.

    `development` says on every page that the seal will prove nothing. Raises `NotRendered` when something
    is missing or the words ask for a file from outside.
    """
    html = render_to_string("agreements/document.html", {"document": layout(contents, development=development)})
    return printed(html, contents)


def printed(html: str, contents: Contents) -> bytes:
    """`html` as the PDF of a document with these contents. Raises `NotRendered` when it asks for a file from outside."""
    fetcher = OwnFiles({**own_fonts(), **_pictures(contents)})
    with _one_at_a_time:
        try:
            fonts = FontConfiguration()
            style = CSS(string=STYLE.read_text(), url_fetcher=fetcher, font_config=fonts)
            return bytes(
                HTML(string=html, url_fetcher=fetcher).write_pdf(
                    stylesheets=[style],
                    font_config=fonts,
                    pdf_variant="pdf/ua-1",
                    pdf_identifier=bytes.fromhex(contents.sha256) or None,
                    attachments=_attachments(contents),
                )
            )
        except FatalURLFetchingError as refused:  # no Exception: it would end a worker
            raise NotRendered(f"{refused}: {refused.__cause__}") from refused


def own_fonts() -> dict[str, tuple[bytes, str]]:
    """BC Sans, from where set-up or collectstatic put it. Raises `NotRendered` when it is not there: WeasyPrint would use another font."""
    return {f"own:/BCSans-{face}.ttf": (_unpacked(_font(f"BCSans-{face}.woff")), "font/ttf") for face in FONTS}


def _font(name: str) -> Path:
    path = f"bcgov/bc-sans/fonts/{name}"
    for place in (finders.find(path), settings.STATIC_ROOT / path):
        if place and Path(place).is_file():
            return Path(place)
    raise NotRendered(f"The font {name} is missing: make setup")


@lru_cache(maxsize=len(FONTS))
def _unpacked(path: Path) -> bytes:
    """The font as printers want it, unpacked once a process: WeasyPrint would do it each time, for seconds if it were WOFF2."""
    font = TTFont(path, recalcTimestamp=False)
    font.flavor = None
    unpacked = io.BytesIO()
    font.save(unpacked)
    return unpacked.getvalue()


def _pictures(contents: Contents) -> dict[str, tuple[bytes, str]]:
    if not contents.told.get("verify_url"):
        return {}
    picture = io.BytesIO()
    segno.make_qr(contents.told["verify_url"], error="m").save(picture, kind="svg", xmldecl=False, omitsize=True, border=4)
    return {"own:/verify.svg": (picture.getvalue(), "image/svg+xml")}


def _attachments(contents: Contents) -> list[Attachment]:
    if not contents.sha256:
        return []
    at = datetime.datetime.fromisoformat(contents.told["at"])
    files = [("agreement.json", "The words that were signed: SHA-256 of this file is the fingerprint", contents.words)]
    if contents.evidence:
        files.append(("evidence.json", "What is on record of each signature", contents.evidence_json))
    return [
        Attachment(string=data, name=name, description=about, relationship="Data", created=at, modified=at) for name, about, data in files
    ]
