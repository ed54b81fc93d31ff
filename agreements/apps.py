from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"

    def ready(self) -> None:
        from agreements import amendment_messages, copies, messages, news, notices, obstacles, permissions, reminders, sentences  # noqa: F401
        from agreements.sealing import checks
        from outbox import occasions

        checks.register()
        sentences.register()
        obstacles.register()
        reminders.register()
        occasions.declare(
            {
                messages.INVITATION: _("An agreement to read and sign"),
                messages.IN_FORCE: _("An agreement is in force"),
                notices.CODE: _("A code to sign with"),
                amendment_messages.PROPOSED: _("A change to an agreement is proposed"),
                amendment_messages.DECIDED: _("What became of a proposed change"),
                amendment_messages.AMENDED: _("An agreement was changed"),
                amendment_messages.VOIDED: _("An agreement is void"),
                copies.COPY: _("The sealed copy of an agreement"),
                copies.WAITS: _("A seal that waits"),
                notices.DECLINED: _("A party declined to sign"),
                notices.HAND_OVER: _("Somebody else to sign?"),
                notices.HAND_OVER_ANSWER: _("An answer on who signs"),
                notices.REPLACED: _("A party was replaced"),
                notices.WRONG_PERSON: _("A link reached the wrong person"),
            }
        )
        occasions.declare({news.DISCUSSION: _("News in the talk about an agreement")})
        post_migrate.connect(install_first_template, sender=self)


def install_first_template(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """A fresh portal has the standard template once its tables are there; one that has any template keeps its own."""
    from django.db import connections

    from agreements.actions import install_standard_template
    from agreements.models import Template

    if not settings.INSTALL_STANDARD_TEMPLATE or using != "default":
        return
    tables = connections[using].introspection.table_names()
    if Template._meta.db_table in tables and not Template.objects.exists():
        install_standard_template(by="system")
