"""Mail to alumni: that they are in the directory, and the yearly check of their details (EL-54, EL-82)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.models import Alumnus
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from residencies.models import Residency

PAGE = Place("link", _("the person’s page, for people with an account; empty for others"), "https://portal.example.org/alumni/12/")

WELCOME = MessageKind(
    "alumni-welcome",
    _("Welcome to the lab’s alumni"),
    (
        Template(
            _("You’re now an alum of the lab: {about}"),
            _(
                """Hello {name},

{about} has graduated, and you were part of it. You're now listed in the lab's directory of alumni.

What others see: your name, the team you graduated with, your role, and what you offer to other teams. Only lab staff can see your email address, unless you choose to show it.

What you can do:
- Say what you'd like to help other teams with, and whether you'd mentor one.
- Leave the directory at any time. What you offered is deleted then.

{link}

Without an account, reply to this email and lab staff will make the change for you.

{lab}"""
            ),
        ),
    ),
    places=(PAGE,),
)


def welcome(alumnus: Alumnus, residency: Residency) -> None:
    """Tell a new alum what the directory shows and how to leave it."""
    if alumnus.person.email:
        queue(WELCOME, to=alumnus.person, about=residency.stream, key=f"alumnus-{alumnus.pk}", params={"link": page_for(alumnus)})


def page_for(alumnus: Alumnus) -> str:
    """Return the address of the person's page; "" for someone without an account, who couldn't open it."""
    return address_of("alumnus", alumnus.pk) if alumnus.person.user_id else ""


DETAILS_CHECK = MessageKind(
    "alumni-check",
    _("Check of an alum’s details"),
    (
        Template(
            _("Are your details still right? {about}"),
            _(
                """Hello {name},

You're an alum of the lab ({about}). Once a year we check that teams can still reach you.

Your role now: {title}
What you offer: {offer}

If something has changed, or you'd like to leave the directory, reply to this email or change it here:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("title", _("the person’s title and organization"), _("Director, Ministry of Environment")),
        Place("offer", _("what the person offers"), _("Product ownership. Mentors one team.")),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)
