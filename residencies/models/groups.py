"""The groups of people that a conversation brings together (EL-84)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Group(models.TextChoices):
    """The six groups that a conversation brings together, and anyone else who was there."""

    ADM = "adm", _("Assistant deputy minister")
    EXECUTIVE = "executive", _("Executive director")
    PRODUCT_OWNER = "product_owner", _("Product owner")
    LAB = "lab", _("Lab leadership")
    CHAMPIONS = "champions", _("Champions")
    PARTNERS = "partners", _("Partners")
    OTHER = "other", _("Others")


SIX = tuple(group for group in Group if group != Group.OTHER)
