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

    verb = _("Propose this change")
    kind = forms.ChoiceField(
        label=_("What should become of this clause?"),
        choices=[("change", _("Change its words")), ("remove", _("Remove it"))],
        widget=forms.RadioSelect,
        initial="change",
    )
    heading = forms.CharField(label=_("Heading"), max_length=150, required=False)
    text = words(
        _("Text"), 8, max_length=8000, required=False,
        help_text=_("Write it as it should read. An empty line begins a paragraph; a line with “- ” begins a list item."),
    )  # fmt: skip
    reason = words(_("Why?"), 3, max_length=2000, help_text=_("Everyone who is a party can read this."))
    at_request_of = forms.CharField(
        label=_("At whose request, if not your own?"), max_length=200, required=False, help_text=_("For example: our legal counsel.")
    )

    def __init__(self, *args: Any, place: Clause | Section, **kwargs: Any) -> None:
        self.place = place
        initial = {"heading": place.heading, "text": place.text} if isinstance(place, Clause) else {}
        super().__init__(*args, **kwargs, initial=initial)
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

    verb = _("Propose this change")
    relation = forms.ChoiceField(label=_("At whose wish"), required=False, choices=[("", _("The lab’s own")), *Amendment.Relation.choices])
    at_request_of = forms.CharField(label=_("Their name, if not your own wish"), max_length=200, required=False)
    dated_on = DayField(label=_("Date of the change, if it isn’t today"), required=False)
    editorial = forms.BooleanField(label=_("Editorial: no promise changes"), required=False)
    reason = words(_("Why?"), 3, max_length=2000, help_text=_("Everyone who is a party can read this."))

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


class ProposePartyForm(ProposeBesideForm):
    """Who joins, as what, on whose side."""

    side = forms.ChoiceField(label=_("Side"))
    role = forms.CharField(label=_("Role"), max_length=120, help_text=_("As what they join."))
    name = forms.CharField(label=_("Full name, as they sign it"), max_length=150)
    email = forms.EmailField(
        label=_("Their work e-mail address"), max_length=254, help_text=_("The agreement is sent here, and nowhere else.")
    )
    must_sign = forms.BooleanField(label=_("Must sign"), required=False, initial=True, help_text=_("Who need not sign is kept informed."))
    field_order = ("side", "role", "name", "email", "must_sign")

    def __init__(self, *args: Any, version: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, version=version, **kwargs)
        self.fields["side"].choices = [(side.key, side.label) for side in version.agreement.template_version.sides_in_turn]  # type: ignore[attr-defined]

    def wording_of(self, person: Person) -> Wording:
        data = self.cleaned_data
        return Wording(Amendment.Kind.JOIN, data["side"], data["role"], person=person, must_sign=data["must_sign"])


class RejectForm(ActForm):
    """Why a proposed change is not taken up."""

    verb = _("Reject the change")
    reason = words(_("Why not?"), 3, max_length=2000, help_text=_("The proposer gets these words by mail."))


class AcceptForm(SeenForm):
    """Why the chosen changes are taken up."""

    findings_in_summary = False  # the page lists them, with links
    verb = _("Accept and send the next version")
    reason = words(_("Why?"), 3, max_length=2000, help_text=_("Every party reads this in its mail."))


class VoidForm(ActForm):
    """Why an agreement ends; the form carries which version, in which state, was looked at (EL-33)."""

    findings_in_summary = False  # the page lists them, with links
    verb = _("Make it void")
    shown_state = forms.CharField(widget=forms.HiddenInput)
    reason = words(_("Why is it void?"), 3, max_length=2000, help_text=_("Every party reads this in its mail."))

    def __init__(self, *args: Any, version: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"shown_state": standing_of(version)}, **kwargs)
