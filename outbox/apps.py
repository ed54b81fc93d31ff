from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        from outbox import permissions as _permissions  # noqa: F401
        from outbox import queue
        from outbox.catalogue import messages
        from people import addresses, merging
        from people.merging import Moves, Stays

        merging.declare({"outbox.Message.person": Stays("it went, or goes, to the address of that record"), "outbox.Wish.person": Moves()})
        addresses.follow(queue.readdress)
        messages.declare(messages.DAILY_DIGEST)
