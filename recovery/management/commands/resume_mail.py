from django.core.management.base import BaseCommand

from outbox.delivery import health


class Command(BaseCommand):
    help = "Send mail again after a restore, which holds it (OP-06)."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write("Mail is sent again." if health.release() else "Mail wasn't held.")
