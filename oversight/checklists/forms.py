"""Forms for tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from findings import Finding
from oversight.checklists import rules
from oversight.checklists.library import TemplateItem, offset_of
from oversight.checklists.queries import due_in_words
from oversight.models import ChecklistItem
from people.picker import KNOWN, NEW, OPEN, PersonForm
from web.forms import ActForm, DayField

ACCEPTED = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.csv,.txt"
FILE_FAULTS = "file-"
LINK_FAULTS = ("unsafe-link", "link-elsewhere")


def _words(label: Any, *, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class EvidenceForm(ActForm):
    """A link, a file, or both."""

    verb = _("Add evidence")
    url = forms.CharField(
        label=_("Link"), max_length=1000, required=False, widget=forms.URLInput, help_text=_("A web address that starts with https://.")
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, PNG, JPEG, Word, Excel, CSV or plain text, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, sites: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sites:
            del self.fields["file"]
            self.fields["url"].help_text = _now("A link to one of these: %(places)s.") % {"places": ", ".join(sites)}

    def field_of(self, finding: Finding) -> str | None:
        if finding.code in LINK_FAULTS:
            return "url"
        return "file" if finding.code.startswith(FILE_FAULTS) else None

    @property
    def evidence(self) -> dict[str, Any]:
        """Return the input as the acts take it. Reads no more of a file than the size limit."""
        file = self.cleaned_data.get("file")
        given: dict[str, Any] = {"url": self.cleaned_data.get("url", "")}
        return given | ({"file_name": file.name, "content": file.read(settings.UPLOAD_LIMIT_BYTES + 1)} if file else {})


class CompleteForm(EvidenceForm):
    verb = _("Mark as done")
    done_on = DayField(label=_("Date completed"))
    field_order: tuple[str, ...] = ("done_on", "url", "file")


class TickForm(CompleteForm):
    """An item of a ticked list: the day, how it is known, and evidence."""

    verb = _("Tick item")
    note = forms.CharField(label=_("Note"), max_length=500, required=False, help_text=_("How you know, in a few words."))
    field_order = ("done_on", "note", "url", "file")

    def __init__(self, *args: Any, record: ChecklistItem, known: TemplateItem | None, link: str = "", **kwargs: Any) -> None:
        initial = {"done_on": timezone.localdate(), "note": "", "url": link}
        super().__init__(*args, record=record, sites=known.sites if known else (), initial=initial, **kwargs)
        has_evidence = getattr(record, "has_evidence", False)
        self.fields["url"].required = bool(known and known.sites and known.evidence_needed and not has_evidence)

    @property
    def tick(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        return {"done_on": self.cleaned_data["done_on"], "note": self.cleaned_data["note"], **self.evidence}


class DismissForm(ActForm):
    verb = _("Mark as not applicable")
    reason = _words(_("Reason"), help_text=_("The task counts as done. It’s shown separately, with your reason."))


class ReopenForm(ActForm):
    verb = _("Reopen task")
    reason = _words(_("Reason"), help_text=_("History keeps the reason, with your name."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"reason": ""}})


class UndoForm(ReopenForm):
    verb = _("Undo tick")


OWNERS = ((OPEN, _("No owner yet")), (KNOWN, _("Someone on record")), (NEW, _("Someone new")))


class AddForm(PersonForm):
    """A custom task."""

    verb = _("Add task")
    text = forms.CharField(label=_("Task"), max_length=200, help_text=_("What has to be done, such as “Renew the hosting contract”."))
    due_on = DayField(label=_("Due date"), required=False)
    field_order = ("text", "due_on")
    choices = OWNERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"who": OPEN}})

    @property
    def task(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {"owner": facts.pop("person"), **{name: facts[name] for name in ("text", "name", "email", "due_on")}}


class PlanForm(PersonForm):
    """A task's owner, due date and note."""

    verb = _("Save changes")
    due_on = DayField(label=_("Due date"), required=False)
    note = _words(_("Note"), required=False)
    choices = OWNERS

    def __init__(self, data: Any = None, *args: Any, record: ChecklistItem, **kwargs: Any) -> None:
        initial = {
            "who": KNOWN if record.owner_id else OPEN,
            "person": record.owner_id,
            "due_on": record.due_on if record.due_by_hand else None,
            "note": record.note,
        }
        super().__init__(data, *args, record=record, initial=initial, **kwargs)
        self.fields["due_on"].help_text = _follows(record)

    @property
    def plan(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {"owner": facts.pop("person"), **{name: facts[name] for name in ("name", "email", "due_on", "note")}}


def _follows(item: ChecklistItem) -> str:
    """Return the help text about the due date that applies if none is set."""
    counted = due_in_words(item)
    if not counted:
        return _now("Leave this empty if the task has no due date.")
    due_on = rules.due_on(offset_of(item), item.subject.anchors())
    params = {"counted": counted, "due": date_format(due_on, "j F Y") if due_on else ""}
    if due_on:
        return (
            _now("Leave this empty to keep it %(counted)s: %(due)s. A date you set here stays, even if the residency’s dates change.")
            % params
        )
    return _now("Leave this empty to keep it %(counted)s, which has no date yet. A date you set here stays.") % params
