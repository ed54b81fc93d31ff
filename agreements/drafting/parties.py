"""All roles of an agreement, or all of the lab's, with a line to type a person on for each, and who is proposed (EL-22, EL-36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import HOME, AgreementVersion, Signatory
from agreements.versions.progress import SigningProgress
from ledger import subjects
from ledger.subjects import Subject
from people.identity import Entry, chosen, line_for, on_record
from people.models import Person, User
from spelling.compare import same_name
from web.forms import ActForm


@dataclass(frozen=True)
class Slot:
    """A role to name a person for. `proposal` is typed in already while nobody holds it; `source` says where it comes from."""

    key: str
    label: str
    note: str = ""
    holder: Person | None = None
    proposal: str = ""
    source: str = ""

    @property
    def is_proposed(self) -> bool:
        return self.holder is None and bool(self.proposal)


@dataclass(frozen=True)
class SlotFields:
    """A slot with its fields, as the page shows them."""

    slot: Slot
    who: BoundField
    was: BoundField
    title: BoundField
    organisation: BoundField
    both: BoundField | None


class NewPerson(NamedTuple):
    """What is known of somebody who isn't on record."""

    name: str
    email: str
    title: str
    organisation: str


@dataclass(frozen=True)
class Naming:
    """Who is to fill a role: somebody on record, somebody new with what is known of them, or nobody.

    `instead_of` is whom the form showed in the role, `acknowledged` that one person fills two roles on purpose.
    """

    person: Person | None
    new: NewPerson | None
    instead_of: Person | None
    acknowledged: bool = False


class PartiesForm(ActForm):
    """One line for each slot; a person who isn't on record is added with the address that is typed."""

    verb = _("Save parties")

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = slots
        self.holders = {str(slot.holder.pk): slot.holder for slot in slots if slot.holder}
        for slot in slots:
            shown = line_for(slot.holder) if slot.holder else slot.proposal
            self.fields[f"who_{slot.key}"] = forms.CharField(label=slot.label, max_length=420, required=False, initial=shown)
            self.fields[f"title_{slot.key}"] = forms.CharField(label=_("Job title"), max_length=150, required=False)
            self.fields[f"organisation_{slot.key}"] = forms.CharField(label=_("Ministry or organization"), max_length=200, required=False)
            self.fields[f"both_{slot.key}"] = forms.BooleanField(label=_("This person intentionally fills both roles"), required=False)
            was = str(slot.holder.pk) if slot.holder else ""
            self.fields[f"was_{slot.key}"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=was)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        entries = {slot.key: Entry.read(data.get(f"who_{slot.key}", "")) for slot in self.slots}
        known = on_record(entries.values())
        self.people: dict[str, Person | None] = {}
        for slot in self.slots:
            entry = entries[slot.key]
            if slot.holder and data.get(f"who_{slot.key}", "") == line_for(slot.holder):
                self.people[slot.key] = slot.holder  # also one without an address, who shares the name with others
                continue
            try:
                self.people[slot.key] = chosen(entry, known[entry]) if entry else None
            except ValidationError as error:
                self.add_error(f"who_{slot.key}", error)
        self.entries = entries
        return data

    @property
    def namings(self) -> dict[str, Naming]:
        """What was filled in, for each role that it changes."""
        return {slot.key: naming for slot in self.slots if (naming := self._naming(slot)).person != naming.instead_of or naming.new}

    def _naming(self, slot: Slot) -> Naming:
        data, entry, person = self.cleaned_data, self.entries[slot.key], self.people[slot.key]
        new = None
        if entry and person is None:
            new = NewPerson(entry.name, entry.email, data[f"title_{slot.key}"], data[f"organisation_{slot.key}"])
        was = data[f"was_{slot.key}"]
        before = self.holders.get(was) or (Person.objects.filter(pk=int(was)).first() if was.isdecimal() else None)
        return Naming(person, new, before, data[f"both_{slot.key}"])

    def refuse_roles(self, findings: Mapping[str, Sequence[Any]]) -> None:
        """Say beside each role why its person was refused; `both` is offered where that is what would help."""
        for key, of_role in findings.items():
            for finding in of_role:
                self.add_error(f"who_{key}", f"{finding.message} {finding.remedy}".strip())
        self.asks_both = {key for key, of_role in findings.items() if any(finding.code == "holds-two-roles" for finding in of_role)}

    asks_both: set[str] = set()

    @property
    def lines(self) -> list[SlotFields]:
        """The slots in their order, with their fields; `both` only where it is asked or was ticked."""
        return [
            SlotFields(
                slot,
                self[f"who_{slot.key}"],
                self[f"was_{slot.key}"],
                self[f"title_{slot.key}"],
                self[f"organisation_{slot.key}"],
                self[f"both_{slot.key}"] if slot.key in self.asks_both or self.data.get(f"both_{slot.key}") else None,
            )
            for slot in self.slots
        ]


class SignatoriesForm(PartiesForm):
    """Who signs for the lab in each of its roles."""

    verb = _("Save signatories")


class NoteForm(ActForm):
    """What lab staff note on a signer."""

    verb = _("Add note")
    text = forms.CharField(label=_("Note"), max_length=300)


# ── Proposals ────────────────────────────────────────────────────────────────────────────────


def proposed_slots(version: AgreementVersion, rows: list[SigningProgress]) -> list[Slot]:
    """A slot for each role of a draft, those who sign first and in their order; four queries beside the subject's own fields."""
    signatories = {row.role: line_for(row.person) for row in Signatory.objects.filter(to_at=None).select_related("person")}
    paths = dict(version.roles.values_list("role", "role__proposed_from"))
    subject = subjects.subject_of(version.agreement.stream)
    named = {row.role.role_id: _value(subject, paths[row.role.role_id]) for row in rows if not row.party}
    lines = _lines([name for name in named.values() if name], subject)
    ordered = sorted(rows, key=lambda row: (not row.role.must_sign, row.role.stage if row.role.must_sign else 0, row.role.position))
    return [_slot(version, row, signatories, named.get(row.role.role_id, ""), lines) for row in ordered]


def _slot(version: AgreementVersion, row: SigningProgress, signatories: dict[str, str], name: str, lines: dict[str, str]) -> Slot:
    side = version.agreement.template_version.side_label(row.role.side)
    note = gettext("%(side)s · must sign") if row.role.must_sign else gettext("%(side)s · kept informed")
    proposal, source = "", ""
    if row.party is None and row.role.side == HOME and row.role.label in signatories:
        proposal, source = signatories[row.role.label], gettext("Suggested: lab signatory")
    elif name:
        proposal, source = lines.get(name, ""), gettext("Suggested: %(name)s, named in the application") % {"name": name}
    holder = row.party.person if row.party else None
    return Slot(str(row.role.role_id), row.role.label, note % {"side": side}, holder, proposal, source)


def _lines(names: list[str], subject: Subject) -> dict[str, str]:
    """How each of `names` is typed: the one person on record of that name, or the subject's contact; left out if nobody is meant for sure."""
    known = on_record(Entry(name) for name in names)
    lines = {entry.name: line_for(people[0]) for entry, people in known.items() if len(people) == 1 and people[0].email}
    missing = [name for name in names if name not in lines]
    contacts = cast("Sequence[User]", subject.contacts()) if missing else ()
    for name in missing:
        alike = [account for account in contacts if same_name(name, account.name)]
        if len(alike) == 1:
            lines[name] = f"{name} <{alike[0].email}>"
    return lines


def _value(subject: Subject, path: str) -> str:
    """What the subject has at a dotted path, as one line; "" when it has nothing there."""
    value: Any = subject
    for name in filter(None, path.split(".")):
        value = getattr(value, name, "")
    return " ".join(str(value or "").split()) if path else ""
