"""The programme's figures: settings with history that every rule reads (EL-08)."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger.records import RecordQuerySet, recorded


@recorded(in_stream="lab", fields="name value valid_from set_by set_at reason", acts="figure-set")
class Figure(models.Model):
    """One figure from a day on. A row is never changed: of two from the same day the later one corrects the earlier."""

    name = models.CharField(max_length=40)
    value = models.PositiveIntegerField()
    valid_from = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now, null=True, editable=False)
    reason = models.CharField(max_length=300, blank=True)

    objects = RecordQuerySet["Figure"].as_manager()

    class Meta:
        ordering = ["name", "-valid_from", "-pk"]
        verbose_name = _("program figure")
        indexes = [models.Index(fields=["name", "-valid_from", "-id"], name="residencies_figures")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value} from {self.valid_from}"
