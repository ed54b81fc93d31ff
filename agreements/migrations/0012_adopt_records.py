from django.db import migrations

from ledger.adoption import AdoptRecords


class Migration(migrations.Migration):
    """Evidence rows from before the ledger held their hashes are recorded as they stand."""

    dependencies = [
        ("agreements", "0011_published_templates"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        AdoptRecords(
            ("agreements.Agreement", "stream", "stream template_version number reference made_at made_by voided_at void_reason voided_by replaces"),
            ("agreements.AgreementVersion", "agreement__stream", "agreement number state header code_required canonical content_sha256 previous made_at circulated_at circulated_by in_force_at superseded_at void_reason"),
            ("agreements.Amendment", "version__agreement__stream", "version proposed_against section clause kind was_heading was_text heading text party entered_by at_request_of reason proposed_at state decided_by decided_at decision_reason made"),
            ("agreements.Clause", "version__agreement__stream", "version section position number heading text kind follows"),
            ("agreements.Decline", "invitation__version__agreement__stream", "invitation reason declined_at"),
            ("agreements.HandOver", "version__agreement__stream", "party version name email title organisation reason state proposed_at decided_at decided_by answer to_party"),
            ("agreements.Party", "agreement__stream", "agreement role person from_at to_at delegated_from confirmed_by"),
            ("agreements.PartyRole", "version__agreement__stream", "version role position label side stage must_sign"),
            ("agreements.Seal", "version__agreement__stream", "version told without_timestamp choice_reason"),
            ("agreements.SealedDocument", "version__agreement__stream", "version file sha256 size unsealed_sha256 certificate_sha256 development level sealed_at timestamp_at"),
            ("agreements.Section", "version__agreement__stream", "version number heading takes_conditions follows"),
            ("agreements.SectionRead", "section__version__agreement__stream", "party section read_at how"),
            ("agreements.Signature", "version__agreement__stream", "version party role typed_name signed_at evidence evidence_sha256 annex"),
            ("agreements.TemplateClause", "lab", "version section number heading text"),
            ("agreements.TemplateRole", "lab", "version position label side stage must_sign"),
            ("agreements.TemplateSection", "lab", "version number heading takes_conditions"),
            ("agreements.TemplateVersion", "lab", "template number title summary statement_of_intent consent header_fields invitation_days code_required published_at"),
        )
    ]
