"""A partner's rating is in no answer, mail or event until every partner has rated (SP-03, PB-29).

By every address that the matrix knows, and as every visitor but the one who gave it: first for the words of a reason, then for
anything that differs between two answers if the scores differ, however it may be written.
"""

from __future__ import annotations

import copy
import datetime
import json
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from ledger.models import Event
from ledger.records import KEY, kind_of
from outbox.delivery.compose import letter_to_read
from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.models import PartnerRating
from tests.clock import NOW
from tests.factories import account
from tests.partnerships import factories as make
from tests.reports.factories import token_for
from tests.security.addresses import addresses
from tests.security.roles import Visitor
from tests.security.test_matrix import OURS, undone
from tests.security.world import PARTNERSHIP_PAGES, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MARKER = "Quokkas-7c1f-never-answer"
ADMIN = [
    each for each in addresses() if each.name.startswith("admin:partnerships_") or each.name.startswith(("admin:ledger_", "admin:outbox_"))
]
# What differs between two answers to the same question: tokens, hashes and times.
PASSING = re.compile(
    r'csrfmiddlewaretoken" value="[^"]+|X-CSRFToken": "[^"]+|[0-9a-f]{32,64}|[0-9a-f]{8}-[0-9a-f-]{27}|\d{1,2}:\d\d(:\d\d)?(\.\d+)?|last_modified|'
    r"[A-Za-z0-9_-]{43}|/\d+/change/"
)


@pytest.fixture(autouse=True)
def _files_of_the_world(world, settings):
    settings.MEDIA_ROOT = world.files


def waiting(world: World) -> tuple[PartnerRating, PartnerRating]:
    """The first partner's rating in the owner's partnership, and that of the partner which the owner coordinates."""
    ratings = PartnerRating.objects.filter(round__partnership=world.partnerships["own"], round__ended_on=None).select_related("partner")
    return ratings.earliest("pk"), ratings.latest("pk")


def every(name: str) -> bool:
    return True


def about_ratings(name: str) -> bool:
    """Whether a page could depend on ratings: pages of the partnership that show it, history, home, search, and lists of administration."""
    shown = ("partnership", "partners", "relationship", "rating-", "round-", "home", "lab-history", "search for", "admin:")
    return name.startswith(shown) and not name.startswith(("partnership-list", "partnership-start", "partnership-governance"))


def visits(world: World, token: str, wanted: Callable[[str], bool] = every) -> Iterator[tuple[str, str, Client, dict[str, str]]]:
    """Yield a name, an address, who asks and with which headers: pages of the partnership as everyone, others as lab operations."""
    for name, address in sorted(OURS.items()):
        if not wanted(name):
            continue
        try:
            url = reverse(name, kwargs=world.parts(address, "own"))
        except (NoReverseMatch, KeyError, LookupError):
            continue
        everyone = name in PARTNERSHIP_PAGES
        for visitor, client in world.clients.items():
            if everyone or visitor == Visitor.OPS:
                yield name, url, client, {}
        if name.startswith("api-1:"):
            yield name, url, Client(), {"authorization": f"Bearer {token}"}
    admin = world.clients[Visitor.SUPERUSER]
    first, _second = waiting(world)
    for address in ADMIN:
        of = {"object_id": first.pk if "partnerrating" in address.name else first.round_id, "app_label": "partnerships"}
        yield address.name, reverse(address.name, kwargs={part: of.get(part, 1) for part in address.parts}), admin, {}
    for words in ("Quokkas", world.partnerships["own"].reference):
        yield f"search for {words}", f"{reverse('search')}?q={words}", world.clients[Visitor.OPS], {}


def answer(client: Client, url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    cache.clear()
    cookies = copy.deepcopy(client.cookies)  # a page may leave a message for the next
    response = client.get(url, headers=headers)
    client.cookies = cookies
    return response.status_code, b"".join(response) if response.streaming else response.content


def given(first: PartnerRating, score: int) -> None:
    """The first partner rates, with the marker for every reason."""
    make.rate(first, make.answers(score, MARKER))


def test_nothing_of_a_rating_leaves_the_portal_before_all_have_rated(world):
    """PB-29: a byte search in every page, file, list of administration, answer of the API and result of search."""
    first, second = waiting(world)
    with undone():
        given(first, 2)
        asked, token = 0, token_for(account("lab_ops"))[1]
        for name, url, client, headers in visits(world, token):
            with undone():
                status, body = answer(client, url, headers)
            asked += status == 200
            assert MARKER.encode() not in body, f"{name} shows a rating"
        link = reverse("rating-by-link", args=[make.rating_token(second)])
        for path in (link, reverse("rating-by-link-sent", args=[make.rating_token(second)])):
            assert MARKER.encode() not in answer(Client(), path, {})[1]
        assert asked > 200


def test_pages_are_the_same_whatever_scores_were_given(world, time_machine):
    """PB-29: nothing in them depends on the scores, in whatever form it would be written."""
    # Later than every event of the world, and standing still: pages say how long ago something was, and list the latest first.
    time_machine.move_to(NOW + datetime.timedelta(minutes=30), tick=False)
    first, second = waiting(world)
    answers: list[dict[tuple[str, int], str]] = []
    for score in (1, 5):
        with undone():
            given(first, score)
            pages = {}
            for number, (name, url, client, headers) in enumerate(visits(world, "", about_ratings)):
                with undone():
                    pages[name, number] = PASSING.sub("", answer(client, url, headers)[1].decode(errors="replace"))
            link = reverse("rating-by-link", args=[make.rating_token(second)])
            pages["by link", 0] = PASSING.sub("", answer(Client(), link, {})[1].decode())
            answers.append(pages)
    assert answers[0].keys() == answers[1].keys()
    differing = {
        name: list(unified_diff(page.splitlines(), answers[1][name].splitlines(), n=0, lineterm="")) for name, page in answers[0].items()
    }
    changed = {name: lines for name, lines in differing.items() if lines}
    assert not changed, "\n".join(line for lines in changed.values() for line in lines)


def test_no_mail_and_no_event_says_what_a_partner_gave(world):
    """PB-29: neither the words, nor a score that a hash could be tried for."""
    first, _second = waiting(world)
    with undone():
        given(first, 2)
        sweep()
        for message in Message.objects.filter(stream=world.partnerships["own"].stream):
            letter = letter_to_read(message)
            kept = json.dumps([message.subject, message.text, message.facts, message.mint, letter.subject, letter.text])
            assert MARKER not in kept
            assert "score" not in kept
        events = Event.objects.filter(stream=world.partnerships["own"].stream).order_by("-seq")
        latest = events.get(act="relationship-rated")
        assert set(latest.facts) == {"organization", "rating_round", KEY}
        assert MARKER not in json.dumps([event.facts for event in events])
        digest = latest.facts[KEY]["partnerships.partnerrating"][str(first.pk)]
        PartnerRating.objects.filter(pk=first.pk).update(nonce="")
        assert digest not in str(guesses(first))
        for rating in PartnerRating.objects.filter(round=first.round_id, given_on=None):
            make.rate(rating)  # and with the last one, it is shown to all
        assert (
            MARKER
            in world.clients[Visitor.VIEWER].get(reverse("relationship", args=[world.partnerships["own"].reference])).content.decode()
        )


def guesses(rating: PartnerRating) -> list[str]:
    """The hashes that ratings would have without a nonce."""
    kind = kind_of(PartnerRating)
    return [digest for _stream, pk, values in kind.read(kind.of(rating.partnership.stream_id)) for digest in [kind.hash_of(pk, values)]]
