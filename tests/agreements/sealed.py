"""Sealed agreements and everything that is not one, made without a database: issuers, seals, forgeries."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import random
from dataclasses import dataclass
from typing import Any

from asn1crypto import keys, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from weasyprint import HTML, Attachment

from ledger.canonical import canonical_json
from sealing.verification import Trust

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)
ROLES = ("Assistant deputy minister", "Executive director", "Product owner")


@dataclass(frozen=True)
class Keys:
    """A certificate with its key."""

    certificate: certificates.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def asn1(self) -> x509.Certificate:
        return x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    @property
    def asn1_key(self) -> keys.PrivateKeyInfo:
        plain = self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return keys.PrivateKeyInfo.load(plain)


def _certificate(name: str, days: tuple[int, int], by: Keys | None, extensions: list[tuple[Any, bool]], key: Any = None) -> Keys:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        certificates.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(NOW + days[0] * DAY)
        .not_valid_after(NOW + days[1] * DAY)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return Keys(builder.sign(by.key if by else key, hashes.SHA256()), key)


def _usage(**on: bool) -> certificates.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
        "encipher_only", "decipher_only",
    )  # fmt: skip
    return certificates.KeyUsage(**{name: on.get(name, False) for name in every})


def issuer(name: str = "Exchange Lab seals", days: tuple[int, int] = (-1000, 3000), by: Keys | None = None, above: int = 0) -> Keys:
    """Who issues sealing certificates: by itself, or `by` a root that may stand `above` other issuers."""
    basic = certificates.BasicConstraints(ca=True, path_length=above)
    return _certificate(name, days, by, [(basic, True), (_usage(key_cert_sign=True), True)])


def sealing(by: Keys, days: tuple[int, int] = (-30, 700), **usage: bool) -> Keys:
    """A certificate to seal with."""
    right = usage or {"digital_signature": True, "content_commitment": True}
    extensions = [(certificates.BasicConstraints(ca=False, path_length=None), True), (_usage(**right), True)]
    return _certificate("Exchange Lab", days, by, extensions)


def sealing_rsa(by: Keys) -> Keys:
    extensions = [(_usage(digital_signature=True, content_commitment=True), True)]
    return _certificate("Exchange Lab", (-30, 700), by, extensions, rsa.generate_private_key(65537, 2048))


def stamping(by: Keys) -> Keys:
    """A certificate of a time stamping service. RSA, for pyHanko's stamper for tests can do no other."""
    purpose = certificates.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    extensions = [(purpose, True), (_usage(digital_signature=True), True)]
    return _certificate("A clock", (-900, 3000), by, extensions, rsa.generate_private_key(65537, 2048))


def agreement(**other: Any) -> bytes:
    words = {
        "reference": "XL-2026-001-A1",
        "version": 3,
        "title": "Partnership",
        "sections": [{"number": 1, "heading": "What we do", "clauses": [{"number": "1.1", "heading": "Aim", "text": "We mend it."}]}],
        "roles": [{"role": role, "side": "program", "stage": 1, "must_sign": True} for role in ROLES]
        + [{"role": "Privacy", "side": "alliance", "stage": 1, "must_sign": False}],
    }
    return b"agreement/1\n" + canonical_json({**words, **other})


def records(words: bytes, roles: tuple[str, ...] = ROLES) -> list[str]:
    """The records of the signatures on `words`, each naming the one before."""
    texts: list[str] = []
    for order, role in enumerate(roles, 1):
        record = {
            "version_sha256": hashlib.sha256(words).hexdigest(), "role": {"role": role, "side": "program", "stage": 1},
            "person": {"name": f"Person {order}"}, "signed_at": NOW - DAY + datetime.timedelta(minutes=order), "order": order,
        }  # fmt: skip
        if texts:
            record["previous_evidence_sha256"] = hashlib.sha256(texts[-1].encode()).hexdigest()
        texts.append("evidence/2\n" + canonical_json(record).decode())
    return texts


def evidence(texts: list[str]) -> bytes:
    rows = [{"sha256": hashlib.sha256(text.encode()).hexdigest(), "record": text} for text in texts]
    return canonical_json({"format": "evidence-list/1", "records": rows})


def rendered(words: bytes | None = None, listed: bytes | None = None, *, attach: bool = True) -> bytes:
    """A PDF with the agreement and its evidence attached, not sealed."""
    words = agreement() if words is None else words
    listed = evidence(records(words)) if listed is None else listed
    files = [Attachment(string=words, name="agreement.json"), Attachment(string=listed, name="evidence.json")] if attach else []
    text = "".join(f"<h2>{n}. A clause</h2><p>{'Words that somebody agrees to. ' * 12}</p>" for n in range(1, 13))
    return HTML(string=f"<html lang=en><title>Agreement</title><h1>Agreement</h1>{text}").write_pdf(
        pdf_variant="pdf/ua-1", attachments=files
    )


def seal(
    pdf: bytes, by: Keys, *issued_by: Keys, stamp: tuple[Keys, Keys] | None = None, certify: bool = True, field: str = "Seal"
) -> bytes:
    """`pdf` as the lab seals it; `stamp` is a time stamping certificate and its issuer."""
    store = SimpleCertificateStore()
    for each in issued_by:
        store.register(each.asn1)
    signer = SimpleSigner(signing_cert=by.asn1, signing_key=by.asn1_key, cert_registry=store)
    clock = None
    if stamp:
        clocks = SimpleCertificateStore()
        clocks.register(stamp[1].asn1)
        clock = DummyTimeStamper(stamp[0].asn1, stamp[0].asn1_key, certs_to_embed=clocks)
    kind: dict[str, Any] = {"certify": True, "docmdp_permissions": MDPPerm.NO_CHANGES} if certify else {}
    out = io.BytesIO()
    PdfSigner(
        PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", **kind),
        signer=signer,
        timestamper=clock,
        new_field_spec=SigFieldSpec(field, invis_sig_settings=InvisSigSettings(set_hidden_flag=True, set_print_flag=False)),
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def trust(*roots: Keys, stamps: Keys | None = None, now: datetime.datetime | None = None) -> Trust:
    return Trust.of_pem(b"".join(root.pem for root in roots), stamps.pem if stamps else b"", now)


def hole(data: bytes) -> range:
    """The bytes that hold the seal itself, brackets included."""
    start = data.rindex(b"/Contents <") + len(b"/Contents ")
    return range(start, data.index(b">", start) + 1)


def flipped(data: bytes, at: int, dice: random.Random | None = None) -> bytes:
    """`data` with one other byte at `at`."""
    other = data[at] ^ (dice or random.Random(at)).randrange(1, 256)
    return data[:at] + bytes([other]) + data[at + 1 :]


def listed(data: bytes) -> dict[str, Any]:
    return json.loads(data)
