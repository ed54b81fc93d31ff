from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"

    def ready(self) -> None:
        from agreements import for_person, mail_texts
        from agreements.amendments import mail as amendments_mail
        from agreements.discussion import mail as discussion_mail
        from agreements.drafting import mail as drafting_mail
        from agreements.invitations import addresses, reminders
        from agreements.invitations import mail as invitations_mail
        from agreements.sealing import mail as sealing_mail
        from agreements.signing import mail as signing_mail
        from agreements.versions import history_text, records
        from ledger import signing
        from outbox.catalogue import messages as catalogue_messages
        from outbox.catalogue.messages import Occasion, declare
        from people import leaving, merging
        from people.merging import Moves
        from sealing import checks
        from sealing.ledger_signer import LabSigner

        addresses.register()
        leaving.register(for_person.holdings)
        checks.register()
        signing.use(LabSigner())
        history_text.register()
        merging.declare({"agreements.Party.person": Moves("agreement__stream", only=for_person.never_asked)})
        for_person.register()
        reminders.register()
        catalogue_messages.declare_occasions(
            {
                invitations_mail.INVITATION: _("An agreement to read and sign"),
                signing_mail.IN_FORCE: Occasion(_("An agreement is in force"), may_wait=True),
                signing_mail.CODE: _("A code to sign with"),
                signing_mail.RECEIPT: _("A receipt for a signature"),
                amendments_mail.PROPOSED: Occasion(_("A change to an agreement is proposed"), may_wait=True),
                amendments_mail.DECIDED: Occasion(_("What became of a proposed change"), may_wait=True),
                amendments_mail.AMENDED: Occasion(_("An agreement was changed"), may_wait=True),
                amendments_mail.VOIDED: _("An agreement is void"),
                amendments_mail.CLOSED: _("An agreement no longer needs signatures"),
                sealing_mail.COPY: Occasion(_("The sealed copy of an agreement"), optional=True),
                sealing_mail.WAITS: Occasion(_("A seal that waits"), may_wait=True),
                signing_mail.DECLINED: Occasion(_("A party declined to sign"), may_wait=True),
                signing_mail.HAND_OVER: Occasion(_("Change of signer"), may_wait=True),
                signing_mail.HAND_OVER_ANSWER: Occasion(_("An answer on who signs"), may_wait=True),
                signing_mail.REPLACED: Occasion(_("A party was replaced"), may_wait=True),
                invitations_mail.WRONG_PERSON: _("A link reached the wrong person"),
                records.OCCASION: _("A record that doesn't match the ledger"),
                invitations_mail.ADDRESS_CHANGED: _("A party's email address was changed"),
                invitations_mail.ADDRESS_ASKED: _("An email address to confirm"),
                drafting_mail.SENT_OUT: Occasion(_("An agreement was sent for signature"), may_wait=True),
                discussion_mail.DISCUSSION: Occasion(_("New comments on an agreement"), optional=True, may_wait=True),
            }
        )
        declare(*mail_texts.TEXTS)
        post_migrate.connect(install_first_template, sender=self)


def install_first_template(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """A fresh portal has the standard template once its tables are there; one that has any template keeps its own."""
    from django.db import connections

    from acts.act import SYSTEM
    from agreements.drafting.templates import install_standard_template
    from agreements.models import Template

    if not settings.INSTALL_STANDARD_TEMPLATE or using != "default":
        return
    tables = connections[using].introspection.table_names()
    if Template._meta.db_table in tables and not Template.objects.exists():
        install_standard_template(by=SYSTEM)
