"""History sentences for sealed documents."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text

SENTENCES = {
    "document-issued": _("%(by)s issued the document “%(document)s”"),
    "document-sealed": _("%(by)s sealed the document “%(document)s”"),
    "document-seal-waits": _("%(by)s put the sealing of “%(document)s” on hold and asked lab operations to decide"),
    "document-seal-without-timestamp": _("%(by)s approved sealing “%(document)s” without a time stamp"),
    "document-printed-again": _("%(by)s requested a new PDF of “%(document)s” for sealing"),
}

history_text.register(sentences=SENTENCES, facts={"document_number": None, "sha256": None, "file_sha256": None, "certificate_sha256": None})
