"""Read-only admin pages for the ledger."""

from django.contrib import admin

from ledger.models import Event, Stream
from web.admin import ReadOnlyAdmin


@admin.register(Stream)
class StreamAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "head_seq", "checkpointed_seq", "head_hash")
    list_filter = ("kind",)
    ordering = ("-id",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "stream", "seq", "act", "actor_name", "from_state", "to_state")
    list_select_related = ("stream",)
    search_fields = ("=act", "actor_name")
    ordering = ("-at", "-id")
