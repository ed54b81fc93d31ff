"""Contents of documents, keys and time stampers for tests, made without a database or a network."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader

from agreements.versions.canonical_text import sha256
from ledger.canonical import canonical_json
from sealing.contents import Contents
from sealing.keys import Pkcs12Key, development_pkcs12
from sealing.pades import as_asn1

MOMENT = datetime.datetime(2026, 11, 21, 15, 0, tzinfo=datetime.UTC)
TEXT = re.compile(r"/(\w+) [\d.]+ Tf|(ET)|<([0-9a-fA-F]+)>")
PAIR = re.compile(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")
SENTENCE = "The team works in the open and shows what it has built. "


def contents(
    *, clauses: int = 5, text: str = "", standing: str = "", signatures: int = 2, heading: str = "", header: str = "", **facts: Any
) -> Contents:
    """A document with `clauses` clauses in five sections, signed by two; with `standing` a copy from before that."""
    words = b"agreement/1\n" + canonical_json(
        {
            "reference": "XL-2026-001-A1", "version": 1, "template": {"name": "Partnership", "version": 1}, "title": "Partnership agreement",
            "header": [{"label": "Ministry", "value": header or "Forêts et Sentiers"}],
            "sections": [
                {
                    "number": section, "heading": heading or f"Section {section}",
                    "clauses": [
                        {"number": f"{section}.{n}", "heading": heading or "A clause", "text": text or SENTENCE * 6}
                        for n in range(1, clauses // 5 + 1)
                    ],
                }
                for section in range(1, 6)
            ],
            "unique_conditions": [{"number": "5.99", "heading": "Data", "text": "Stays in Canada."}], "roles": [],
            "statement_of_intent": "I mean to sign.", "consent": "I consent.",
        }
    )  # fmt: skip
    evidence = tuple(record(order, version_sha256=sha256(words)) for order in range(1, signatures + 1))
    rest = {
        "lab": "Exchange Lab", "prepared_by": "Noor Castellane", "in_force_at": MOMENT.isoformat(), "at": MOMENT.isoformat(),
        "verify_url": "https://portal.example.test/verify/", "opened": {"1": MOMENT.isoformat()}, "informed": [],
    }  # fmt: skip
    facts = {**rest, **facts}
    if standing:
        del facts["in_force_at"]
    return Contents(words, sha256(words), () if standing else evidence, facts, standing)


def record(order: int, **fields: Any) -> tuple[str, bytes]:
    data = b"evidence/2\n" + canonical_json(
        {
            "role": {"role": "Product owner", "side": "program", "stage": 1}, "typed_name": f"Anneke Torvald {order}",
            "person": {"name": f"Anneke Torvald {order}", "email": "a@example.test", "title": "", "organisation": "Ministry"},
            "sections_read": [{"number": n, "at": MOMENT} for n in range(1, 6)], "signed_at": MOMENT,
            "signed_at_pacific": "21 November 2026, 8:00:00 a.m. Pacific time (UTC−7)", "identified_by": {"method": "link", "link": order},
            "invitation": order, "order": order, **fields,
        }
    )  # fmt: skip
    return sha256(data), data


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────


def key_file(folder: Path, *, passphrase: bytes | None = b"s3cret", begun: datetime.datetime | None = None, **other: Any) -> Path:
    """A PKCS#12 file as an operator would be given one, with its issuer beside it as `issuer.pem`."""
    pkcs12_data = development_pkcs12(begun or datetime.datetime.now(datetime.UTC), **other)
    key, certificate, chain = pkcs12.load_key_and_certificates(pkcs12_data, None)
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    path = folder / "seal.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, certificate, chain, encryption))
    (folder / "passphrase").write_bytes((passphrase or b"") + b"\n")
    (folder / "issuer.pem").write_bytes(chain[0].public_bytes(Encoding.PEM))
    return path


def key(folder: Path, **other: Any) -> Pkcs12Key:
    return Pkcs12Key(key_file(folder, **other), b"s3cret")


def issuer(folder: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates((folder / "issuer.pem").read_bytes())


def time_stamping_certificate() -> tuple[x509.Certificate, asn1_keys.PrivateKeyInfo]:
    """A time stamping authority that vouches for itself. RSA, for pyHanko's own can do no other."""
    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps for tests")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(private, hashes.SHA256())
    )  # fmt: skip
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return certificate, asn1_keys.PrivateKeyInfo.load(der)


def time_stamper() -> tuple[Any, x509.Certificate]:
    from pyhanko.sign.timestamps import DummyTimeStamper

    certificate, private = time_stamping_certificate()
    return DummyTimeStamper(as_asn1(certificate), private), certificate


# ── What a PDF says ──────────────────────────────────────────────────────────────────────────


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, in the order in which they are drawn."""
    reader = PdfFileReader(io.BytesIO(pdf))
    return [_words(page) for page in _pages(reader)]


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(pages_of(pdf)).split())


def _pages(reader: PdfFileReader) -> list[Any]:
    return [reader.find_page_for_modification(number)[0].get_object() for number in range(int(reader.root["/Pages"]["/Count"]))]


def _words(page: Any) -> str:
    """Glyphs drawn by a page, told as text by each font's own map; a new line of text is a space."""
    letters = {str(name).lstrip("/"): _letters(font) for name, font in _fonts(page)}
    pieces, known = [], {}
    for font, end, glyphs in TEXT.findall(page["/Contents"].get_object().data.decode("latin-1")):
        if font:
            known = letters[font]
        pieces.append(" " if end else "".join(known.get(glyphs[n : n + 4].lower(), "") for n in range(0, len(glyphs), 4)))
    return "".join(pieces)


def _fonts(page: Any) -> list[tuple[str, Any]]:
    fonts = page["/Resources"]["/Font"]
    return [(name, fonts[name]) for name in fonts]


def _letters(font: Any) -> dict[str, str]:
    pairs = PAIR.findall(font["/ToUnicode"].data.decode("latin-1"))
    return {glyph.lower(): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def attached(pdf: bytes) -> dict[str, bytes]:
    """The files attached to a PDF."""
    names = PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
    files = [place.get_object() for place in list(names)[1::2]]
    return {str(place["/UF"]): place["/EF"]["/F"].data for place in files}


def fonts_of(pdf: bytes) -> set[str]:
    """The names of all fonts of a PDF, without the tag of a subset."""
    pages = _pages(PdfFileReader(io.BytesIO(pdf)))
    return {str(font["/BaseFont"]).lstrip("/").split("+")[-1] for page in pages for _name, font in _fonts(page)}
