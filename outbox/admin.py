"""The admin's pages for messages, email preferences, reminder schedules and message templates (EL-62, EL-63)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import LONGEST_SUBJECT, TEMPLATES, Template, occasion_label, subject_findings, text_findings
from outbox.delivery.html import as_html
from outbox.models import MailPreference, Message, ScheduleOverride, TemplateOverride
from outbox.pages.actions import cancel, override_template, resend, restore_template
from outbox.pages.preview import preview, real_messages
from outbox.pages.views import framed
from outbox.reminders.declare import REMINDERS, turns_of
from outbox.reminders.schedule import in_a_sentence
from outbox.wording import all_words, still_fits, words_of
from web.acts import carry_out
from web.admin import LabAdmin, ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "occasion", "to_name", "to_address", "subject", "state", "attempts", "due_at", "sent_at")
    list_filter = ("state", "occasion")
    search_fields = ("to_name", "to_address", "subject")
    fields = (
        "occasion", "stream", "person", "to_name", "to_address", "subject", "preview", "state", "due_at", "made_at", "sent_at",
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


@admin.register(MailPreference)
class MailPreferenceAdmin(ReadOnlyAdmin):
    """Email preferences, read only: people choose them themselves, or lab operations does it for them on their page."""

    list_display = ("person", "digest", "optional", "stopped")
    list_filter = ("digest", "optional")
    search_fields = ("person__name", "person__email")
    fields = ("person", "digest", "optional", "stopped", "links")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailPreference]:
        return super().get_queryset(request).select_related("person")


@admin.register(ScheduleOverride)
class ScheduleOverrideAdmin(ReadOnlyAdmin):
    """The schedules that were changed, and from when. They are edited on their own page, which previews the effect."""

    list_display = ("reminder", "now", "revision", "page")

    @admin.display(description=_("reminder"), ordering="occasion")
    def reminder(self, row: ScheduleOverride) -> str:
        return occasion_label(row.occasion)

    @admin.display(description=_("latest schedule"))
    def now(self, row: ScheduleOverride) -> str:
        reminder = REMINDERS.get(row.occasion)
        if reminder is None or not row.turns:
            return ""
        day, schedule = turns_of(reminder, row).now_and_then[-1]
        return f"{date_format(day)}: {in_a_sentence(schedule, reminder.audiences)}"

    @admin.display(description=_("change"))
    def page(self, row: ScheduleOverride) -> str:
        return format_html('<a href="{}">{}</a>', reverse("outbox-schedule", args=[row.occasion]), _now("Change when it is due"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        link = format_html('<a href="{}">{}</a>', reverse("outbox-occasions"), _now("All reminders and their schedules"))
        self.message_user(request, link)
        return super().changelist_view(request, extra_context)


class TemplateOverrideForm(forms.ModelForm):
    """A form to edit a message template. It shows what is wrong with the placeholders beside the field and keeps what was typed."""

    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    subject = forms.CharField(label=_("Subject"), required=False, max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs={"size": 80}))
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 22, "cols": 80}))

    class Meta:
        model = TemplateOverride
        fields = ("subject", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = TEMPLATES[self.instance.name]
        self.theirs: tuple[str, str] | None = None
        self.fields["shown_revision"].initial = self.instance.revision

    def clean_subject(self) -> str:
        subject = self.cleaned_data["subject"].strip()
        self._refuse(subject_findings(subject, self.of.known))
        return subject

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        self._refuse(text_findings(text, self.of.known))
        return text

    def clean(self) -> dict[str, Any]:
        """Show the second of two simultaneous editors what the first one saved; nothing is lost (R14)."""
        facts = super().clean() or {}
        now = TemplateOverride.objects.filter(pk=self.instance.name).values_list("revision", flat=True).first() or 0
        if now != (facts.get("shown_revision") or 0):
            self.theirs = words_of(self.of)
            typed: Any = self.data
            self.data = {**typed.dict(), "shown_revision": now}
            message = _now("This text was changed while you were editing. The current text is below. Save again to replace it with yours.")
            raise forms.ValidationError(message)
        return facts

    def _refuse(self, findings: list[Any]) -> None:
        if findings:
            raise forms.ValidationError([f"{finding.message} {finding.remedy}" for finding in findings])


@admin.register(TemplateOverride)
class TemplateOverrideAdmin(LabAdmin):
    """Every message template. None can be added or deleted; each can be edited and reset to the default (EL-63)."""

    form = TemplateOverrideForm
    fields = ("subject", "text", "shown_revision")
    change_form_template = "admin/outbox/text.html"

    class Media:
        css = {"all": ("css/admin-texts.css",)}
        js = ("js/texts.js",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = {"preview": self.preview_view, "default": self.default_view}
        paths = [path(f"<path:name>/{verb}/", self._guarded(view), name=f"outbox_templateoverride_{verb}") for verb, view in own.items()]
        return [*paths, *super().get_urls()]

    def _guarded(self, view: Any) -> Any:
        """Wrap a view the way Django wraps a model's own pages, so that DeclaredAccess recognizes it (web/access.py)."""
        guarded: Any = self.admin_site.admin_view(view)
        guarded.model_admin = self
        return guarded

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """List all templates by message kind and mark the edited ones; `q` searches names, subjects and texts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "").strip()[:100]
        rows = [row for row in self._rows() if words.lower() in row["haystack"]]
        context = {
            **self.admin_site.each_context(request), "title": _now("Message templates"), "opts": self.opts, "rows": rows, "q": words,
            "media": self.media,
        }  # fmt: skip
        return TemplateResponse(request, "admin/outbox/texts.html", context)

    def _rows(self) -> list[dict[str, Any]]:
        edited = TemplateOverride.objects.in_bulk()
        rows = []
        for template in TEMPLATES.values():
            subject, words = all_words(template, edited)
            why = occasion_label(template.occasion)
            rows.append(
                {
                    "why": why, "when": template.when, "subject": subject, "url": reverse("admin:outbox_templateoverride_change", args=[template.name]),
                    "edited": template.name in edited and bool(edited[template.name].subject or edited[template.name].text),
                    "fits": still_fits(template, edited.get(template.name)), "haystack": f"{why} {template.when} {subject} {words} {template.name}".lower(),
                }
            )  # fmt: skip
        return sorted(rows, key=lambda row: (row["why"].lower(), str(row["when"])))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> TemplateOverride | None:
        """Return the template with its current wording, edited or not."""
        template = TEMPLATES.get(object_id)
        if template is None:
            return None
        row = TemplateOverride.objects.filter(pk=template.name).first() or TemplateOverride(name=template.name, revision=0)
        row.subject, row.text = row.subject or str(template.subject), row.text or str(template.text)
        return row

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        template = TEMPLATES.get(unquote(object_id))
        if template:
            extra_context = {
                **(extra_context or {}), "title": occasion_label(template.occasion), "subtitle": capfirst(template.when),
                "places": list(template.known.values()), "tried_on": [real.message for real in real_messages(template)], "show_save_and_add_another": False,
                "row": TemplateOverride.objects.filter(pk=template.name).first(),
            }  # fmt: skip
        return super().change_view(request, object_id, form_url, extra_context)

    def act(self, request: HttpRequest, obj: TemplateOverride, form: Any, change: bool) -> TemplateOverride:
        facts = form.cleaned_data
        return override_template(
            form.of, subject=facts["subject"], words=facts["text"], shown_revision=facts["shown_revision"] or 0, by=request.user
        )

    def default_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Reset a template to the default, after a confirmation page because it discards an edit."""
        template = self._template(request, name)
        row = TemplateOverride.objects.filter(pk=template.name).first()
        back = reverse("admin:outbox_templateoverride_change", args=[template.name])
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request), "title": _now("Reset to default"), "opts": self.opts, "declared": template, "row": row,
                "now": words_of(template), "why": occasion_label(template.occasion), "back": back, "media": self.media,
            }  # fmt: skip
            return TemplateResponse(request, "admin/outbox/text_default.html", context)
        typed = request.POST.get("shown_revision", "")
        shown = int(typed) if typed.isdecimal() else 0
        if carry_out(lambda: restore_template(template, shown_revision=shown, by=request.user)):
            self.message_user(request, _now("Reset to default. This applies from the next message."), messages.SUCCESS)
        else:
            sentence = _now("This text was changed while you were editing. Nothing was saved. Reload and check it again.")
            self.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(back)

    def preview_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Render the typed or current wording with details from a real message or with examples; saves nothing."""
        return _preview(request, self._template(request, name))

    def _template(self, request: HttpRequest, name: str) -> Template:
        if not self.has_change_permission(request):
            raise PermissionDenied
        template = TEMPLATES.get(unquote(name))
        if template is None:
            raise Http404(name)
        return template


@framed
def _preview(request: HttpRequest, template: Template) -> HttpResponse:
    subject, words = words_of(template)
    if request.method == "POST":
        subject, words = request.POST.get("subject", ""), request.POST.get("text", "").replace("\r\n", "\n")
    chosen = request.POST.get("tried_on", "")
    offered = real_messages(template)
    real = next((candidate for candidate in offered if chosen in ("", str(candidate.message.pk))), None)
    shown = preview(template, subject, words, real)
    context = {
        "shown": shown, "html": as_html(shown.subject, shown.text),
        "findings": [*subject_findings(subject, template.known), *text_findings(words, template.known)],
    }  # fmt: skip
    return render(request, "mail/preview.html", context)
