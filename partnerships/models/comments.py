"""What clients say about a site, what was learned by following up, and what agents observe of interviews (SP-07, PB-45, PB-48)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, CONTACT, SUBJECT, TEAMWORK, personal
from acts.revisions import Revised
from partnerships.models.partnership import Partnership
from partnerships.models.sites import Site
from people.fields import LineField

LISTENING = "Following up on what clients say about a site"
TWO_YEARS = "Two years after the interview; then the nightly task deletes it"
YEAR = "One year after the comment; then the nightly task erases it"


class Channel(models.TextChoices):
    BOX = "box", _("Comment box")
    COUNTER = "counter", _("At the counter")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("Email or web form")
    LETTER = "letter", _("Letter")


class Tone(models.TextChoices):
    """How a comment sounds."""

    PLEASED = "pleased", _("Pleased")
    NEUTRAL = "neutral", _("Neutral")
    DISPLEASED = "displeased", _("Displeased")


class CommentQuerySet(models.QuerySet["ClientComment"]):
    def open(self) -> CommentQuerySet:
        """Return the comments that someone still has to follow up on. Once the contact is erased, nobody can."""
        return self.filter(due_on__isnull=False, followed_up_on=None).exclude(contact="")

    def overdue(self, today: datetime.date) -> CommentQuerySet:
        return self.open().filter(due_on__lt=today)


@personal("contact text learned missed", purpose=LISTENING, kept=YEAR)
@personal("responsible", purpose=CONTACT, kept=SUBJECT)
@personal("recorded_by followed_up_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class ClientComment(Revised):
    """A client's comment. With a contact and the client's consent it is followed up by `due_on`; without, there is nothing to do.

    `missed` names a service that the client asked for in vain. `responsible` follows up; without one, the partnership's lead does. After a
    year, `contact`, `text`, `missed` and `learned` are erased: the dates and the tones stay, for the figures of the site.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="comments")
    channel = models.CharField(_("how it came"), max_length=10, choices=Channel)
    received_on = models.DateField(_("received on"))
    text = models.TextField(_("comment"), max_length=4000, blank=True)
    tone = models.CharField(_("tone"), max_length=10, choices=Tone)
    contact = LineField(_("how to reach the client"), max_length=200, blank=True)
    missed = LineField(_("service that isn’t offered"), max_length=100, blank=True)
    consent = models.BooleanField(_("agreed to be contacted"), default=False)
    responsible = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who follows up")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("follow-up due"), null=True)
    followed_up_on = models.DateField(_("followed up on"), null=True)
    followed_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    learned = models.TextField(_("what was learned"), max_length=4000, blank=True)
    tone_after = models.CharField(_("tone afterwards"), max_length=10, choices=Tone, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        verbose_name = _("client comment")
        verbose_name_plural = _("client comments")
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="partnerships_comment_channel"),
            models.CheckConstraint(condition=Q(tone__in=Tone.values), name="partnerships_comment_tone"),
            models.CheckConstraint(
                condition=Q(followed_up_on=None, tone_after="")
                | Q(followed_up_on__isnull=False, due_on__isnull=False, tone_after__in=Tone.values),
                name="partnerships_comment_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-received_on", "-id"], name="partnerships_comments_by_site"),
            models.Index(fields=["due_on"], condition=Q(followed_up_on=None), name="partnerships_comments_due"),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.received_on}"

    def get_absolute_url(self) -> str:
        return reverse("site-comment", args=[self.partnership.reference, self.site_id, self.pk])

    @property
    def partnership(self) -> Partnership:
        return self.site.partnership

    @property
    def needs_follow_up(self) -> bool:
        return self.due_on is not None and self.followed_up_on is None and bool(self.contact)

    def is_late(self, today: datetime.date) -> bool:
        return self.needs_follow_up and self.due_on is not None and self.due_on < today


# ── Interviews ────────────────────────────────────────────────────────────────────────────────────


@personal("agent observer scores feedback", purpose=TEAMWORK, kept=TWO_YEARS)
class QualityAssessment(models.Model):
    """What an experienced agent observed in another's interview. `scores` has 1 to 5 by the question's code (sites/quality/rules.py).

    It is deleted after two years: averages are of the last twelve months.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="quality_assessments")
    agent = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="quality_assessments", verbose_name=_("agent"))
    observer = LineField(_("observed by"), max_length=150)
    on = models.DateField(_("date"))
    scores = models.JSONField(_("scores"))
    feedback = models.TextField(_("feedback"), max_length=2000)

    class Meta:
        ordering = ["site", "-on", "-pk"]
        verbose_name = _("quality assessment")
        verbose_name_plural = _("quality assessments")

    def __str__(self) -> str:
        return f"{self.site}, {self.on}"  # never the agent: this is written in places that others read

    def get_absolute_url(self) -> str:
        return reverse("quality-assessment", args=[self.partnership.reference, self.site_id, self.pk])

    @property
    def partnership(self) -> Partnership:
        return self.site.partnership
