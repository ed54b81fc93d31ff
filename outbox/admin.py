"""Messages to look at. Sending again and withdrawing are done by the same acts as on the outbox's own page."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from outbox.actions import cancel, resend
from outbox.models import Message, Wish
from web.admin import ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "occasion", "to_name", "to_address", "subject", "state", "attempts", "due_at", "sent_at")
    list_filter = ("state", "occasion")
    search_fields = ("to_name", "to_address", "subject")
    fields = (
        "occasion", "stream", "person", "to_name", "to_address", "reply_to", "subject", "preview", "state", "due_at", "made_at", "sent_at",
        "attempts", "next_try_at", "last_error", "message_id",
    )  # fmt: skip
    actions = ("send_again", "withdraw")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).select_related("stream", "person")

    @admin.action(description=_("Send again"))
    def send_again(self, request: HttpRequest, messages: QuerySet[Message]) -> None:
        for message in messages:
            resend(message, by=request.user)

    @admin.action(description=_("Withdraw"))
    def withdraw(self, request: HttpRequest, messages: QuerySet[Message]) -> None:
        for message in messages:
            cancel(message, by=request.user)


@admin.register(Wish)
class WishAdmin(ReadOnlyAdmin):
    """What people wish of our mail. They choose it themselves, and lab operations for them on their page."""

    list_display = ("person", "digest", "optional", "stopped")
    list_filter = ("digest", "optional")
    search_fields = ("person__name", "person__email")
    fields = ("person", "digest", "optional", "stopped", "links")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wish]:
        return super().get_queryset(request).select_related("person")
