from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidenciesConfig(AppConfig):
    name = "residencies"
    verbose_name = "Residencies"

    def ready(self) -> None:
        from ledger import subjects
        from outbox.catalogue import messages
        from outbox.catalogue.messages import Occasion, declare
        from outbox.reminders import declare as reminders_declare
        from people import leaving
        from residencies import constraints, followers, history_text, mail, permissions, reminders  # noqa: F401
        from residencies.models import Residency
        from residencies.models.states import ENDED

        leaving.register(followers.holdings)
        history_text.register()
        messages.declare_occasions(
            {
                "findings-drafted": Occasion(_("All findings drafted, waiting for leadership"), may_wait=True),
                "intake-submitted": Occasion(_("An intake to review"), may_wait=True),
                "more-asked": Occasion(_("Questions from the lab"), may_wait=True),
                "qualified": Occasion(_("The lab qualified a residency"), may_wait=True),
                "declined": Occasion(_("The lab declined a residency"), may_wait=True),
                "residency-ended": Occasion(_("A residency ended"), may_wait=True),
                "agreement-void": _("The agreement of a residency is void"),
            }
        )
        declare(*mail.TEXTS)
        reminders_declare.declare(reminders.GRADUATION, reminders.CLOCK_STARTED, reminders.REVIEW, reminders.ANSWERS)
        subjects.register(
            subjects.SubjectKind(
                name="residency",
                related_name="residency",
                view_permission="residencies.view_residency",
                gates={
                    "prepare_agreement": ("residencies.lifecycle.gates.six_conditions_met", "residencies.lifecycle.gates.takes_agreements"),
                    "circulate_agreement": (
                        "residencies.lifecycle.gates.six_conditions_met",
                        "residencies.lifecycle.gates.takes_agreements",
                    ),
                    "sign_agreement": ("residencies.lifecycle.gates.six_conditions_met", "residencies.lifecycle.gates.takes_agreements"),
                },
                hooks={
                    "agreement_prepared": "residencies.lifecycle.actions.follow_agreement_prepared",
                    "agreement_voided": "residencies.lifecycle.actions.follow_agreement_voided",
                },
                contact="owner",
                ended=lambda: Residency.objects.filter(state__in=ENDED),
            )
        )
