"""System checks of the seal: what is wrong with its key, each with a hint on how to fix it.

`manage.py check` checks the configured key; `check --deploy`, run where the worker runs, also makes a test seal. Codes:

agreements.E010 no key on a public installation     agreements.E014 time stamps requested, but no issuer set
agreements.E011 the key can't be opened             agreements.E015 a test seal failed its check
agreements.E012 the certificate may not seal        agreements.W010 the certificate expires within 60 days
agreements.E013 no issuer set, or not its own       agreements.W011 the libraries for PDFs are missing
                                                    agreements.W012 fonts for other scripts are missing
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.core import checks

from sealing import fonts, keys
from sealing.libraries import REMEDY, missing

Findings = list[checks.CheckMessage]
SOON = datetime.timedelta(days=60)
NO_KEY = (
    "Set SEAL_PKCS12, SEAL_PKCS12_PASSPHRASE_FILE and SEAL_ROOTS where the worker runs, or SEAL_ALLOW_DEVELOPMENT=1 on a test installation."
)


def the_key_seals(**kwargs: Any) -> Findings:
    """Check that the configured key opens, comes from a configured issuer, and may seal today and for a while."""
    if not settings.SEAL_PKCS12:
        return []
    try:
        holding = keys.named_key().holding()
        issuers = keys.roots()
        stampers = keys.timestamp_roots()
    except keys.KeyUnusable as fault:
        return [checks.Error(str(fault), hint="Check SEAL_PKCS12, SEAL_PKCS12_PASSPHRASE_FILE and SEAL_ROOTS.", id="agreements.E011")]
    findings: Findings = [
        checks.Error(fault, hint="Renew the certificate, and keep its issuer in SEAL_ROOTS.", id="agreements.E012")
        for fault in keys.faults_of(holding.certificate, datetime.datetime.now(datetime.UTC))
    ]
    if not _reaches(holding, issuers):
        hint = "Save the issuer's certificate (PEM) in a file and add the file to SEAL_ROOTS. Keep the issuers of earlier keys there too."
        findings.append(
            checks.Error("None of the certificates in SEAL_ROOTS issued the seal's certificate.", hint=hint, id="agreements.E013")
        )
    if settings.SEAL_TSA_URLS and not stampers:
        hint = "Add the file with the service's root certificate to SEAL_TSA_ROOTS."
        findings.append(checks.Error("Time stamps are requested, but their issuer isn't set.", hint=hint, id="agreements.E014"))
    return [*findings, *_ends_soon(holding.certificate)]


def _reaches(holding: keys.Holding, issuers: list[x509.Certificate]) -> bool:
    """Return whether the certificate comes from one of `issuers`, through the others in its file."""
    certificate, steps = holding.certificate, 0
    while steps <= len(holding.chain):
        if any(_issued(issuer, certificate) for issuer in issuers):
            return True
        above = next((candidate for candidate in holding.chain if candidate != certificate and _issued(candidate, certificate)), None)
        if above is None:
            return False
        certificate, steps = above, steps + 1
    return False


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _ends_soon(certificate: x509.Certificate) -> Iterator[checks.CheckMessage]:
    left = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    if datetime.timedelta() < left < SOON:
        hint = "Get a new one now. docs/sealing.md explains how to change over."
        yield checks.Warning(f"The seal's certificate expires in {left.days} days.", hint=hint, id="agreements.W010")


def something_seals(**kwargs: Any) -> Findings:
    """Check that a public installation has its own key, unless it is marked as a test installation."""
    if settings.DEBUG or settings.SEAL_PKCS12 or settings.SEAL_ALLOW_DEVELOPMENT:
        return []
    return [checks.Error("No key is set up to seal agreements, so their PDFs will wait.", hint=NO_KEY, id="agreements.E010")]


TRIAL_PAGE = '<html lang="en"><head><title>Trial</title></head><body><p>Sealed for trial.</p></body></html>'


def a_trial_holds(**kwargs: Any) -> Findings:
    """Print and seal one line and check it as strictly as any document, without a time stamp."""
    if not settings.SEAL_PKCS12:
        return []
    if missing():
        return [checks.Warning("The libraries for making PDFs are missing on this machine.", hint=REMEDY, id="agreements.W011")]
    from sealing import pades
    from sealing.rendering import typeset

    try:
        sealed = pades.seal(typeset(TRIAL_PAGE), keys.named_key().signer(), lab="a trial")
        faults = pades.faults_of(sealed, keys.roots())
    except Exception as error:  # whatever it is, report it here
        faults = [f"{type(error).__name__}: {error}"]
    if not faults:
        return []
    message = f"A test seal failed its check: {', '.join(faults)}."
    return [checks.Error(message, hint="Check the key and SEAL_ROOTS.", id="agreements.E015")]


def fonts_are_there(**kwargs: Any) -> Findings:
    """Check that `make setup` installed the packaged fonts; without them, names in other scripts are refused."""
    if not (lacking := fonts.missing()):
        return []
    return [checks.Warning(f"Fonts for other scripts are missing: {', '.join(lacking)}.", hint="make setup", id="agreements.W012")]


checks.register(the_key_seals, "agreements")
checks.register(fonts_are_there, "agreements")
for check in (something_seals, a_trial_holds):
    checks.register(check, "agreements", deploy=True)
