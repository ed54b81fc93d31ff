from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = "Community"

    def ready(self) -> None:
        from community import calendars, holdings, sentences  # noqa: F401 - calendars makes its recipe known
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
