from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = "Community"

    def ready(self) -> None:
        from community import calendars, holdings, messages, reminders, sentences, texts  # noqa: F401 - calendars makes its recipe known
        from outbox.catalogue import messages as catalogue_messages
        from outbox.catalogue.messages import declare
        from people import leaving, merging
        from people.merging import Moves, Stays

        leaving.register(holdings.holdings)
        sentences.register()
        merging.declare(
            {
                "community.Expert.person": Moves(),
                "community.Contribution.person": Moves("residency__stream"),
                "community.SessionInvitation.person": Stays("the entry is in the calendar of that address"),
            }
        )
        reminders.register()
        catalogue_messages.declare_occasions(
            {
                messages.MATCHED: _("A session with an expert is planned or moves"),
                messages.CALLED_OFF: _("A session with an expert is cancelled"),
            }
        )
        declare(*texts.TEXTS)
