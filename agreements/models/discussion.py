"""What parties find of each clause, and what is said about it (EL-24, EL-29).

Clauses are frozen rows of one version. A clause whose words did not change is the same clause to whoever
reads: `agreements/discussion/queries.py` follows it back, so that nothing here is copied from version to version.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import AGREEING, EVIDENCE, personal
from agreements.models.agreement import Agreement, AgreementVersion, Clause
from agreements.models.parties import Party


@personal("party note", purpose=AGREEING, kept=EVIDENCE)
class Stance(models.Model):
    """What a party finds of a clause from one moment to another; never overwritten (EL-24)."""

    class Value(models.TextChoices):
        CLEAR = "clear", _("Clear")
        COMFORTABLE = "comfortable", _("Comfortable")
        MISALIGNED = "misaligned", _("Misaligned")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="stances")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="stances")
    value = models.CharField(max_length=12, choices=Value)
    note = models.TextField(blank=True)
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["party", "clause"], condition=models.Q(to_at=None), name="agreements_one_stance"),
            models.CheckConstraint(condition=models.Q(value__in=["clear", "comfortable", "misaligned"]), name="agreements_known_stance"),
            models.CheckConstraint(condition=~models.Q(value="misaligned") | ~models.Q(note=""), name="agreements_misaligned_says_why"),
            models.CheckConstraint(
                condition=models.Q(to_at=None) | models.Q(to_at__gte=models.F("from_at")), name="agreements_stance_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} finds {self.clause_id} {self.value}"


class Thread(models.Model):
    """The talk about one clause, or (`clause` none) about the whole agreement; open until somebody closes it.

    `clause` is the first of the clauses that bear the same words, whichever version people read it in.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="threads")
    clause = models.OneToOneField(Clause, null=True, on_delete=models.PROTECT, related_name="thread")
    opened_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement"], condition=models.Q(clause=None), name="agreements_one_general_thread"),
            models.CheckConstraint(
                condition=models.Q(resolved_at=None, resolved_by="") | (models.Q(resolved_at__isnull=False) & ~models.Q(resolved_by="")),
                name="agreements_resolved_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], condition=models.Q(resolved_at=None), name="agreements_open_threads")]

    def __str__(self) -> str:
        return f"Thread {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


@personal("account party mentions", purpose=AGREEING, kept=EVIDENCE)
class Comment(models.Model):
    """What somebody said in a thread; triggers refuse any change to a row.

    Said by a party or by an account of the lab, never by both. `version` is what the author was reading.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comment")
        QUESTION = "question", _("Question to the lab")
        MISALIGNED = "misaligned", _("Misaligned")

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments")
    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.COMMENT)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="comments")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    said_at = models.DateTimeField(default=timezone.now)
    mentions = models.ManyToManyField(Party, related_name="mentioned_in")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(party=None, account__isnull=False) | models.Q(party__isnull=False, account=None),
                name="agreements_comment_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="comment") | models.Q(kind__in=["question", "misaligned"], account=None),
                name="agreements_comment_kind",
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="agreements_comment_says"),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk}"

    @property
    def is_from_lab(self) -> bool:
        return self.account_id is not None


class DiscussionBookmark(models.Model):
    """How far a party has followed the talk: a bookmark of its own, moved by its own press."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="seen")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.party_id} saw {self.comment_id}"
