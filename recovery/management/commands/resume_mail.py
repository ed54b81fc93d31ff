from django.core.management.base import BaseCommand

from outbox.delivery import health


class Command(BaseCommand):
    help = "Resume sending mail, which a restore puts on hold (OP-06)."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write("Sending has resumed." if health.release() else "Mail wasn't on hold.")
