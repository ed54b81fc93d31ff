"""Messages to look at. Sending again and withdrawing are done by the same acts as on the outbox's own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from outbox.actions import cancel, resend
from outbox.models import Message, Timetable, Wish
from outbox.occasions import occasion_label
from outbox.reminding import REMINDERS
from outbox.schedule_words import in_a_sentence
from outbox.timetables import turns_of
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


@admin.register(Timetable)
class TimetableAdmin(ReadOnlyAdmin):
    """Which schedules were changed, and from when on. Changing one is an act with a look ahead, on a page of its own."""

    list_display = ("reminder", "now", "version", "page")

    @admin.display(description=_("reminder"), ordering="occasion")
    def reminder(self, row: Timetable) -> str:
        return occasion_label(row.occasion)

    @admin.display(description=_("set last"))
    def now(self, row: Timetable) -> str:
        reminder = REMINDERS.get(row.occasion)
        if reminder is None or not row.turns:
            return ""
        day, schedule = turns_of(reminder, row).now_and_then[-1]
        return f"{date_format(day)}: {in_a_sentence(schedule, reminder.audiences)}"

    @admin.display(description=_("change it"))
    def page(self, row: Timetable) -> str:
        return format_html('<a href="{}">{}</a>', reverse("outbox-schedule", args=[row.occasion]), _t("Change when it is due"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        said = format_html('<a href="{}">{}</a>', reverse("outbox-occasions"), _t("All reminders and their schedules"))
        self.message_user(request, said)
        return super().changelist_view(request, extra_context)
