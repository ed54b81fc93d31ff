from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"

    def ready(self) -> None:
        from agreements import (  # noqa: F401
            addresses,
            amendment_messages,
            around,
            constraints,
            copies,
            holdings,
            messages,
            news,
            notices,
            obstacles,
            permissions,
            records,
            reminders,
            sentences,
            texts,
        )
        from agreements.sealing import checks
        from agreements.sealing.ledger_signer import LabSigner
        from ledger import signing
        from outbox.catalogue import messages as catalogue_messages
        from outbox.catalogue.messages import Occasion, declare
        from people import leaving, merging
        from people.merging import Moves

        addresses.register()
        leaving.register(holdings.holdings)
        checks.register()
        signing.use(LabSigner())
        sentences.register()
        merging.declare({"agreements.Party.person": Moves("agreement__stream", only=holdings.never_asked)})
        obstacles.register()
        around.register()
        reminders.register()
        catalogue_messages.declare_occasions(
            {
                messages.INVITATION: _("An agreement to read and sign"),
                messages.IN_FORCE: Occasion(_("An agreement is in force"), may_wait=True),
                notices.CODE: _("A code to sign with"),
                notices.RECEIPT: _("A receipt for a signature"),
                amendment_messages.PROPOSED: Occasion(_("A change to an agreement is proposed"), may_wait=True),
                amendment_messages.DECIDED: Occasion(_("What became of a proposed change"), may_wait=True),
                amendment_messages.AMENDED: Occasion(_("An agreement was changed"), may_wait=True),
                amendment_messages.VOIDED: _("An agreement is void"),
                amendment_messages.CLOSED: _("An agreement no longer needs signatures"),
                copies.COPY: Occasion(_("The sealed copy of an agreement"), optional=True),
                copies.WAITS: Occasion(_("A seal that waits"), may_wait=True),
                notices.DECLINED: Occasion(_("A party declined to sign"), may_wait=True),
                notices.HAND_OVER: Occasion(_("Change of signer"), may_wait=True),
                notices.HAND_OVER_ANSWER: Occasion(_("An answer on who signs"), may_wait=True),
                notices.REPLACED: Occasion(_("A party was replaced"), may_wait=True),
                notices.WRONG_PERSON: _("A link reached the wrong person"),
                records.OCCASION: _("A record that doesn't match the ledger"),
                notices.ADDRESS_CHANGED: _("A party's email address was changed"),
                notices.ADDRESS_ASKED: _("An email address to confirm"),
                notices.SENT_OUT: Occasion(_("An agreement was sent for signature"), may_wait=True),
                news.DISCUSSION: Occasion(_("New comments on an agreement"), optional=True, may_wait=True),
            }
        )
        declare(*texts.TEXTS)
        post_migrate.connect(install_first_template, sender=self)


def install_first_template(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """A fresh portal has the standard template once its tables are there; one that has any template keeps its own."""
    from django.db import connections

    from acts.act import SYSTEM
    from agreements.actions import install_standard_template
    from agreements.models import Template

    if not settings.INSTALL_STANDARD_TEMPLATE or using != "default":
        return
    tables = connections[using].introspection.table_names()
    if Template._meta.db_table in tables and not Template.objects.exists():
        install_standard_template(by=SYSTEM)
