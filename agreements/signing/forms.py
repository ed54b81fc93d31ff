"""What lab operations and parties fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import AgreementVersion
from agreements.models.templates import VerbWords
from agreements.signing.actions import Intent
from findings import Finding
from people.models import Person
from people.picker import PersonForm
from web.forms import ActForm


class ReplaceForm(PersonForm):
    """Who fills a role from now on, while the agreement is out for signing, and why (EL-29)."""

    verb = _("Name and invite this person")
    title = forms.CharField(label=_("Job title"), max_length=150, required=False)
    organisation = forms.CharField(label=_("Ministry or organization"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("We keep it on record.")
    )
    acknowledged = forms.BooleanField(label=_("This person intentionally fills both roles"), required=False)
    instead_of = forms.ModelChoiceField(Person.objects.all(), required=False, widget=forms.HiddenInput)
    field_order = ("who", "person", "name", "email", "title", "organisation", "reason", "acknowledged")

    def __init__(self, *args: Any, holder: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"instead_of": holder}, **kwargs)
        self.fields["name"].label = _("Full name, as they sign it")
        self.fields["email"].help_text = _("We send the agreement to this address only.")

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if facts.get("name") and not facts.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter their email address. We send the agreement there."))
        return facts


class DeclineForm(ActForm):
    """Why a party does not sign (EL-29)."""

    reason = forms.CharField(
        label=_("Reason for declining"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("We email this to the lab and to the parties who have signed."), error_messages={"required": _("Give your reason in a sentence or two.")},
    )  # fmt: skip

    def __init__(self, *args: Any, words: VerbWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verb = gettext("Decline to %(sign)s") % words.params
        self.fields["reason"].help_text = gettext("We email this to the lab and to the parties who have %(signed)s.") % words.params


class HandOverForm(ActForm):
    """Who should sign in the party's place, and why (EL-29)."""

    verb = _("Send request")
    name = forms.CharField(max_length=150)
    email = forms.EmailField(label=_("Work email address"), max_length=254)
    title = forms.CharField(label=_("Job title"), max_length=150, required=False)
    organisation = forms.CharField(label=_("Ministry or organization"), max_length=200, required=False)
    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: I’m away until May, and she’s acting for me."),
    )  # fmt: skip

    def __init__(self, *args: Any, words: VerbWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext("Full name, as they %(sign)s it") % words.params
        self.fields["reason"].label = gettext("Reason they should %(sign)s instead of you") % words.params


class HandOverAnswerForm(ActForm):
    """Lab operations confirm a hand-over, or refuse it with the reason (EL-29)."""

    verb = _("Send answer")
    answer = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, they sign instead")), ("no", _("No, keep the current signer"))],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only needed if you answer no."),
    )
    acknowledged = forms.BooleanField(label=_("This person intentionally fills both roles"), required=False)

    def __init__(self, *args: Any, words: VerbWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        yes, no = gettext("Yes, they %(sign)s instead"), gettext("No, keep the current %(signer)s")
        cast(forms.ChoiceField, self.fields["answer"]).choices = [("yes", yes % words.params), ("no", no % words.params)]


class WrongPersonForm(ActForm):
    """What becomes of an invitation whose link reached somebody else (D2.7)."""

    verb = _("Save")
    end = forms.TypedChoiceField(
        label=_("What to do"), widget=forms.RadioSelect, coerce=lambda value: value == "end",
        choices=[("end", _("End the invitation. All its links stop working.")), ("keep", _("Keep the invitation. The address is right."))],
    )  # fmt: skip


class SigningForm(ActForm):
    """What a signer does: types the code from the mail, types the name, ticks two statements (EL-27, EL-28).

    The form carries the hash of what was shown. It needs no submission id: a version is signed once, a code counts once, and
    a wrong try must stay counted when the signature is refused.
    """

    findings_in_summary = False  # the page lists them, with links
    submission = None  # type: ignore[assignment]
    code = forms.CharField(
        label=_("Code from your email"), max_length=20, strip=True, required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "aria-required": "true"}
        ),
    )  # fmt: skip
    sha256 = forms.CharField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Your full name"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )  # fmt: skip
    intends = forms.BooleanField()
    consents = forms.BooleanField()
    acknowledged = forms.BooleanField()

    def __init__(
        self, *args: Any, version: AgreementVersion, name: str, code: bool, code_hint: str, misaligned: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"sha256": version.content_sha256}, **kwargs)
        if not misaligned:
            del self.fields["acknowledged"]
        if not code:
            del self.fields["code"]
        else:
            self.fields["code"].help_text = code_hint
        template = version.agreement.template_version
        verb = template.words.params
        self.fields["typed_name"].help_text = gettext("Enter it as on the invitation: %(name)s. This is your %(signature)s.") % {
            **verb,
            "name": name,
        }
        self.verb = gettext("%(sign)s the agreement") % {"sign": capfirst(template.words.do)}
        self._word_what_is_missing(verb)
        self.fields["intends"].label = template.statement_of_intent
        self.fields["consents"].label = template.consent

    def _word_what_is_missing(self, verb: Mapping[str, Any]) -> None:
        """Say what to enter or select, in the words of the template's verb."""
        required = {
            "typed_name": gettext("Enter your full name to %(sign)s."),
            "intends": gettext("Select this to confirm that you intend to %(sign)s."),
            "consents": gettext("Select this to %(sign)s electronically, or ask the lab to %(sign)s on paper."),
            "acknowledged": gettext("Select this to %(sign)s even though you marked a clause as misaligned, or wait until it’s changed."),
        }
        for name, sentence in required.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = sentence % verb
        if "acknowledged" in self.fields:
            self.fields["acknowledged"].label = gettext("I marked clauses above as misaligned, and I’m %(signing)s anyway.") % verb

    @property
    def intent(self) -> Intent:
        """What the signer did."""
        data = self.cleaned_data
        statements = {name: data[name] for name in ("sha256", "typed_name", "intends", "consents")}
        return Intent(**statements, acknowledged=data.get("acknowledged", False))

    def refuse_code(self, findings: list[Finding]) -> None:
        """Say beside the field why the code was not taken, and empty it."""
        for finding in findings:
            self.add_error("code", f"{finding.message} {finding.remedy}")
        self.data = cast(QueryDict, self.data).copy()
        self.data["code"] = ""
