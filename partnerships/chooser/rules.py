"""Rules of the model chooser: twelve answers in, a ranking of the eleven models with reasons out (SP-02). No database, no clock.

The questions, the rules and their points are data: to change the chooser, change the two tables and raise `RULES_VERSION`.
The rules for the integrated models are based only on the definitions of those models, because no practice is on record for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

RULES_VERSION = 1
THRESHOLD = 4  # under this many points nothing fits strongly

# ── Models that can be chosen, from the loosest to the closest ──────────────────────────────

INFORMAL, FORMAL = "promotion_informal", "promotion_formal"
SCHEDULED, TARGETED, RAPID, VIRTUAL = "outreach_scheduled", "outreach_targeted", "outreach_rapid", "outreach_virtual"
SPACE, COUNTER = "colocation_space", "colocation_counter"
AGENT, DIGITAL, PAYMENTS = "integrated_agent", "integrated_digital", "integrated_payments"

PROMOTION = (INFORMAL, FORMAL)
OUTREACH = (SCHEDULED, TARGETED, RAPID, VIRTUAL)
COLOCATION = (SPACE, COUNTER)
INTEGRATED = (AGENT, DIGITAL, PAYMENTS)
LEAVES = (*PROMOTION, *OUTREACH, *COLOCATION, *INTEGRATED)
ORDER = {leaf: place for place, leaf in enumerate(LEAVES)}

# ── Questions ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Question:
    """A question with its answers, by the values that files and addresses use; `default` counts if it isn't answered."""

    key: str
    text: Any
    options: Mapping[str, Any]
    default: str

    @property
    def fault(self) -> str:
        """What is wrong with a `%(value)s` that is none of the answers, and what would be right."""
        message = _("“%(value)s” isn’t an answer to “%(key)s”. Use %(values)s.")
        return message.replace("%(key)s", self.key).replace("%(values)s", _or(self.options))


QUESTIONS = (
    Question(
        "place", gettext_lazy("Where are the clients?"),
        {
            "urban": gettext_lazy("In a city"), "rural": gettext_lazy("In a rural area"), "remote": gettext_lazy("In a remote or isolated area"),
            "online": gettext_lazy("Online"), "any": gettext_lazy("Anywhere"),
        },
        "any",
    ),
    Question(
        "volume", gettext_lazy("How many clients are expected?"),
        {
            "too_few": gettext_lazy("Too few for an office"), "low_steady": gettext_lazy("Few, but steadily"), "high": gettext_lazy("Many"),
            "unknown": gettext_lazy("Not known"),
        },
        "unknown",
    ),
    Question(
        "presence", gettext_lazy("Who has an office where the clients are?"),
        {
            "none": gettext_lazy("No partner"), "another_level": gettext_lazy("Another level of government"),
            "both_small": gettext_lazy("Both, each with a small office"), "both_large": gettext_lazy("Both, each with a large office"),
        },
        "none",
    ),
    Question(
        "need", gettext_lazy("What do clients mostly need?"),
        {
            "know": gettext_lazy("To know about a service"), "refer": gettext_lazy("To be referred to the right place"),
            "apply": gettext_lazy("Help with an application"), "transact": gettext_lazy("To complete a transaction"), "pay": gettext_lazy("To pay"),
        },
        "apply",
    ),
    Question(
        "urgency", gettext_lazy("How urgent is it?"),
        {
            "ordinary": gettext_lazy("Not urgent"), "emergency": gettext_lazy("An emergency, such as a flood or fire"),
            "mass_layoff": gettext_lazy("A mass layoff"),
        },
        "ordinary",
    ),
    Question(
        "rhythm", gettext_lazy("When is the service needed?"),
        {
            "always": gettext_lazy("All the time"), "set_times": gettext_lazy("At set times, such as once a month"),
            "event": gettext_lazy("At an event"), "once": gettext_lazy("Once"),
        },
        "always",
    ),
    Question(
        "clients", gettext_lazy("Who are the clients?"),
        {
            "general": gettext_lazy("Everyone"), "newcomers": gettext_lazy("Newcomers to Canada"),
            "specific_need": gettext_lazy("People with one specific need"),
            "few_channels": gettext_lazy("People with few other ways to get service, such as seniors"),
        },
        "general",
    ),
    Question(
        "connection", gettext_lazy("How good is the internet connection there?"),
        {"good": gettext_lazy("Good enough for video"), "poor": gettext_lazy("Poor"), "unknown": gettext_lazy("Not known")},
        "unknown",
    ),
    Question(
        "travel", gettext_lazy("Can staff get there reliably?"),
        {"reliable": gettext_lazy("Yes"), "unreliable": gettext_lazy("No, weather or distance often prevents it")},
        "reliable",
    ),
    Question(
        "server", gettext_lazy("Who serves the clients?"),
        {
            "own_staff": gettext_lazy("Each partner’s own staff"), "partner_staff": gettext_lazy("One partner’s staff, on behalf of the other"),
            "self_service": gettext_lazy("Clients serve themselves"),
        },
        "own_staff",
    ),
    Question(
        "queue", gettext_lazy("One queue for all partners?"),
        {"one": gettext_lazy("Yes, one queue"), "separate": gettext_lazy("No, separate queues")},
        "separate",
    ),
    Question(
        "formal", gettext_lazy("Do the partners want a signed agreement?"),
        {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No"), "unsure": gettext_lazy("Not sure yet")},
        "unsure",
    ),
)  # fmt: skip
BY_KEY = {question.key: question for question in QUESTIONS}
Answers = Mapping[str, str]


# ── Rules ────────────────────────────────────────────────────────────────────────────────────

Condition = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Rule:
    """Points for models, and the reason in words, where one of the conditions holds: each of its questions has one of its answers."""

    code: str
    when: tuple[Condition, ...]
    points: Mapping[str, int]
    text: Any

    def holds(self, answers: Answers) -> bool:
        for condition in self.when:
            for key, values in condition.items():
                if answers[key] not in values:
                    break
            else:
                return True
        return False

    def asks(self, key: str) -> bool:
        return any(key in condition for condition in self.when)


def _if(**values: str) -> Condition:
    """Return a condition; several values of one question are separated by spaces."""
    return {key: frozenset(each.split()) for key, each in values.items()}


def _each(leaves: Iterable[str], points: int) -> dict[str, int]:
    return dict.fromkeys(leaves, points)


FAR = "rural remote"
RULES = (
    Rule("R1", (_if(need="know refer"),), _each(PROMOTION, 3), gettext_lazy("Clients mostly need information or a referral.")),
    Rule("R2", (_if(clients="newcomers"),), _each(PROMOTION, 2), gettext_lazy("Newcomers need related services from several levels of government.")),
    Rule("R3", (_if(formal="yes"),), {FORMAL: 2}, gettext_lazy("The partners want a signed agreement.")),
    Rule("R3", (_if(formal="yes"),), {INFORMAL: -2}, gettext_lazy("The partners want a signed agreement, and this model has none.")),
    Rule("R4", (_if(formal="no"),), {INFORMAL: 2}, gettext_lazy("The partners don’t want a signed agreement, and this model needs none.")),
    Rule(
        "R4", (_if(formal="no"),), {FORMAL: -1, **_each((*COLOCATION, *INTEGRATED), -2)},
        gettext_lazy("The partners don’t want a signed agreement, and this model needs one."),
    ),
    Rule(
        "R5", (_if(place=FAR, volume="too_few"),), {SCHEDULED: 3, VIRTUAL: 3, TARGETED: 1, RAPID: 1},
        gettext_lazy("There are too few clients for an office, and they are far from one."),
    ),
    Rule("R6", (_if(presence="another_level"),), {SCHEDULED: 2, VIRTUAL: 1, AGENT: 1}, gettext_lazy("Another level of government has an office that could be the host.")),
    Rule("R7", (_if(rhythm="set_times"),), {SCHEDULED: 2}, gettext_lazy("Service at set times is enough.")),
    Rule("R8", (_if(rhythm="event"), _if(clients="specific_need")), {TARGETED: 4}, gettext_lazy("It is for an event, or for people with one specific need.")),
    Rule("R9", (_if(urgency="emergency mass_layoff"),), {RAPID: 20}, gettext_lazy("People need help at once.")),
    Rule("R9", (_if(urgency="ordinary"),), {RAPID: -9}, gettext_lazy("Nothing urgent has happened.")),
    Rule("R10", (_if(connection="good", place=FAR),), {VIRTUAL: 3}, gettext_lazy("The clients are far away, and the connection is good enough for video.")),
    Rule("R11", (_if(connection="poor"),), {VIRTUAL: -4, DIGITAL: -4}, gettext_lazy("The internet connection is poor.")),
    Rule("R12", (_if(travel="unreliable"),), {VIRTUAL: 2, AGENT: 2}, gettext_lazy("Staff can’t rely on getting there, and this model doesn’t need them to.")),
    Rule("R12", (_if(travel="unreliable"),), {SCHEDULED: -1}, gettext_lazy("Staff can’t rely on getting there.")),
    Rule("R13", (_if(place="rural", volume="low_steady"),), _each(COLOCATION, 3), gettext_lazy("A shared office keeps service in person where few clients come, but steadily.")),
    Rule("R14", (_if(presence="both_small"),), _each(COLOCATION, 3), gettext_lazy("Both partners have a small office, and staff would no longer work alone.")),
    Rule("R15", (_if(place="urban", volume="high"),), _each(COLOCATION, -2), gettext_lazy("Sharing an office works less well in a city with many clients.")),
    Rule("R16", (_if(clients="few_channels"),), _each(COLOCATION, 2), gettext_lazy("Clients have few other ways to get service, and a shared office brings it to one place.")),
    Rule("R16", (_if(clients="few_channels"),), _each(OUTREACH, 1), gettext_lazy("Clients have few other ways to get service, and outreach comes to them.")),
    Rule("R17", (_if(server="own_staff"),), {SPACE: 2, COUNTER: 1}, gettext_lazy("Each partner’s own staff serve its clients.")),
    Rule("R17", (_if(server="own_staff"),), {AGENT: -3}, gettext_lazy("Each partner’s own staff serve its clients, so no one acts for another.")),
    Rule("R18", (_if(queue="one"),), {COUNTER: 3}, gettext_lazy("There is one queue for all partners.")),
    Rule("R19", (_if(server="partner_staff"),), {AGENT: 7}, gettext_lazy("One partner’s staff serve clients for the other.")),
    Rule("R20", (_if(server="self_service", need="transact"),), {DIGITAL: 6}, gettext_lazy("Clients complete the transaction themselves.")),
    Rule("R21", (_if(need="pay", server="partner_staff"),), {PAYMENTS: 10}, gettext_lazy("One partner’s staff take payments for the other.")),
    Rule("R22", (_if(place="online"),), {DIGITAL: 3}, gettext_lazy("The clients are online.")),
    Rule("R22", (_if(place="online"),), {SCHEDULED: -5, TARGETED: -5, **_each(COLOCATION, -5)}, gettext_lazy("The clients are online, and this model needs a place.")),
)  # fmt: skip
RULES_ON = {question.key: tuple(rule for rule in RULES if rule.asks(question.key)) for question in QUESTIONS}

# ── Ranking ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Reason:
    """What a rule says about a model: for it with points above zero, against it under zero."""

    rule: str
    points: int
    text: str


@dataclass(frozen=True)
class Fit:
    """A model with its points and the reasons for them."""

    leaf: str
    points: int
    reasons: tuple[Reason, ...]

    @property
    def reasons_for(self) -> list[Reason]:
        return [reason for reason in self.reasons if reason.points > 0]

    @property
    def reasons_against(self) -> list[Reason]:
        return [reason for reason in self.reasons if reason.points < 0]


@dataclass(frozen=True)
class Change:
    """An answer which, given instead of the present one, would put other models first."""

    question: str
    answer: str
    first: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """The ranking of all models, whether the first fits strongly, and each single answer that would change the first place."""

    ranking: tuple[Fit, ...]
    fits_strongly: bool
    would_change: tuple[Change, ...]

    @property
    def first(self) -> tuple[str, ...]:
        """Return the models in first place: more than one if they have equally many points."""
        return tuple(fit.leaf for fit in self.ranking if fit.points == self.ranking[0].points)

    @property
    def as_json(self) -> dict[str, Any]:
        """Return the choice as `manage.py choose_model` prints it."""
        return {
            "ranking": [
                {"leaf": fit.leaf, "points": fit.points, "reasons": [dict(vars(reason)) for reason in fit.reasons]} for fit in self.ranking
            ],
            "fits_strongly": self.fits_strongly,
            "would_change": [{"question": each.question, "answer": each.answer, "first": list(each.first)} for each in self.would_change],
        }


def choose(given: Answers) -> Choice:
    """Rank the models by the answers, which have no faults; a question that isn't answered counts with its default (SP-02).

    Models with equally many points are in the order of the continuum, the looser one first.
    """
    answers = complete(given)
    reasons: dict[str, list[Reason]] = {leaf: [] for leaf in LEAVES}
    for rule in RULES:
        if rule.holds(answers):
            for leaf, points in rule.points.items():
                reasons[leaf].append(Reason(rule.code, points, str(rule.text)))
    fits = [Fit(leaf, sum(reason.points for reason in reasons[leaf]), tuple(reasons[leaf])) for leaf in LEAVES]
    ranking = tuple(sorted(fits, key=lambda fit: (-fit.points, ORDER[fit.leaf])))
    totals = {fit.leaf: fit.points for fit in fits}
    return Choice(ranking, ranking[0].points >= THRESHOLD, tuple(_changes(answers, totals)))


def complete(given: Answers) -> dict[str, str]:
    """Return an answer to every question: the one given, or its default."""
    return {question.key: given.get(question.key, question.default) for question in QUESTIONS}


def _changes(answers: dict[str, str], totals: Mapping[str, int]) -> Iterator[Change]:
    """Yield each single answer that would change the first place. Only the rules that ask its question can change points."""
    now = _first(totals)
    for question in QUESTIONS:
        rest = dict(totals)
        _add(rest, RULES_ON[question.key], answers, -1)
        for value in question.options:
            if value == answers[question.key]:
                continue
            changed = dict(rest)
            _add(changed, RULES_ON[question.key], {**answers, question.key: value}, 1)
            if (first := _first(changed)) != now:
                yield Change(question.key, value, first)


def _add(totals: dict[str, int], rules: Sequence[Rule], answers: Answers, sign: int) -> None:
    for rule in rules:
        if rule.holds(answers):
            for leaf, points in rule.points.items():
                totals[leaf] += sign * points


def _first(totals: Mapping[str, int]) -> tuple[str, ...]:
    most = max(totals.values())
    return tuple(leaf for leaf in LEAVES if totals[leaf] == most)


# ── Faults ───────────────────────────────────────────────────────────────────────────────────


def faults(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each key that is no question and each value that is no answer, with what would be right."""
    for key, value in given.items():
        if key not in BY_KEY:
            yield _("“%(key)s” isn’t a question. Use %(keys)s.") % {"key": key, "keys": _or(BY_KEY)}
        elif not isinstance(value, str) or value not in BY_KEY[key].options:
            yield BY_KEY[key].fault % {"value": value}


def _or(words: Iterable[str]) -> str:
    *most, last = words
    return _("%(most)s or %(last)s") % {"most": ", ".join(most), "last": last}
