from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        from ledger import history_text
        from outbox import queue
        from people import addresses, merging
        from people.merging import Moves, Stays

        merging.declare(
            {"outbox.Message.person": Stays("it went, or goes, to the address of that record"), "outbox.MailPreference.person": Moves()}
        )
        addresses.follow(queue.readdress)
        history_text.register(renamed={"outbox.wish": "outbox.mailpreference", "outbox.wording": "outbox.templateoverride"})
