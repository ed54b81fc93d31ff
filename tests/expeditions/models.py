"""Two governments that go somewhere together."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from acts.revisions import Revised


class State(models.TextChoices):
    PLANNED = "planned", "Planned"
    AGREEING = "agreeing", "Agreeing"
    UNDER_SAIL = "under_sail", "Under sail"
    HOME = "home", "Home"
    CALLED_OFF = "called_off", "Called off"


ENDED = [State.HOME, State.CALLED_OFF]


class Expedition(Revised):
    reference = models.CharField(max_length=30, unique=True)
    stream = models.OneToOneField("ledger.Stream", on_delete=models.PROTECT, related_name="expedition")
    ship = models.CharField(max_length=100)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    crew = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="expeditions")
    state = models.CharField(max_length=20, choices=State, default=State.PLANNED)
    state_since = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "expedition"

    def __str__(self):
        return f"{self.reference} {self.ship}"

    @property
    def name(self):
        return self.ship

    def get_absolute_url(self):
        return reverse("expedition", args=[self.reference])

    @property
    def is_under_way(self):
        return self.state not in ENDED

    def contacts(self):
        return list(self.crew.all())

    def anchors(self):
        return {}
