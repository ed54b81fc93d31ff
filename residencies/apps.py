from django.apps import AppConfig


class ResidenciesConfig(AppConfig):
    name = "residencies"
    verbose_name = "Residencies"

    def ready(self) -> None:
        from ledger import subjects
        from residencies.models import Residency
        from residencies.models.states import ENDED

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
