"""What whoever looks at a residency can do next: one thing first, the rest under More."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acts.act import Actor
from ledger.lifecycle import MoveCheck, NextAct, Step, first_of
from residencies.lifecycle.moves import BY_VERB, LIFECYCLE, next_move
from residencies.models import Residency
from residencies.models.states import State
from web.templatetags.portal import finding_url

# Moves that are made on a page of their own; every other one on the page of moves.
PAGES = {
    "submit": "intake",
    "take_up": "review",
    "ask_for_more": "review",
    "qualify": "review",
    "decline": "review",
    "prepare_agreement": "agreement",
}
# Moves that wait for tasks in many places; the others are worked on in one, which the table below names.
WAITS_FOR_TASKS = ("start", "go_live", "graduate")
ENDINGS = ("withdraw", "decline", "pivot")
APPLY_AGAIN = "residency-apply-again"

# Per state what comes first: the permission it takes, the page, the button; the first that the account may.
FIRST = {
    State.DRAFT: (("residencies.edit_intake", "intake", gettext_lazy("Continue the application")),),
    State.SUBMITTED: (("residencies.take_up", "review", gettext_lazy("Start the review")),),
    State.IN_REVIEW: (
        ("residencies.qualify", "review", gettext_lazy("Qualify or decline")),
        ("residencies.review_intake", "review", gettext_lazy("Review the conditions")),
    ),
    State.QUALIFIED: (("residencies.prepare_agreement", "agreement", gettext_lazy("Prepare the agreement")),),
    State.AGREEMENT: (("residencies.start", "start", BY_VERB["start"].label),),
    State.IN_RESIDENCE: (
        ("residencies.go_live", "go_live", BY_VERB["go_live"].label),
        ("residencies.keep_clocks", "graduation", gettext_lazy("Open the graduation plan")),
    ),
    State.LIVE: (
        ("residencies.graduate", "graduate", BY_VERB["graduate"].label),
        ("residencies.keep_clocks", "graduation", gettext_lazy("Open the graduation plan")),
    ),
    **{
        state: (("residencies.apply_again", APPLY_AGAIN, gettext_lazy("Apply again")),)
        for state in (State.PIVOTED, State.WITHDRAWN, State.DECLINED)
    },
}


def first_step(residency: Residency, user: Actor) -> Step | None:
    """The one thing that comes first for `user`, if there is anything they can do."""
    for permission, page, label in FIRST.get(State(residency.state), ()):
        url = page_of(page, residency)
        if url and user.has_perm(permission, residency) and not (page == APPLY_AGAIN and _is_area_busy(residency)):
            return Step(label, url)
    return None


def _is_area_busy(residency: Residency) -> bool:
    """Return whether the program area has another residency under way, so that it can't apply now (EL-02); one query."""
    return Residency.objects.under_way().filter(program_area=residency.program_area_id).exists()


def next_act(residency: Residency, user: Actor, check: MoveCheck | None) -> NextAct:
    """The next thing that `user` can do now: never an act that is blocked, but the first task before it that is theirs.

    `check` is what the next move of `residency` waits for. One that nothing blocks comes first.
    """
    move = next_move(residency)
    if move is None or check is None or move.verb not in WAITS_FOR_TASKS:
        return NextAct(first_step(residency, user))
    act = Step(move.label, page_of(move.verb, residency)) if user.has_perm(LIFECYCLE.permission(move.verb), residency) else None
    url_of = lambda finding: finding_url(finding, residency.reference, residency.get_absolute_url())
    return first_of(act, check.findings, residency, user, url_of)


def other_steps(residency: Residency, user: Actor, first: Step | None) -> list[Step]:
    """Everything else that `user` can do, what ends the residency last."""
    steps = [*_moves(residency, user), *_care(residency, user), *_elsewhere(residency, user)]
    taken = {first.url} if first else set()
    return sorted((s for s in steps if s.url and (s.url not in taken or s.grave)), key=lambda step: step.grave)


def page_of(verb_or_page: str, residency: Residency) -> str:
    """The address where a verb of the lifecycle is carried out, or of a page; "" if there is none."""
    own_page = PAGES.get(verb_or_page)
    try:
        if verb_or_page in BY_VERB and not own_page:
            return reverse("residency-move", args=[residency.reference, verb_or_page])
        return reverse(own_page or verb_or_page, args=[residency.reference])
    except NoReverseMatch:
        return ""


def _moves(residency: Residency, user: Actor) -> Iterator[Step]:
    for move in LIFECYCLE.possible(residency, user):
        yield Step(move.label, page_of(move.verb, residency), move.verb in ENDINGS)


def _care(residency: Residency, user: Actor) -> Iterator[Step]:
    if user.has_perm("residencies.edit_residency", residency):
        yield Step(_("Edit product and problem"), page_of("residency-edit", residency))
    if user.has_perm("residencies.assign", residency):
        yield Step(_("Assign lab lead"), page_of("residency-assign", residency))
    if residency.state == State.LIVE and user.has_perm("residencies.extend_graduation", residency):
        yield Step(_("Give more time to graduate"), page_of("graduation-extend", residency))


def _elsewhere(residency: Residency, user: Actor) -> Iterator[Step]:
    if residency.is_under_way and user.has_perm("residencies.hold_conversation", residency):
        yield Step(_("Open a conversation"), page_of("conversation-open", residency))
