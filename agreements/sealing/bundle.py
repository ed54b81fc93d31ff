"""All that proves an agreement in one ZIP, to be kept and checked without this portal (EL-32).

The same version, seal and issuers give the same bytes. Addresses and browsers are in it for lab operations alone.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import AgreementVersion, PaperAgreement, Party, SealedDocument, Signature, State
from agreements.versions import records
from agreements.versions.canonical_text import sha256
from sealing.contents import evidence_list
from sealing.files import sealed_bytes
from sealing.keys import issuers_pem, timestamp_issuers_pem

SCHEMA = Path(__file__).parent / "evidence.schema.json"
Files = dict[str, bytes]


def bundle(version: AgreementVersion, *, annexes: bool, party: Party | None = None) -> bytes:
    """The ZIP of a version that was circulated. `annexes`: with the addresses and browser of each signer.

    A `party`'s own holds its own signature, and no signature of others before all have signed. Raises `Damaged`
    when the sealed file is not the one that was sealed, `KeyUnusable` when the issuers can't be read, and
    `RecordsAltered` when what would be packed isn't what the ledger recorded.
    """
    records.compare_before_sealing(version)
    document = SealedDocument.objects.filter(version=version).first()
    signatures = list(version.signatures.order_by("signed_at", "pk"))
    whole = annexes or version.in_force_at is not None
    files = {
        "agreement.json": bytes(version.canonical or b""),
        **(_evidence(version, signatures) if whole else _own(signatures, party)),
        **(_annexes(signatures) if annexes else {}),
        **({"agreement.pdf": sealed_bytes(document)} if document else {}),
        "issuers.pem": issuers_pem(),
        "timestamp-issuers.pem": timestamp_issuers_pem(),
        "evidence.schema.json": SCHEMA.read_bytes(),
    }
    files = {name: content for name, content in files.items() if content}
    files["READ-ME.txt"] = _read_me(version, document, files).encode()
    files["SHA256SUMS"] = "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(files.items())).encode()
    return _packed(files, version)


def paper_bundle(paper: PaperAgreement) -> bytes:
    """The ZIP of an agreement signed on paper: the scan and what is on record of it, labelled for what it is; nothing in it is sealed."""
    with paper.file.open("rb") as scan:
        files = {"signed-on-paper-scan.pdf": scan.read(), "READ-ME.txt": _read_me_of_paper(paper).encode()}
    files["SHA256SUMS"] = "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(files.items())).encode()
    return _zipped(files, paper.confirmed_at or paper.recorded_at)


def _read_me_of_paper(paper: PaperAgreement) -> str:
    params = {
        "title": paper.title, "label": paper.label, "parties": paper.parties, "signers": paper.signers, "day": paper.signed_on.isoformat(),
        "sha256": paper.sha256,
    }  # fmt: skip
    return (
        _(
            """%(title)s

%(label)s
It wasn’t signed in this portal. Nothing in this folder is sealed, and this scan is the portal’s only record of the signatures.

Parties, as printed:
%(parties)s

Signers, as printed:
%(signers)s

Last signature: %(day)s

To check that the scan is the one on record:

  sha256sum signed-on-paper-scan.pdf
  %(sha256)s
"""
        )
        % params
    )


def name_of(version: AgreementVersion) -> str:
    return f"{version.file_name}.zip"


def _evidence(version: AgreementVersion, signatures: list[Signature]) -> Files:
    """The list as the sealed PDF carries it, and each record by itself, so that `sha256sum` gives its hash."""
    if not signatures:
        return {}
    records = [(signature.evidence_sha256, bytes(signature.evidence)) for signature in signatures]
    listed = evidence_list(version.agreement.reference, version.number, str(version.content_sha256), records)
    return {"evidence.json": listed, **{f"evidence/{n:02}.txt": record for n, (_sha256, record) in enumerate(records, 1)}}


def _own(signatures: list[Signature], party: Party | None) -> Files:
    """The record of the party's own signature, numbered as it will be among all of them."""
    return {f"evidence/{n:02}.txt": bytes(s.evidence) for n, s in enumerate(signatures, 1) if party and s.role_id == party.role_id}


def _annexes(signatures: list[Signature]) -> Files:
    return {f"annexes/{n:02}.txt": bytes(signature.annex or b"") for n, signature in enumerate(signatures, 1)}


def _packed(files: Files, version: AgreementVersion) -> bytes:
    return _zipped(files, version.in_force_at or version.circulated_at or version.made_at)


def _zipped(files: Files, at: datetime.datetime) -> bytes:
    """Stored, not squeezed, in the order of names, with the record's own date: no two packers differ."""
    moment = timezone.localtime(at)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (moment.year, moment.month, moment.day, moment.hour, moment.minute, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


# ── What is in it, and how to check it by hand ───────────────────────────────────────────────


def _read_me(version: AgreementVersion, document: SealedDocument | None, files: Files) -> str:
    facts = {
        "title": version.agreement.template_version.title,
        "reference": version.agreement.reference,
        "number": version.number,
        "words": version.content_sha256,
        **version.agreement.template_version.words.params,
        "site": settings.SITE_URL.rstrip("/"),
    }
    parts = [_head() % facts, _status_line(version, document) % facts, _holds()]
    parts += [f"  {name:<24}{about % facts}" for name, about in _contents(files)]
    if not document:
        parts += [_no_pdf() % facts]
    parts += [_on_words() % facts]
    if "evidence.json" in files:
        parts += [_on_records() % facts]
    if document:
        parts += [_on_seal() % {**facts, "file": document.sha256}]
    return "\n".join(parts) + "\n"


def _status_line(version: AgreementVersion, document: SealedDocument | None) -> str:
    if document:
        status = _("In force and sealed. The PDF is agreement.pdf.")
    elif version.in_force_at:
        status = _("IN FORCE, NOT SEALED YET: everyone has %(signed)s, and the sealed PDF is being made. Download this again later.")
    else:
        status = _("NOT IN FORCE YET: not everyone who has to %(sign)s has %(signed)s. Nothing in this folder is sealed.")
    return {State.VOID: _("VOID: declared void by the lab."), State.SUPERSEDED: _("REPLACED by a newer version.")}.get(
        State(version.state), status
    )


def _contents(files: Files) -> Iterator[tuple[str, str]]:
    about = {
        "agreement.pdf": _("the agreement as the lab sealed it, with the certificate of %(signatures)s"),
        "agreement.json": _("the wording the parties %(signed)s, byte for byte"),
        "evidence.json": _("the record of every %(signature)s, in the order they were given"),
        "annexes/01.txt": _("where each %(signature)s was given; for lab operations only, don’t share it"),
        "evidence.schema.json": _("what the records contain, as a JSON schema"),
        "issuers.pem": _("issuers of the lab’s sealing certificates"),
        "timestamp-issuers.pem": _("issuers of the time stamp certificates"),
        "SHA256SUMS": _("the fingerprint of every file in this folder"),
    }
    for name, text in about.items():
        if name in files or name == "SHA256SUMS":
            yield name, text
    if own := [name for name in files if name.startswith("evidence/")]:
        yield (
            own[0],
            _("each record as a separate file, as it was hashed") if "evidence.json" in files else _("the record of your %(signature)s"),
        )


def _head() -> str:
    return _("%(title)s\n%(reference)s, version %(number)d\n")


def _holds() -> str:
    return _("\nContents:\n")


def _no_pdf() -> str:
    return _("\nThere’s no PDF yet. The sealed PDF is made once everyone has %(signed)s. Download this again then.")


def _on_words() -> str:
    return _(
        """
To check that nothing in this folder has changed since it was packed:

  sha256sum -c SHA256SUMS

To recompute the fingerprint of the wording, which is on every page and in every record of %(a_signature)s:

  sha256sum agreement.json
  %(words)s"""
    )


def _on_records() -> str:
    return _(
        """
To check the records of %(signatures)s: the fingerprint of each file in evidence/ is in evidence.json as "sha256", and in the
next record as "previous_evidence_sha256". "version_sha256" in each record is the fingerprint of the wording.

  sha256sum evidence/*.txt"""
    )


def _on_seal() -> str:
    return _(
        """
To check the sealed PDF, compare its fingerprint with the one below, or upload the file to %(site)s/verify/

  sha256sum agreement.pdf
  %(file)s

Any PDF reader that supports digital signatures can check the seal once you add issuers.pem to it. You can also check it
with the portal's own program, without the portal:

  python -m agreements.verification agreement.pdf --root issuers.pem --sha256 %(file)s"""
    )
