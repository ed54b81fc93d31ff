"""Checking the seal's own container, which no seal can cover, byte by byte.

A PDF's seal covers everything except the hexadecimal text of the seal itself. Differences there that readers ignore (letter
case, padding, other encodings of the same content) would allow unnoticed changes. So the container is rebuilt from its parts
exactly as pyHanko writes it, and compared byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from asn1crypto import cms, core, x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import load_der_x509_certificate

CMS_VERSION = "v1"


def hole_is_exact(data: bytes, byte_range: Iterable[int], contents: bytes) -> bool:
    """Return whether the seal leaves out exactly `contents` in upper-case hex between `<` and `>`, and nothing else of `data`."""
    numbers = [int(number) for number in byte_range]
    if len(numbers) != 4:
        return False
    start, before, after, rest = numbers
    if start != 0 or before < 0 or rest < 0 or after + rest != len(data) or after <= before:
        return False
    return data[before:after] == b"<" + contents.hex().upper().encode() + b">"


def is_canonical(contents: bytes, path: Iterable[x509.Certificate]) -> bool:
    """Return whether `contents` is a seal in its canonical encoding, followed by zeros.

    `path` has the certificates from the trusted issuer to the sealing one. No other certificate may be in it, except the root
    above the trusted issuer, which its own signature protects.
    """
    message = cms.ContentInfo.load(contents)
    raw = message.dump()
    if not contents.startswith(raw) or contents[len(raw) :].strip(b"\0"):
        return False
    known = [certificate.dump() for certificate in path]
    inside = [choice.chosen.dump() for choice in message["content"]["certificates"]]
    if not inside or len(set(inside)) != len(inside):
        return False
    if any(other not in known and not _issued(other, known[0]) for other in inside):
        return False
    return _written_again(message["content"]).dump() == raw


def _issued(above: bytes, anchor: bytes) -> bool:
    """Return whether `above` is a self-signed root that issued `anchor`."""
    try:
        root = load_der_x509_certificate(above)
        root.verify_directly_issued_by(root)
        load_der_x509_certificate(anchor).verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _written_again(sealed: cms.SignedData) -> cms.ContentInfo:
    """Rebuild the seal from the parts that the signature and the certificates protect."""
    signer = sealed["signer_infos"][0]
    certificate = _signer_certificate(sealed, signer)
    digest = {"algorithm": signer["digest_algorithm"]["algorithm"].native}
    parts: dict[str, Any] = {
        "version": CMS_VERSION,
        "sid": cms.SignerIdentifier(
            {"issuer_and_serial_number": cms.IssuerAndSerialNumber(
                {"issuer": x509.Name.load(certificate.issuer.dump()), "serial_number": certificate.serial_number}
            )}
        ),
        "digest_algorithm": digest,
        "signed_attrs": cms.CMSAttributes.load(signer["signed_attrs"].untag().dump()),
        "signature_algorithm": {"algorithm": signer["signature_algorithm"]["algorithm"].native},
        "signature": signer["signature"].native,
    }  # fmt: skip
    tokens = signer["unsigned_attrs"]
    if tokens is not core.VOID and len(tokens):
        parts["unsigned_attrs"] = cms.CMSAttributes([_only_timestamp(tokens)])
    again = cms.SignedData(
        {
            "version": CMS_VERSION,
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [x509.Certificate.load(choice.chosen.dump()) for choice in sealed["certificates"]],
            "signer_infos": [parts],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": again})


def _signer_certificate(sealed: cms.SignedData, signer: cms.SignerInfo) -> x509.Certificate:
    serial = signer["sid"].chosen["serial_number"].native
    certificates = [choice.chosen for choice in sealed["certificates"] if choice.chosen.serial_number == serial]
    return certificates[0]


def _only_timestamp(attributes: cms.CMSAttributes) -> cms.CMSAttribute:
    """Return the time stamp's token unchanged, because its issuer made it; it must be the only unsigned attribute."""
    (attribute,) = attributes
    (token,) = attribute["values"]
    return cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token.dump())]})
