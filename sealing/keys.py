"""The lab's sealing key: a PKCS#12 file in production, a generated one in development.

`SealKey` is a narrow interface, so that a hardware module or a key service can be added as another class.
"""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PublicFormat, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer


DEVELOPMENT_NAME = "DEVELOPMENT ONLY, proves nothing"
DEVELOPMENT_DAYS = 730


class KeyUnusable(Exception):
    """Raised if no key may seal now; the message says why and how to fix it."""


class SealKey(Protocol):
    """A key that the lab seals with."""

    @property
    def is_development(self) -> bool:
        """Whether it is a development key, whose seals prove nothing."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that it seals with. Raises `KeyUnusable` if it may not seal today."""

    def signer(self) -> Signer:
        """Return the signer for pyHanko. Raises `KeyUnusable`."""

    def sign(self, data: bytes) -> Signed:
        """Return a bare signature on `data`, for the ledger's checkpoints. Raises `KeyUnusable`."""


@dataclass(frozen=True)
class Signed:
    """A signature with the certificate of its key and the certificates above that."""

    value: bytes
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class Holding:
    """The contents of a PKCS#12 file."""

    key: Any
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class Pkcs12Key:
    """A key and its certificate in a PKCS#12 file."""

    path: Path
    passphrase: bytes | None = None
    is_development: bool = False

    def holding(self) -> Holding:
        """Return the file's contents, read once per process. Raises `KeyUnusable` for a wrong passphrase or another kind of file."""
        return _held(self.path, self.passphrase, self.path.stat().st_mtime_ns if self.path.exists() else 0)

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that it seals with. Raises `KeyUnusable` if it may not seal today."""
        return self._usable().certificate

    def signer(self) -> Signer:
        """Return the signer for pyHanko. Raises `KeyUnusable` if the certificate may not seal today."""
        from pyhanko.sign.signers import SimpleSigner

        holding = self._usable()
        data = pkcs12.serialize_key_and_certificates(b"seal", holding.key, holding.certificate, holding.chain, NoEncryption())
        return SimpleSigner.load_pkcs12_data(data, other_certs=[])

    def sign(self, data: bytes) -> Signed:
        """Sign with ECDSA or RSA (PKCS#1 v1.5), depending on the key, and SHA-256. Raises `KeyUnusable` as `signer` does."""
        holding = self._usable()
        how: tuple[Any, ...] = (
            (padding.PKCS1v15(), hashes.SHA256()) if isinstance(holding.key, rsa.RSAPrivateKey) else (ec.ECDSA(hashes.SHA256()),)
        )
        return Signed(holding.key.sign(data, *how), holding.certificate, holding.chain)

    def _usable(self) -> Holding:
        holding = self.holding()
        for fault in faults_of(holding.certificate, datetime.datetime.now(datetime.UTC)):
            raise KeyUnusable(fault)
        return holding


@lru_cache(maxsize=4)
def _held(path: Path, passphrase: bytes | None, changed: int) -> Holding:
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase)
    except OSError as error:
        raise KeyUnusable(f"Can't read the seal's key file ({error.strerror}): {path}") from error
    except ValueError as error:
        raise KeyUnusable(f"{path.name} doesn't open with this passphrase, or isn't a PKCS#12 file.") from error
    if key is None or certificate is None:
        raise KeyUnusable(f"{path.name} has no key or no certificate.")
    if _spki(key.public_key()) != _spki(certificate.public_key()):
        raise KeyUnusable(f"The key in {path.name} doesn't belong to its certificate.")
    return Holding(key, certificate, tuple(chain))


def _spki(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def faults_of(certificate: x509.Certificate, at: datetime.datetime) -> Iterator[str]:
    """Yield the reasons, as sentences, why `certificate` may not seal at this time."""
    if at > certificate.not_valid_after_utc:
        yield f"The seal's certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}."
    if at < certificate.not_valid_before_utc:
        yield f"The seal's certificate isn't valid before {certificate.not_valid_before_utc:%Y-%m-%d}."
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        yield "The seal's certificate doesn't say what it's for (no key usage)."
        return
    if not usage.content_commitment:
        yield "The seal's certificate isn't for sealing documents (key usage lacks content commitment)."


def current_key() -> SealKey:
    """Return the key that seals now. Raises `KeyUnusable` if none is configured and the development key isn't allowed."""
    if settings.SEAL_PKCS12:
        return named_key()
    if not development_allowed():
        raise KeyUnusable("No sealing key is set up. Set SEAL_PKCS12 and SEAL_PKCS12_PASSPHRASE_FILE.")
    return Pkcs12Key(development_file(), is_development=True)


def named_key() -> Pkcs12Key:
    """Return the key that `SEAL_PKCS12` names. Raises `KeyUnusable` if the passphrase file can't be read."""
    return Pkcs12Key(Path(settings.SEAL_PKCS12), _passphrase())


def development_allowed() -> bool:
    """Return whether the development key, which proves nothing, may seal here."""
    return bool(settings.DEBUG or settings.SEAL_ALLOW_DEVELOPMENT)


def _passphrase() -> bytes | None:
    if not settings.SEAL_PKCS12_PASSPHRASE_FILE:
        return None
    try:
        return Path(settings.SEAL_PKCS12_PASSPHRASE_FILE).read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise KeyUnusable(f"Can't read the file with the seal's passphrase ({error.strerror}).") from error


def roots() -> list[x509.Certificate]:
    """Return the issuers we trust, including old ones, never the key's own certificate; a file in `SEAL_ROOTS` can have several.

    Raises `KeyUnusable` if a file can't be read.
    """
    certificates = _certificates_in(settings.SEAL_ROOTS)
    if development_allowed() and _development_path().exists():
        certificates += Pkcs12Key(_development_path(), is_development=True).holding().chain
    return certificates


def timestamp_roots() -> list[x509.Certificate]:
    """Return the issuers of time stamps that we trust. Raises `KeyUnusable` as `roots` does."""
    return _certificates_in(settings.SEAL_TSA_ROOTS)


def _certificates_in(paths: Iterable[str]) -> list[x509.Certificate]:
    certificates: list[x509.Certificate] = []
    for path in paths:
        try:
            certificates += x509.load_pem_x509_certificates(Path(path).read_bytes())
        except (OSError, ValueError) as error:
            raise KeyUnusable(f"Can't read root certificates from {path}.") from error
    return certificates


# ── The development key ──────────────────────────────────────────────────────────────────────


def _development_path() -> Path:
    return Path(settings.VAR_DIR) / "seal" / "development.p12"


def development_file() -> Path:
    """Return the development key's file, created on first use; if two processes create it at once, both use the first one's."""
    path = _development_path()
    if path.exists():
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, half_made = tempfile.mkstemp(dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(development_pkcs12(datetime.datetime.now(datetime.UTC)))
        os.link(half_made, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(half_made)
    return path


def development_pkcs12(now: datetime.datetime, *, days: int = DEVELOPMENT_DAYS, content_commitment: bool = True) -> bytes:
    """Generate an issuer and a sealing key (ECDSA P-256) whose names say that they are only for development."""
    issuer_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer_name, name = _named(f"{DEVELOPMENT_NAME}: issuer"), _named(DEVELOPMENT_NAME)
    ends = now + datetime.timedelta(days=days)
    issuer = (
        _certificate(issuer_name, issuer_name, issuer_key.public_key(), now, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issues=True), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    certificate = (
        _certificate(name, issuer_name, key.public_key(), now, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(commits=content_commitment), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"seal", key, certificate, [issuer], NoEncryption())


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Any, begins: datetime.datetime, ends: datetime.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - datetime.timedelta(minutes=5))
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, issues: bool = False, commits: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues, content_commitment=commits, key_cert_sign=issues, crl_sign=issues, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def issuers_pem() -> bytes:
    """Return every issuer of our sealing certificates, past and present. Raises `KeyUnusable` if a configured file can't be read."""
    return b"".join(root.public_bytes(Encoding.PEM) for root in roots())


def timestamp_issuers_pem() -> bytes:
    """Return every issuer of our time stamps. Raises `KeyUnusable`."""
    return b"".join(root.public_bytes(Encoding.PEM) for root in timestamp_roots())
