"""Forms to edit a reminder's schedule: how many days or months before or after a date, and for whom."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from acts.act import Actor
from acts.revisions import Stale
from findings import Finding
from outbox.models import ScheduleOverride
from outbox.pages.actions import set_schedule
from outbox.reminders.declare import Reminder, turns_of
from outbox.reminders.rules import MOST_STEPS, faults_in, turn_faults
from outbox.reminders.schedule import DAY, LONGEST_USEFUL_DAYS, Schedule, Step, in_a_sentence
from web.forms import ActForm, DayField

SPARE = 2
WHOLE = _("Enter a whole number, such as 14.")
ONE_OR_MORE = {"invalid": WHOLE, "min_value": _("Enter 1 or more, or leave this empty.")}
UNITS = (("days", _("days")), ("months", _("months")))
SIDES = (("before", _("before")), ("after", _("after")))


class SchedulingForm(ActForm):
    """Sets `schedule` from a date, None for the default; if two people do it at once, the second sees both in words (R14)."""

    reminder: Reminder
    schedule: Schedule | None

    def set_from(self, valid_from: datetime.date, *, by: Actor, reason: str = "") -> None:
        set_schedule(self.reminder.occasion, self.schedule, valid_from=valid_from, shown_revision=self.shown_revision, by=by, reason=reason)

    def became_stale(self, stale: Stale) -> None:
        theirs = turns_of(self.reminder, cast(ScheduleOverride, stale.current)).now_and_then[-1][1]
        both = (theirs, self.schedule or self.reminder.schedule)
        theirs_in_words, mine = (in_a_sentence(schedule, self.reminder.audiences) for schedule in both)
        super().became_stale(Stale(stale.current, {"schedule": (theirs_in_words, mine)}))


class ScheduleForm(SchedulingForm):
    """The steps, one per row (`rows`); an empty row is no step. `schedule` is what was filled in, None for the default."""

    verb = _("Save schedule")
    every_days = forms.IntegerField(
        label=_("Days between repeats"),
        required=False,
        min_value=1,
        error_messages=ONE_OR_MORE,
        help_text=_("Leave this empty to stop after the last step."),
    )
    most = forms.IntegerField(
        label=_("Maximum number of reminders"),
        required=False,
        min_value=1,
        error_messages=ONE_OR_MORE,
        help_text=_("Leave this empty to keep sending for as long as needed."),
    )
    useful_days = forms.IntegerField(
        label=_("Days until a reminder expires"),
        min_value=1,
        max_value=LONGEST_USEFUL_DAYS,
        error_messages={"invalid": WHOLE, **dict.fromkeys(("min_value", "max_value"), _("Choose from 1 to 31 days."))},
        help_text=_("A reminder that can’t be sent within this time expires. It also expires when the next one is due."),
    )
    valid_from = DayField(
        label=_("Start date"),
        help_text=_("Reminders that were due before this date don’t change."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args: Any, reminder: Reminder, schedule: Schedule, record: ScheduleOverride, **kwargs: Any) -> None:
        self.reminder = reminder
        initial = {
            "every_days": schedule.every_days or None,
            "most": schedule.most or None,
            "useful_days": schedule.useful_days,
            "valid_from": timezone.localdate() + datetime.timedelta(days=1),
        }
        super().__init__(*args, record=record, initial=initial, **kwargs)
        self.count = min(max(len(schedule.steps) + SPARE, _rows_sent(self.data)), MOST_STEPS)
        for number in range(self.count):
            self._add_row(number, schedule.steps[number] if number < len(schedule.steps) else None)
        self.order_fields([name for name in self.fields if name.startswith("step_")])

    def _add_row(self, number: int, step: Step | None) -> None:
        params = {"number": number + 1}
        amount = abs(step.months or step.days) if step else None
        fields: dict[str, forms.Field] = {
            "count": forms.IntegerField(
                label=_t("Step %(number)d, number") % params,
                required=False,
                min_value=0,
                error_messages={"invalid": WHOLE, "min_value": _t("Enter 0 or more, then choose before or after.")},
                initial=amount,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            ),
            "unit": forms.ChoiceField(
                label=_t("Step %(number)d, days or months") % params,
                choices=UNITS,
                initial="months" if step and step.months else "days",
                widget=forms.Select(attrs={"class": "form-select"}),
            ),
            "side": forms.ChoiceField(
                label=_t("Step %(number)d, before or after") % params,
                choices=SIDES,
                initial="before" if step is None or (step.months or step.days) < 0 else "after",
                widget=forms.Select(attrs={"class": "form-select"}),
            ),
        }
        if len(self.reminder.audiences) > 1:
            fields["to"] = forms.MultipleChoiceField(
                label=_t("Step %(number)d, recipients") % params,
                choices=list(_keyed(self.reminder)),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[key for key, audience in _keys(self.reminder) if step is None or audience in step.to],
            )
        self.fields.update({f"step_{number}_{name}": field for name, field in fields.items()})

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each step, for the template."""
        rows = []
        for i in range(self.count):
            plain = [self[f"step_{i}_{name}"] for name in ("count", "unit", "side")]
            to = self[f"step_{i}_to"] if f"step_{i}_to" in self.fields else None
            rows.append({"plain": plain, "to": to, "failed": any(field.errors for field in (*plain, to) if field)})
        return rows

    @property
    def rest(self) -> list[Any]:
        """The fields below the steps."""
        return [self[name] for name in ("every_days", "most", "useful_days", "valid_from", "reason")]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if self.errors:
            return facts
        steps = {number: step for number in range(self.count) if (step := self._step(number))}
        if not steps:
            self.add_error("step_0_count", _t("A schedule needs at least one step. Enter when the first reminder is due."))
            return facts
        self.schedule = Schedule(tuple(steps.values()), facts["every_days"] or 0, facts["most"] or 0, facts["useful_days"])
        past = list(turn_faults(facts["valid_from"], timezone.localdate()))
        rows = list(steps)
        for fault in faults_in(self.schedule, self.reminder.audiences, [row + 1 for row in rows]):
            name = fault.field if fault.step is None else f"step_{rows[fault.step]}_{fault.field}"
            self._refuse(name if name in self.fields else None, fault.finding)
        for finding in past:
            self._refuse("valid_from", finding)
        return facts

    def save(self, *, by: Actor) -> None:
        """Apply the schedule from the chosen date."""
        self.set_from(self.cleaned_data["valid_from"], by=by, reason=self.cleaned_data["reason"])

    def _refuse(self, name: str | None, finding: Finding) -> None:
        self.add_error(name, f"{finding.message} {finding.remedy}")

    def _step(self, number: int) -> Step | None:
        values = {name: self.cleaned_data.get(f"step_{number}_{name}") for name in ("count", "unit", "side", "to")}
        if values["count"] is None:
            return None
        amount = -values["count"] if values["side"] == "before" else values["count"]
        to = tuple(self.reminder.audiences)
        if len(to) > 1:
            to = tuple(audience for key, audience in _keys(self.reminder) if key in (values["to"] or ()))
        return Step(months=amount, to=to) if values["unit"] == "months" else Step(days=amount, to=to)


def _keys(reminder: Reminder) -> list[tuple[str, str]]:
    """Return audiences with names that a form can send, including a name for the empty one."""
    return [(audience or "everybody", audience) for audience in reminder.audiences]


def _keyed(reminder: Reminder) -> list[tuple[str, Any]]:
    return [(key, reminder.audiences[audience]) for key, audience in _keys(reminder)]


def _rows_sent(data: Any) -> int:
    numbers = [name.split("_")[1] for name in data if name.startswith("step_") and name.endswith("_count")]
    return max((int(number) + 1 for number in numbers if number.isdecimal() and len(number) < 3), default=0)


class DefaultForm(SchedulingForm):
    """Resets a reminder to the portal's default schedule."""

    verb = _("Reset to default")

    def __init__(self, *args: Any, reminder: Reminder, record: ScheduleOverride, **kwargs: Any) -> None:
        self.reminder, self.schedule = reminder, None
        super().__init__(*args, record=record, **kwargs)

    def save(self, *, by: Actor) -> None:
        """Apply the default from tomorrow; what is due today doesn't change."""
        self.set_from(timezone.localdate() + DAY, by=by)
