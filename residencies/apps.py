from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

OCCASIONS = {
    "intake-submitted": _("An intake to review"),
    "more-asked": _("Questions from the lab"),
    "qualified": _("The lab qualified a residency"),
    "declined": _("The lab declined a residency"),
    "agreement-void": _("The agreement of a residency is void"),
}


class ResidenciesConfig(AppConfig):
    name = "residencies"
    verbose_name = "Residencies"

    def ready(self) -> None:
        from ledger import subjects
        from outbox import occasions, reminding
        from residencies import permissions, reminders, sentences  # noqa: F401

        sentences.register()
        occasions.declare(OCCASIONS)
        reminding.declare(reminders.GRADUATION, reminders.CLOCK_STARTED, reminders.REVIEW, reminders.ANSWERS)
        subjects.register(
            subjects.SubjectKind(
                name="residency",
                related_name="residency",
                view_permission="residencies.view_residency",
                gates={
                    "prepare_agreement": ("residencies.gates.six_conditions_met", "residencies.gates.takes_agreements"),
                    "circulate_agreement": ("residencies.gates.six_conditions_met", "residencies.gates.takes_agreements"),
                    "sign_agreement": ("residencies.gates.six_conditions_met", "residencies.gates.takes_agreements"),
                },
                hooks={
                    "agreement_prepared": "residencies.actions.follow_agreement_prepared",
                    "agreement_voided": "residencies.actions.follow_agreement_voided",
                },
                contact="owner",
            )
        )
