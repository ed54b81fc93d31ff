"""All that the house is told of expeditions."""

from django.db.models import Q

from findings import blocking
from findings.gates import gate
from ledger import subjects
from ledger.lifecycle import Lifecycle, Move
from ledger.subjects import Section, SubjectKind, Tab
from tests.expeditions.models import ENDED, Expedition, State

VIEW = "expeditions.view_expedition"

# fmt: off
MOVES = (
    #    verb           from                               to                "decided by", what must hold                               button          event
    Move("draw_up",     (State.PLANNED,),                  State.AGREEING,   "lab_ops", (),                                             "Draw it up",   "drawn-up"),
    Move("set_sail",    (State.AGREEING,),                 State.UNDER_SAIL, "lab_ops", ("agreements.gates.in_force",),                 "Set sail",     "set-sail"),
    Move("return_home", (State.UNDER_SAIL,),               State.HOME,       "lab_ops", ("agreements.gates.not_void",),                 "Return home",  "returned"),
    Move("call_off",    (State.PLANNED, State.AGREEING),   State.CALLED_OFF, "lab_ops", (),                                             "Call it off",  "called-off", True),
)
# fmt: on

TOLD = []


def tell_ended(expedition, people):
    TOLD.extend((expedition.reference, str(person)) for person in people)


@gate(reads=lambda expeditions, on: {each.stream_id: each.ship for each in expeditions}, holds="There is a ship.")
def seaworthy(ship, on):
    if not ship:
        yield blocking("no-ship", "There is no ship.", "Find one.")


def follow_agreement_prepared(expedition, *, by, purpose):
    if expedition.state == State.PLANNED:
        LIFECYCLE.move("draw_up", expedition, by=by)


LIFECYCLE = Lifecycle(
    "expeditions.Expedition",
    MOVES,
    ended=ENDED,
    called="ship",
    tell_ended="tests.expeditions.subject.tell_ended",
)

HERE = "tests.expeditions.subject"
subjects.register(
    SubjectKind(
        name="expedition",
        related_name="expedition",
        view_permission=VIEW,
        prefix="expeditions",
        letters="EX",
        base="expeditions/frame.html",
        tabs=(
            Tab("Overview", (Section("overview", "Overview", "expedition"),)),
            Tab("Agreement", (Section("agreement", "Agreement", "agreement"),)),
            Tab("Logbook", (Section("history", "Logbook", "expedition-history"),)),
        ),
        members=lambda expedition: Q(expeditions=expedition),
        gates=dict.fromkeys(("prepare_agreement", "circulate_agreement", "sign_agreement"), (f"{HERE}.seaworthy",)),
        hooks={"agreement_prepared": f"{HERE}.follow_agreement_prepared"},
        contact="owner",
        visible_to=lambda user: Expedition.objects.filter(Q(crew=user) | Q(owner=user)),
        ended=lambda: Expedition.objects.filter(state__in=ENDED),
        lifecycle=LIFECYCLE,
    )
)
