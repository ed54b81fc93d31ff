"""Which files can be uploaded, decided by their content and never by their name (ASVS 5.2, 5.3). Nothing is stored here."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import puremagic
import structlog
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import sandbox
from findings import Refused, refuse
from web.uploads import active_content

log = structlog.get_logger(__name__)
MOST_ENTRIES = 3_000
MOST_UNPACKED_BYTES = 80 * 1024 * 1024
MOST_RATIO = 200
LONGEST_NAME = 120
CHUNK = 64 * 1024

_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ZIP_END = b"PK\x05\x06"
_ACTIVE = (b"<!doctype html", b"<html", b"<script", b"<?php", b"<svg", b"%pdf-", b"#!/")


@dataclass(frozen=True)
class Kind:
    """A kind of file that can be uploaded: its name, how it is served, and a test for its content."""

    name: Any
    extensions: tuple[str, ...]
    content_type: str
    holds: Callable[[bytes], bool]


def inspect(content: bytes, name: str) -> Kind:
    """Return the kind of `content`, an uploaded file called `name` (EL-12).

    Raises `Refused`: `file-empty`, `file-too-large`, `file-kind` (not an allowed kind, or damaged, or more than one
    kind at once), `file-name` (the name's ending doesn't match), `file-active` (it would do something when it is
    opened), `file-busy` (checking took too long), `file-scan` (a scanner refused it).
    """
    if not content:
        raise refuse("file-empty", _("The file is empty."), _("Choose another file."))
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        megabytes = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
        raise refuse(
            "file-too-large",
            _("The file is larger than %(most)d MB.") % {"most": megabytes},
            _("Make it smaller, or add a link to it instead."),
        )
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    claimed = next((kind for kind in KINDS if ending in kind.extensions), None)
    if claimed is None:
        raise _not_taken(content)
    if claimed.holds(content):
        _check_passive(content, claimed)
        _check_scanned(content, name)
        return claimed
    real = next((kind for kind in KINDS if kind is not claimed and kind.holds(content)), None)
    if real is None or "text" in real.content_type:
        raise _not_taken(content, claimed)
    params = {"ending": ending, "real": real.name}
    raise refuse(
        "file-name",
        _("The name ends in %(ending)s, but the content is something else: %(real)s.") % params,
        _("Rename the file, or save it again in the right format."),
    )


def _not_taken(content: bytes, claimed: Kind | None = None) -> Refused:
    remedy = _("You can upload PDF, PNG, JPEG, Word (.docx), Excel (.xlsx), CSV and plain text (UTF-8) files.")
    if claimed is not None:
        params = {"claimed": claimed.name, "found": _looks_like(content)}
        return refuse("file-kind", _("This isn’t a valid %(claimed)s that can be opened safely%(found)s.") % params, remedy)
    return refuse("file-kind", _("This kind of file can’t be uploaded%(found)s.") % {"found": _looks_like(content)}, remedy)


def _looks_like(content: bytes) -> str:
    """Return what the bytes seem to be, in brackets, to help someone who chose the wrong file."""
    try:
        seems = puremagic.from_string(content[:4096])
    except (puremagic.PureError, ValueError):
        return ""
    return _(" (it seems to be “%(seems)s”)") % {"seems": seems.lstrip(".")} if seems else ""


ACTIVE = {
    active_content.SCRIPT: (gettext_lazy("The PDF contains scripts or media that run when it is opened."), gettext_lazy("Print it to a new PDF, and add that.")),
    active_content.LAUNCH: (gettext_lazy("The PDF starts programs or sends data when it is opened."), gettext_lazy("Print it to a new PDF, and add that.")),
    active_content.FORM: (gettext_lazy("The PDF is a dynamic (XFA) form."), gettext_lazy("Print it to a new PDF, and add that.")),
    active_content.ATTACHED: (gettext_lazy("There are other files inside this file."), gettext_lazy("Add those files one by one, and this one without them.")),
    active_content.PASSWORD: (gettext_lazy("The PDF is protected with a password or encrypted."), gettext_lazy("Save a copy without protection, and add that.")),
    active_content.DAMAGED: (gettext_lazy("The file is damaged and can’t be opened safely."), gettext_lazy("Open it, save it again, and add that copy.")),
    active_content.FETCHES: (
        gettext_lazy("When it’s opened, the file loads content from elsewhere, such as a template, a picture or another workbook."),
        gettext_lazy("Break its links (in Word: File, Info, Edit Links to Files; in Excel: Data, Edit Links) or save it as PDF."),
    ),
    active_content.MARKUP: (gettext_lazy("The file contains markup (a document type) that office programs don’t write."), gettext_lazy("Open it, save it again, and add that copy.")),
    active_content.MACROS: (gettext_lazy("The file contains macros or embedded objects."), gettext_lazy("Save it without them, or as PDF.")),
}  # fmt: skip


def _check_passive(content: bytes, kind: Kind) -> None:
    """Refuse a document that does something by itself. It is read in a separate process."""
    family = "pdf" if ".pdf" in kind.extensions else "office" if content.startswith(b"PK") else ""
    if not family:
        return
    try:
        codes = _active_codes(hashlib.sha256(content).hexdigest(), family, content)
    except sandbox.OutOfTime:
        raise refuse("file-busy", _("Checking the file took too long."), _("Please add it again in a moment.")) from None
    if codes:
        raise Refused([finding for code in codes for finding in refuse("file-active", str(ACTIVE[code][0]), str(ACTIVE[code][1])).findings])


_known: dict[tuple[str, str], tuple[str, ...]] = {}


def _active_codes(sha256: str, family: str, content: bytes) -> tuple[str, ...]:
    """Return what the sandbox found, cached for the last few files so that a form sent twice is checked once."""
    if (sha256, family) not in _known:
        try:
            codes = tuple(sandbox.run("web.uploads.active_content:reasons", {"kind": family}, content))
        except sandbox.TooMuch:
            codes = (active_content.DAMAGED,)
        while len(_known) >= 50:
            _known.pop(next(iter(_known)), None)
        _known[sha256, family] = codes
    return _known[sha256, family]


def _check_scanned(content: bytes, name: str) -> None:
    """Ask the scanner in UPLOAD_SCANNER, if there is one: a function of bytes and name that returns a problem, or nothing."""
    if not settings.UPLOAD_SCANNER:
        return
    try:
        problem = import_string(settings.UPLOAD_SCANNER)(content, name)
    except Exception as error:  # if scanning is required, an unscanned file is refused, whatever the scanner raises
        log.error("scanner_failed", error=type(error).__name__)
        raise refuse("file-scan", _("The file can’t be scanned for viruses right now."), _("Please try again later.")) from error
    if problem:
        raise refuse(
            "file-scan",
            _("The virus scanner rejected this file: %(problem)s.") % {"problem": problem},
            _("Don’t open it. Tell your IT support."),
        )


def safe_name(name: str, kind: Kind) -> str:
    """Make `name` safe for downloads: no path, control characters, direction marks or quotes, and one ending (ASVS 5.4.2)."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(character for character in base if unicodedata.category(character)[0] not in "CZ" or character == " ")
    stem, _dot, ending = base.rpartition(".")
    stem = re.sub(r"[^\w \-()]+", "_", stem).strip(" _")
    ending = f".{ending.lower()}"
    if ending not in kind.extensions:
        ending = kind.extensions[0]
    return f"{stem[:LONGEST_NAME] or 'file'}{ending}"


# ── What each kind holds ─────────────────────────────────────────────────────────────────────


def _is_pdf(content: bytes) -> bool:
    """Whether `content` is a PDF. Scanners may put their own bytes first, so like PDF readers we look for the header in the first 1,024."""
    return (
        b"%PDF-" in content[: active_content.HEADER_WITHIN]
        and not content.startswith((b"PK\x03\x04", b"MZ", b"<", b"#!"))
        and b"%%EOF" in content[-2048:]
        and _ZIP_END not in content[-65_557:]
    )


def _is_png(content: bytes) -> bool:
    """Whether `content` is a PNG from its signature to its last chunk, with nothing after it."""
    ends_well = content[-8:-4] == b"IEND" and content[12:16] == b"IHDR"
    return content.startswith(b"\x89PNG\r\n\x1a\n") and ends_well and not _is_active(content)


def _is_jpeg(content: bytes) -> bool:
    """Whether `content` is a JPEG. Cameras append data, so anything may follow the end mark except an archive."""
    starts, ends = content.startswith(b"\xff\xd8\xff"), b"\xff\xd9" in content
    return starts and ends and _ZIP_END not in content[-65_557:] and not _is_active(content)


def _is_active(content: bytes) -> bool:
    """Whether the beginning could pass for a web page, a script or another document."""
    head = content[:1024].lower()
    return any(mark in head for mark in _ACTIVE)


def _is_text(content: bytes) -> bool:
    """Whether `content` is UTF-8 text, with no control characters except those for layout."""
    if content.startswith((b"%PDF-", b"PK\x03\x04", b"MZ", b"{\\rtf", b"\x7fELF")):
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text)


def _is_office(content: bytes, part: str, main: bytes) -> bool:
    """Whether `content` is an Office Open XML file of this kind: it has and declares its main part, has no macros, and unpacks within limits."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _is_bounded(archive) and _is_whole(archive) and _declares(archive, part, main)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error):
        return False


def _is_bounded(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is within limits, judged by its directory before anything is unpacked."""
    entries = archive.infolist()
    if not 0 < len(entries) <= MOST_ENTRIES or min(entry.header_offset for entry in entries) != 0 or archive.comment:
        return False
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    return unpacked <= MOST_UNPACKED_BYTES and unpacked <= MOST_RATIO * max(packed, 1024)


def _is_whole(archive: zipfile.ZipFile) -> bool:
    """Whether every entry unpacks to the size and checksum in the directory, is not encrypted, and has a path inside the archive."""
    for entry in archive.infolist():
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if entry.flag_bits & 0x1 or ".." in parts or entry.filename.startswith("/"):
            return False
        with archive.open(entry) as stream:
            while stream.read(CHUNK):
                pass
    return True


def _declares(archive: zipfile.ZipFile, part: str, main: bytes) -> bool:
    names = {name.lower() for name in archive.namelist()}
    if part not in names or "[content_types].xml" not in names or len(names) != len(archive.namelist()):
        return False
    types = archive.read("[Content_Types].xml").lower()
    harmful = (
        b"macroenabled" in types
        or b"<!doctype" in types
        or any(name.endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names)
    )
    return main in types and not harmful


KINDS = (
    Kind(gettext_lazy("PDF document"), (".pdf",), "application/pdf", _is_pdf),
    Kind(gettext_lazy("PNG picture"), (".png",), "image/png", _is_png),
    Kind(gettext_lazy("JPEG picture"), (".jpg", ".jpeg"), "image/jpeg", _is_jpeg),
    Kind(
        gettext_lazy("Word document"),
        (".docx",),
        _WORD.decode().removesuffix(".main+xml"),
        lambda content: _is_office(content, "word/document.xml", _WORD),
    ),
    Kind(
        gettext_lazy("Excel workbook"),
        (".xlsx",),
        _SHEET.decode().removesuffix(".main+xml"),
        lambda content: _is_office(content, "xl/workbook.xml", _SHEET),
    ),
    Kind(gettext_lazy("CSV table"), (".csv",), "text/csv; charset=utf-8", _is_text),
    Kind(gettext_lazy("plain text"), (".txt",), "text/plain; charset=utf-8", _is_text),
)
