"""What parties and lab operations fill in to change an agreement that went out."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agreements.amendments.actions import Wording
from agreements.amendments.voiding import standing_of
from agreements.models import AgreementVersion, Amendment, Clause, Section
from people.models import Person
from people.picker import PersonForm
from web.forms import ActForm, DayField


def words(label: Any, rows: int, **rest: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **rest)


class SeenForm(ActForm):
    """A form about one wording: it carries the hash of the words that were read (EL-25)."""

    shown_sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"shown_sha256": version.content_sha256, **(kwargs.get("initial") or {})}})

    def read_again(self, version: AgreementVersion) -> None:
        """Sending again then means: I have read what it says now."""
        data = cast(QueryDict, self.data).copy()
        data["shown_sha256"] = version.content_sha256 or ""
        self.data = data


class ProposeForm(SeenForm):
    """Other words for a clause, or none; or a new clause in a section."""

    verb = _("Propose change")
    kind = forms.ChoiceField(
        label=_("Type of change"),
        choices=[("change", _("Change the wording")), ("remove", _("Remove the clause"))],
        widget=forms.RadioSelect,
        initial="change",
    )
    heading = forms.CharField(label=_("Heading"), max_length=150, required=False)
    text = words(
        _("Text"), 8, max_length=8000, required=False,
        help_text=_("Write it as it should read. Leave an empty line between paragraphs. Start each list item with “- ”."),
    )  # fmt: skip
    reason = words(_("Reason"), 3, max_length=2000, help_text=_("All parties can read this."))
    at_request_of = forms.CharField(
        label=_("Requested by, if not you"), max_length=200, required=False, help_text=_("For example: our legal counsel.")
    )

    def __init__(self, *args: Any, place: Clause | Section, **kwargs: Any) -> None:
        self.place = place
        current = {"heading": place.heading, "text": place.text} if isinstance(place, Clause) else {}
        kwargs["initial"] = {**current, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if isinstance(place, Section):
            del self.fields["kind"]

    @property
    def wording(self) -> Wording:
        data = self.cleaned_data
        return Wording(data.get("kind", Amendment.Kind.ADD), str(self.place.number), data["heading"], data["text"])

    @property
    def arguments(self) -> dict[str, Any]:
        """What the act takes beside the words."""
        return {name: self.cleaned_data[name] for name in ("reason", "shown_sha256", "at_request_of")}


class ProposeBesideForm(SeenForm):
    """Other words in a header field, which may hold a date; or a new party (EL-34)."""

    verb = _("Propose change")
    relation = forms.ChoiceField(
        label=_("On whose behalf"), required=False, choices=[("", _("The lab’s own proposal")), *Amendment.Relation.choices]
    )
    at_request_of = forms.CharField(label=_("Their name, if the proposal isn’t the lab’s own"), max_length=200, required=False)
    dated_on = DayField(label=_("Date of the change, if it isn’t today"), required=False)
    editorial = forms.BooleanField(label=_("Editorial change: no commitment changes"), required=False)
    reason = words(_("Reason"), 3, max_length=2000, help_text=_("All parties can read this."))

    @property
    def arguments(self) -> dict[str, Any]:
        """What the act takes beside the words."""
        return {name: self.cleaned_data[name] for name in ("reason", "shown_sha256", "at_request_of", "relation", "dated_on", "editorial")}


class ProposeHeaderForm(ProposeBesideForm):
    """`place` is the header field, as the template has it."""

    def __init__(self, *args: Any, place: dict[str, str], version: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, version=version, **kwargs)
        self.place = place
        was = version.header.get(place["key"], "")
        is_date = place.get("type") == "date"
        value = DayField(label=place["label"]) if is_date else forms.CharField(label=place["label"], max_length=200)
        self.fields = {"value": value, **self.fields}
        self.initial["value"] = was

    @property
    def wording(self) -> Wording:
        kind = Amendment.Kind.DATE if self.place.get("type") == "date" else Amendment.Kind.HEADER
        return Wording(kind, self.place["key"], text=str(self.cleaned_data["value"]))


class ProposePartyForm(ProposeBesideForm, PersonForm):
    """Who joins, as what, on whose side."""

    side = forms.ChoiceField(label=_("Side"))
    role = forms.CharField(label=_("Role"), max_length=120, help_text=_("Their role in the agreement."))
    must_sign = forms.BooleanField(
        label=_("Must sign"), required=False, initial=True, help_text=_("If they don’t have to sign, they’re kept informed.")
    )
    field_order = ("side", "role", "who", "person", "name", "email", "must_sign")

    def __init__(self, *args: Any, version: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, version=version, **kwargs)
        self.fields["name"].label = _("Full name, as they sign it")
        self.fields["email"].help_text = _("We send the agreement to this address only.")
        self.fields["side"].choices = [(side.key, side.label) for side in version.agreement.template_version.sides_in_turn]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if facts.get("name") and not facts.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter their email address. We send the agreement there."))
        return facts

    def wording_of(self, person: Person) -> Wording:
        data = self.cleaned_data
        return Wording(Amendment.Kind.JOIN, data["side"], data["role"], person=person, must_sign=data["must_sign"])


class RejectForm(ActForm):
    """Why a proposed change is not taken up."""

    verb = _("Reject change")
    reason = words(_("Reason"), 3, max_length=2000, help_text=_("We email this to the person who proposed the change."))


class AcceptForm(SeenForm):
    """Why the chosen changes are taken up."""

    findings_in_summary = False  # the page lists them, with links
    verb = _("Accept and send next version")
    reason = words(_("Reason"), 3, max_length=2000, help_text=_("We email this to every party."))


class VoidForm(ActForm):
    """Why an agreement ends; the form carries which version, in which state, was looked at (EL-33)."""

    findings_in_summary = False  # the page lists them, with links
    verb = _("Void agreement")
    shown_state = forms.CharField(widget=forms.HiddenInput)
    reason = words(_("Reason"), 3, max_length=2000, help_text=_("We email this to every party."))

    def __init__(self, *args: Any, version: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"shown_state": standing_of(version)}, **kwargs)
