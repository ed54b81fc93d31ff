from django.db import models
from django.utils.translation import gettext_lazy as _


class Referral(models.TextChoices):
    """Who helps instead when the lab declines (EL-14)."""

    NETWORK = "network", _("Support by the delivery network")
    RAPID = "rapid", _("Rapid delivery by a surge team")
    ELSEWHERE = "elsewhere", _("Another service named in the reason")
