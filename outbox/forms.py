"""What somebody fills in about our mail to them; and a schedule of reminders: so many days or months before or after, for whom."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from ledger.versioned import Stale
from outbox.models import Timetable, Wish
from outbox.occasions import optional
from outbox.reminding import Reminder
from outbox.schedule_rules import MOST_STEPS, schedule_faults, turn_faults, useful_fault
from outbox.schedules import LONGEST_USEFUL_DAYS, Schedule, Step
from web.forms import ActForm

AT_ONCE, DAILY = "at_once", "daily"
STOP_ALL = "stop_all"
SPARE = 2
UNITS = (("days", _("days")), ("months", _("months")))
SIDES = (("before", _("before")), ("after", _("after")))


def _kinds() -> list[tuple[str, Any]]:
    return [(name, one.label) for name, one in optional().items()]


class WishForm(ActForm):
    """How mail comes, and which optional mail; pressing the button `STOP_ALL` means none, whatever is ticked (EL-64)."""

    how = forms.ChoiceField(
        label=_("How our mail comes"),
        widget=forms.RadioSelect,
        choices=[(AT_ONCE, _("At once, each message when there is one")), (DAILY, _("Once a day, at 8 am Pacific, all in one mail"))],
    )
    kinds = forms.MultipleChoiceField(
        label=_("Optional mail"),
        widget=forms.CheckboxSelectMultiple,
        choices=_kinds,
        required=False,
        help_text=_("Take the tick off what you do not want. You can put it back at any time."),
    )

    def __init__(self, *args: Any, wish: Wish, **kwargs: Any) -> None:
        super().__init__(*args, initial=as_filled_in(wish), **kwargs)

    def became_stale(self, stale: Stale) -> None:
        """Both are shown as they are chosen."""
        theirs, mine = as_filled_in(cast(Wish, stale.current)), self.facts
        super().became_stale(
            Stale(
                stale.current,
                {name: (self._chosen(name, theirs), self._chosen(name, mine)) for name in theirs if theirs[name] != mine[name]},
            )
        )

    def _chosen(self, name: str, facts: dict[str, Any]) -> str:
        labels: dict[str, Any] = dict(cast(Any, self.fields[name]).choices)
        return ", ".join(str(labels[one]) for one in ([facts[name]] if name == "how" else facts[name]))

    @property
    def wanted(self) -> dict[str, Any]:
        """What the act asks for."""
        kinds = set() if STOP_ALL in self.data else set(self.cleaned_data["kinds"])
        return {
            "digest": self.cleaned_data["how"] == DAILY,
            "optional": bool(kinds),
            "stopped": sorted(set(optional()) - kinds) if kinds else [],
        }


def as_filled_in(wish: Wish) -> dict[str, Any]:
    """The form as this wish fills it in."""
    return {"how": DAILY if wish.digest else AT_ONCE, "kinds": [name for name in optional() if wish.wants(name)]}


class ScheduleForm(ActForm):
    """The steps, a row each (`rows`); one left empty is no step. `schedule` is what was filled in, None for the default."""

    verb = _("Save the schedule")
    every_days = forms.IntegerField(
        label=_("Then again every so many days"), required=False, min_value=1, help_text=_("Leave it empty if the last step is the end.")
    )
    most = forms.IntegerField(
        label=_("How many reminders at most"),
        required=False,
        min_value=1,
        help_text=_("Leave it empty to go on as long as the cause lasts."),
    )
    useful_days = forms.IntegerField(
        label=_("Of use for so many days"),
        min_value=1,
        max_value=LONGEST_USEFUL_DAYS,
        help_text=_("A reminder that could not leave in this time is not sent any more. The next one ends it too."),
    )
    valid_from = forms.DateField(
        label=_("From which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("What was due before that day stays as it was."),
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, reminder: Reminder, schedule: Schedule, record: Timetable, **kwargs: Any) -> None:
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
        said = {"number": number + 1}
        amount = abs(step.months or step.days) if step else None
        fields: dict[str, forms.Field] = {
            "count": forms.IntegerField(
                label=_t("Step %(number)d, how many") % said,
                required=False,
                min_value=0,
                initial=amount,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            ),
            "unit": forms.ChoiceField(
                label=_t("Step %(number)d, days or months") % said,
                choices=UNITS,
                initial="months" if step and step.months else "days",
                widget=forms.Select(attrs={"class": "form-select"}),
            ),
            "side": forms.ChoiceField(
                label=_t("Step %(number)d, before or after") % said,
                choices=SIDES,
                initial="before" if step is None or (step.months or step.days) < 0 else "after",
                widget=forms.Select(attrs={"class": "form-select"}),
            ),
        }
        if len(self.reminder.audiences) > 1:
            fields["to"] = forms.MultipleChoiceField(
                label=_t("Step %(number)d, to whom") % said,
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
            rows.append({"plain": plain, "to": to, "failed": any(field.errors for field in plain)})
        return rows

    @property
    def rest(self) -> list[Any]:
        """The fields below the steps."""
        return [self[name] for name in ("every_days", "most", "useful_days", "valid_from", "reason")]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if self.errors:
            return facts
        steps = tuple(step for step in (self._step(number) for number in range(self.count)) if step)
        if not steps:
            self.add_error(None, _t("A schedule needs at least one step. Say on which day the first reminder is due."))
            return facts
        if not 0 < facts["useful_days"] <= LONGEST_USEFUL_DAYS:
            self.add_findings([useful_fault(facts["useful_days"])])
            return facts
        self.schedule = Schedule(steps, facts["every_days"] or 0, facts["most"] or 0, facts["useful_days"])
        self.add_findings(schedule_faults(self.schedule, self.reminder.audiences))
        self.add_findings(turn_faults(facts["valid_from"], timezone.localdate()))
        return facts

    def _step(self, number: int) -> Step | None:
        told = {name: self.cleaned_data.get(f"step_{number}_{name}") for name in ("count", "unit", "side", "to")}
        if told["count"] is None:
            return None
        amount = -told["count"] if told["side"] == "before" else told["count"]
        to = tuple(self.reminder.audiences)
        if len(to) > 1:
            to = tuple(audience for key, audience in _keys(self.reminder) if key in (told["to"] or ()))
        return Step(months=amount, to=to) if told["unit"] == "months" else Step(days=amount, to=to)


def _keys(reminder: Reminder) -> list[tuple[str, str]]:
    """Audiences under names that a form can send: the empty one too."""
    return [(audience or "everybody", audience) for audience in reminder.audiences]


def _keyed(reminder: Reminder) -> list[tuple[str, Any]]:
    return [(key, reminder.audiences[audience]) for key, audience in _keys(reminder)]


def _rows_sent(data: Any) -> int:
    numbers = [name.split("_")[1] for name in data if name.startswith("step_") and name.endswith("_count")]
    return max((int(number) + 1 for number in numbers if number.isdecimal() and len(number) < 3), default=0)


class DefaultForm(ActForm):
    """The schedule as the portal came with it, again."""

    verb = _("Go back to the default")

    def __init__(self, *args: Any, record: Timetable, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
