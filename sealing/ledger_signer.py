"""Signing the ledger's checkpoints and exported heads with the lab's sealing key; anyone with the issuers can check them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from sealing import keys

log = structlog.get_logger(__name__)
LONGEST_CHAIN = 5


class LabSigner:
    """Signs if there is a key, and checks signatures against the same issuers as seals (`SEAL_ROOTS`)."""

    def sign(self, data: bytes) -> dict[str, Any] | None:
        """Return the signature with its certificates; None, with a warning in the log, if no key may sign."""
        try:
            signed = keys.current_key().sign(data)
        except keys.KeyUnusable as error:
            log.warning("ledger_not_signed", why=str(error))
            return None
        return {"value": _text(signed.value), "certificates": [_text(_der(each)) for each in (signed.certificate, *signed.chain)]}

    def fault(self, data: bytes, signature: dict[str, Any]) -> str:
        try:
            value = base64.b64decode(signature["value"])
            certificate, *above = (x509.load_der_x509_certificate(base64.b64decode(each)) for each in signature["certificates"])
            issuers = keys.roots()
        except keys.KeyUnusable as error:
            return str(error)
        except (KeyError, ValueError, TypeError):
            return "it can't be read"
        if not _issued_by(certificate, above, issuers):
            return "its certificate isn't from one of the lab's issuers"
        return "" if _matches(certificate, value, data) else "it was made for different content"

    def may_sign(self) -> bool:
        try:
            keys.current_key().sign(b"")
        except keys.KeyUnusable:
            return False
        return True


def _issued_by(certificate: x509.Certificate, above: Iterable[x509.Certificate], issuers: Iterable[x509.Certificate]) -> bool:
    """Return whether a chain leads from `certificate` through `above` to one of `issuers`. Dates don't matter: old checkpoints stay signed."""
    issuers, above = list(issuers), list(above)
    for _step in range(LONGEST_CHAIN):
        if any(_signed_by(certificate, issuer) for issuer in issuers):
            return True
        higher = next((each for each in above if each != certificate and _signed_by(certificate, each)), None)
        if higher is None:
            return False
        certificate = higher
    return False


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def _matches(certificate: x509.Certificate, value: bytes, data: bytes) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
