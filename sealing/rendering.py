"""Rendering a document as a PDF, tagged for accessibility: a pure function of its contents (EL-31).

Only our own fonts and this document's own picture are loaded; a request for anything else fails.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import datetime
import html as markup
import io
import logging
import threading
import warnings
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="No fonts configured|FontConfig cannot load")  # about the machine's fonts, which we don't use
    from weasyprint import CSS, HTML, Attachment
from weasyprint.text.ffi import ffi, fontconfig, gobject, pangoft2
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from sealing import fonts, structure
from sealing.contents import Contents, DocumentContents
from sealing.layout import document_layout, layout

STATIC = "own:/static/"
STYLE = Path(__file__).with_name("document.css")
# Pango's font map is shared by all threads of a process; two simultaneous renderings could mix theirs.
_one_at_a_time = threading.Lock()
for noisy in ("weasyprint.progress", "fontTools"):
    logging.getLogger(noisy).setLevel(logging.WARNING)
structure.install()


class NotRendered(Exception):
    """Raised if the document couldn't be made; the message says why."""


class OwnFiles(URLFetcher):
    """Returns the files it was created with, by name, and our own static files; refuses every other address (D3-5)."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(fail_on_errors=True)
        self.files = files

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return one of our own files. Raises ValueError for anything else, which WeasyPrint treats as fatal."""
        # By exact name: no scheme, redirect or path is resolved, so nothing in a clause can reach anything else.
        data, kind = self.files.get(url) or _static(url)
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def _static(url: str) -> tuple[bytes, str]:
    """Return a picture from the static files, such as the logo. Raises ValueError for anything else."""
    name = url.removeprefix(STATIC)
    if url.startswith(STATIC) and name.endswith(".svg") and ".." not in name:
        for place in (finders.find(name), settings.STATIC_ROOT / name):
            if place and Path(place).is_file():
                return Path(place).read_bytes(), "image/svg+xml"
    raise ValueError(f"A document may not load {url}")


class OwnFonts(FontConfiguration):
    """A font configuration without the machine's fonts, only those from a stylesheet."""

    def __init__(self) -> None:
        # FontConfiguration's own would load all the host's fonts and use them for letters that ours lack.
        create = ctypes.CDLL(ctypes.util.find_library("fontconfig") or "libfontconfig.so.1").FcConfigCreate
        create.restype = ctypes.c_void_p
        self._config = ffi.cast("FcConfig *", create())
        self.font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
        pangoft2.pango_fc_font_map_set_config(ffi.cast("PangoFcFontMap *", self.font_map), self._config)
        fontconfig.FcConfigDestroy(self._config)  # the map keeps its own reference
        self._folder = None
        self.strut_layouts: dict[Any, Any] = {}
        self.font_features: dict[Any, Any] = {}


def render(contents: Contents, *, development: bool = False) -> bytes:
    """Render `contents` as PDF/UA-1 with `agreement.json` and `evidence.json` attached; the same contents give the same bytes.

    With `development`, every page says that the seal proves nothing. Raises `NotRendered` if something is missing or the text
    asks for an outside file.
    """
    html = render_to_string("agreements/document.html", {"document": layout(contents, development=development)})
    return printed(html, contents)


def printed(html: str, contents: Contents) -> bytes:
    """Render `html` as the PDF of a document with these contents. Raises `NotRendered` if it asks for an outside file."""
    identifier = bytes.fromhex(contents.sha256) or None
    return typeset(html, _pictures(contents), pdf_identifier=identifier, attachments=_attachments(contents))


def render_document(contents: DocumentContents, *, development: bool = False) -> bytes:
    """Render a letter or report as PDF/UA-1 with `document.json` attached; the same contents give the same bytes, as with `render`."""
    html = render_to_string("sealing/document.html", {"document": document_layout(contents, development=development)})
    attachments = _attached([("document.json", ABOUT_DOCUMENT, contents.words)], contents.printed["issued_at"])
    return typeset(html, _qr_code(contents.printed["verify_url"]), pdf_identifier=bytes.fromhex(contents.sha256), attachments=attachments)


def typeset(html: str, files: dict[str, tuple[bytes, str]] | None = None, **options: Any) -> bytes:
    """Render `html` as PDF/UA-1 in our own fonts. Raises `NotRendered` if it asks for anything but our own files."""
    faces = _faces(html)
    fetcher = OwnFiles({**{face.url: (face.data, "font/ttf") for face in faces}, **(files or {})})
    with _one_at_a_time:
        try:
            own = OwnFonts()
            style = CSS(string=_style(faces), url_fetcher=fetcher, font_config=own)
            page = HTML(string=html, url_fetcher=fetcher)
            return bytes(page.write_pdf(stylesheets=[style], font_config=own, pdf_variant="pdf/ua-1", **options))
        except FatalURLFetchingError as refused:  # not an Exception subclass: it would end a worker
            raise NotRendered(f"{refused}: {refused.__cause__}") from refused


def _faces(html: str) -> list[fonts.Face]:
    """Return the fonts for `html`. Raises `NotRendered` if BC Sans is missing, because WeasyPrint would use another."""
    try:
        return fonts.faces(markup.unescape(html))
    except fonts.FontMissing as missing:
        raise NotRendered(str(missing)) from missing


def _style(faces: list[fonts.Face]) -> str:
    """Return the stylesheet with BC Sans replaced by all the fonts that this document needs, in order."""
    families = ", ".join(f'"{family}"' for family in dict.fromkeys(face.family for face in faces))
    sheet = STYLE.read_text().replace(f'"{fonts.FAMILY}"', families)
    return "\n".join([*(face.css for face in faces), sheet])


def _pictures(contents: Contents) -> dict[str, tuple[bytes, str]]:
    url = contents.document_details.get("verify_url")
    return _qr_code(url) if url else {}


def _qr_code(url: str) -> dict[str, tuple[bytes, str]]:
    picture = io.BytesIO()
    segno.make_qr(url, error="m").save(picture, kind="svg", xmldecl=False, omitsize=True, border=4)
    return {"own:/verify.svg": (picture.getvalue(), "image/svg+xml")}


ABOUT_DOCUMENT = "The content of the document: SHA-256 of this file is the fingerprint"


def _attachments(contents: Contents) -> list[Attachment]:
    if not contents.sha256:
        return []
    files = [("agreement.json", "The words that were signed: SHA-256 of this file is the fingerprint", contents.words)]
    if contents.evidence:
        files.append(("evidence.json", "What is on record of each signature", contents.evidence_json))
    return _attached(files, contents.document_details["at"])


def _attached(files: list[tuple[str, str, bytes]], moment: str) -> list[Attachment]:
    at = datetime.datetime.fromisoformat(moment)
    return [
        Attachment(string=data, name=name, description=about, relationship="Data", created=at, modified=at) for name, about, data in files
    ]
