"""The Celery app: `celery -A labportal worker|beat`. Tasks only wake workers, and the database is the queue."""

import os
from typing import Any

from celery import Celery, bootsteps
from celery.app.amqp import AMQP
from celery.signals import beat_init, celeryd_init
from kombu import Connection

from dates import zone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labportal.settings")

SECONDS_BETWEEN_TRIES = 2


class PatientConnection(Connection):
    """A connection that retries a lost broker every two seconds; the library's pauses grow to half a minute (R3)."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Connection:
        return super().ensure_connection(*args, **{"interval_max": SECONDS_BETWEEN_TRIES, **kwargs})


class PatientAMQP(AMQP):
    Connection = PatientConnection


class LookAtOnce(bootsteps.StartStopStep):
    """Makes a worker look for due work as soon as it reaches the broker, at its start or after an outage, without waiting for beat (R3, EL-65)."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        consumer.app.tasks["outbox.tasks.deliver"].apply_async(connection=consumer.connection, retry=False, ignore_result=True)


@celeryd_init.connect
@beat_init.connect
def _refuse_old_zone_data(**kwargs: Any) -> None:
    """Exit if the zone data is outdated. Workers and beat run no system checks, and only SystemExit from a signal handler stops them."""
    try:
        zone.require()
    except zone.OldZoneData as fault:
        raise SystemExit(str(fault)) from fault


app = Celery("labportal", amqp=PatientAMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["labportal"])
app.steps["consumer"].add(LookAtOnce)
