"""The programme's figures: settings with history that every rule reads (EL-08)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Figure(models.Model):
    """One figure from a day on; what held before stays on record."""

    name = models.CharField(max_length=40)
    value = models.PositiveIntegerField()
    valid_from = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name", "-valid_from"]
        verbose_name = _("programme figure")
        constraints = [models.UniqueConstraint(fields=["name", "valid_from"], name="residencies_one_figure_a_day")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value} from {self.valid_from}"
