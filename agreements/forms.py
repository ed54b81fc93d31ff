"""What lab operations and parties fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.actions import at_once, side_by_side
from agreements.models import Agreement, AgreementVersion, Party, TemplateVersion
from people.models import Person
from web.forms import ActForm


class PrepareForm(ActForm):
    """From which template the agreement is made."""

    verb = _("Make the agreement")
    template = forms.ModelChoiceField(TemplateVersion.objects.none(), label=_("Template"), empty_label=None)

    take_over = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, subject_kind: str, voided: Agreement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = TemplateVersion.objects.offered_for(subject_kind)  # type: ignore[attr-defined]
        if voided is None:
            del self.fields["take_over"]
        else:
            params = {"reference": voided.reference}
            self.fields["take_over"].label = _("Take over from %(reference)s: header, parties, who signs when, unique conditions") % params


class HeaderForm(ActForm):
    """The header's fields, which are the template's data (EL-21)."""

    verb = _("Save the header")

    def __init__(self, *args: Any, record: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        for field in record.agreement.template_version.header_fields:
            self.fields[field["key"]] = forms.CharField(label=field["label"], max_length=200, initial=record.header.get(field["key"], ""))


class ConditionsForm(ActForm):
    """Up to three more conditions than there are; an empty one goes away (EL-21)."""

    verb = _("Save the conditions")
    SPARE = 2

    def __init__(self, *args: Any, record: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        standing = list(record.clauses.filter(kind="unique").order_by("position").values_list("heading", "text"))
        self.count = len(standing) + self.SPARE
        for n, (heading, text) in enumerate(standing + [("", "")] * self.SPARE, 1):
            self.fields[f"heading_{n}"] = forms.CharField(
                label=_("Condition %(n)d: heading") % {"n": n}, max_length=150, required=False, initial=heading
            )
            self.fields[f"text_{n}"] = forms.CharField(
                label=_("Condition %(n)d: text") % {"n": n}, max_length=4000, required=False, initial=text,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        for n in range(1, self.count + 1):
            if facts.get(f"heading_{n}", "").strip() and not facts.get(f"text_{n}", "").strip() and f"text_{n}" not in self.errors:
                self.add_error(f"text_{n}", _("Write the text of condition %(n)d, or empty its heading too.") % {"n": n})
        return facts

    @property
    def conditions(self) -> list[tuple[str, str]]:
        return [(self.cleaned_data[f"heading_{n}"], self.cleaned_data[f"text_{n}"]) for n in range(1, self.count + 1)]


class PartyForm(ActForm):
    """Who fills a role: somebody known, somebody new, or nobody (EL-22)."""

    verb = _("Save")
    person = forms.ModelChoiceField(
        Person.objects.all(), label=_("Who"), required=False, widget=forms.RadioSelect, empty_label=_("Nobody yet")
    )
    name = forms.CharField(label=_("Or somebody new: their name, as they sign it"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("Their work e-mail address"), max_length=254, required=False, help_text=_("The agreement is sent here, and nowhere else.")
    )
    title = forms.CharField(label=_("Their title"), max_length=150, required=False)
    organisation = forms.CharField(label=_("Their ministry or organization"), max_length=200, required=False)
    knowingly = forms.BooleanField(label=_("If they fill another role too: that is meant"), required=False)
    instead_of = forms.ModelChoiceField(Person.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[Person], holder: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"person": holder, "instead_of": holder}, **kwargs)
        offered = {person.pk: person for person in [*([holder] if holder else []), *people]}
        self.fields["person"].widget.choices = [("", _("Nobody yet")), *((pk, _described(p)) for pk, p in offered.items())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("name") and not data.get("email"):
            self.add_error("email", _("A new person needs an address: the agreement is sent there."))
        if data.get("email") and not data.get("name"):
            self.add_error("name", _("Who is it? Write the name as they sign it."))
        return data


def _described(person: Person) -> str:
    return ", ".join(filter(None, [person.name, person.title, person.organisation, person.email]))


class SigningOrderForm(ActForm):
    """Everybody at once, one side after the other, or role by role; and whether signers type a code (EL-28, EL-30)."""

    verb = _("Save who signs when")
    order = forms.ChoiceField(
        label=_("Who signs when"),
        widget=forms.RadioSelect,
        choices=[
            ("at_once", _("Everybody at once")),
            ("side_by_side", _("The program area first, then the alliance team, the lab last")),
            ("by_role", _("As I set it below, role by role")),
        ],
        help_text=_("Each stage is asked once the one before has signed."),
    )
    code_required = forms.BooleanField(
        label=_("Each signer types a one-time code that we send to their address"),
        required=False,
        help_text=_("It shows that the signer can open that mailbox at that moment, and wasn’t just sent the link by someone else."),
    )

    def __init__(self, *args: Any, record: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"code_required": record.asks_for_code, "order": _order_of(record)}, **kwargs)
        self.roles = [role for role in record.roles.order_by("position") if role.must_sign]
        for role in self.roles:
            self.fields[f"stage_{role.role_id}"] = forms.TypedChoiceField(
                label=_("Stage of: %(role)s") % {"role": role.label}, coerce=int, initial=role.stage,
                choices=[(n, str(n)) for n in range(1, len(self.roles) + 1)],
            )  # fmt: skip

    @property
    def stages(self) -> dict[int, int]:
        """What was chosen, as a stage for each role's key."""
        chosen = {"at_once": at_once, "side_by_side": side_by_side}.get(self.cleaned_data["order"])
        return chosen(self.record) if chosen else {role.role_id: self.cleaned_data[f"stage_{role.role_id}"] for role in self.roles}  # type: ignore[arg-type]


def _order_of(version: AgreementVersion) -> str:
    stages = {role.role_id: role.stage for role in version.roles.all() if role.must_sign}
    for name, preset in (("at_once", at_once(version)), ("side_by_side", side_by_side(version))):
        if (
            len({(stage, preset[role]) for role, stage in stages.items()})
            == len(set(stages.values()))
            == len({preset[role] for role in stages})
        ):
            return name
    return "by_role"


class ReplaceForm(PartyForm):
    """Who fills a role from now on, while the agreement is out for signing, and why (EL-29)."""

    verb = _("Name this person and invite them")
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("It stays on record."))

    def __init__(self, *args: Any, people: list[Person], holder: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, people=people, holder=holder, **kwargs)
        self.fields["person"].initial = self.initial["person"] = None
        self.fields["person"].widget.choices = [(p.pk, _described(p)) for p in people if p != holder]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not (data.get("person") or data.get("name")):
            self.add_error("name", _("Who is it? Find somebody above, or write a name and an address."))
        return data


class DeclineForm(ActForm):
    """Why a party does not sign (EL-29)."""

    verb = _("Decline to sign")
    reason = forms.CharField(
        label=_("Why you do not sign"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Those who have signed and the lab read it."), error_messages={"required": _("Write the reason in a sentence or two.")},
    )  # fmt: skip


class HandOverForm(ActForm):
    """Who should sign in the party's place, and why (EL-29)."""

    verb = _("Ask the lab")
    name = forms.CharField(label=_("Their name, as they sign it"), max_length=150)
    email = forms.EmailField(label=_("Their work e-mail address"), max_length=254)
    title = forms.CharField(label=_("Their title"), max_length=150, required=False)
    organisation = forms.CharField(label=_("Their ministry or organization"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("Why they sign and not you"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: I am away until May, and she acts for me."),
    )  # fmt: skip


class HandOverAnswerForm(ActForm):
    """Lab operations confirm a hand-over, or refuse it with the reason (EL-29)."""

    verb = _("Send the answer")
    answer = forms.ChoiceField(
        label=_("Your answer"), widget=forms.RadioSelect, choices=[("yes", _("Yes, they sign instead")), ("no", _("No, and this is why:"))]
    )
    reason = forms.CharField(
        label=_("Why not"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Only needed for a no.")
    )
    knowingly = forms.BooleanField(label=_("If they fill another role too: that is meant"), required=False)


class WrongPersonForm(ActForm):
    """What becomes of an invitation whose link reached somebody else (D2.7)."""

    verb = _("Save")
    end = forms.TypedChoiceField(
        label=_("What to do"), widget=forms.RadioSelect, coerce=lambda value: value == "end",
        choices=[("end", _("End the invitation: none of its links works any more")), ("keep", _("Let it go on: the address is right"))],
    )  # fmt: skip


class VersionForm(ActForm):
    """A button that acts on the draft that was shown."""

    def __init__(self, *args: Any, record: AgreementVersion, verb: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.verb = verb or self.verb


class CodeForm(ActForm):
    """The digits from the mail; `said` is why the last try was not taken."""

    verb = _("Go on to sign")
    code = forms.CharField(
        label=_("The six digits from the message"), max_length=20, strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: Any, error: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = error or _("Type the six digits.")


class TalkForm(ActForm):
    """A question or a comment, and who else should hear of it (EL-24)."""

    verb = _("Send")
    text = forms.CharField(
        label=_("Your question or comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your question or comment first.")},
        help_text=_("Everybody who is a party, and the lab, can read it."),
    )  # fmt: skip
    mentions = forms.ModelMultipleChoiceField(
        Party.objects.none(), label=_("Who else should get a mail about it?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, parties: QuerySet[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentions"].queryset = parties.select_related("person", "role").order_by("role__position")  # type: ignore[attr-defined]


class SigningForm(ActForm):
    """What a signer does: types the name, ticks two statements. The form carries the hash of what was shown (EL-27)."""

    verb = _("Sign the agreement")
    sha256 = forms.CharField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Your full name"), max_length=200, help_text=_("Typing it here is your signature."),
        error_messages={"required": _("Type your full name to sign.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )  # fmt: skip
    intends = forms.BooleanField(error_messages={"required": _("Tick this to say that you mean to sign.")})
    consents = forms.BooleanField(error_messages={"required": _("Tick this to sign here, or ask the lab for paper.")})
    knowingly = forms.BooleanField(
        label=_("I find clauses above misaligned, and I sign all the same."),
        error_messages={"required": _("Tick this to sign although you find a clause misaligned, or wait until it is changed.")},
    )

    def __init__(self, *args: Any, version: AgreementVersion, misaligned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, initial={"sha256": version.content_sha256}, **kwargs)
        if not misaligned:
            del self.fields["knowingly"]
        template = version.agreement.template_version
        self.fields["intends"].label = template.statement_of_intent
        self.fields["consents"].label = template.consent


class SealForm(ActForm):
    """Why lab operations decide as they do about a seal that waits."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays on record with the agreement."),
    )

    def __init__(self, *args: Any, verb: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verb = verb
