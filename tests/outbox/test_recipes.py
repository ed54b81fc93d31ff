"""What a mail gets as it leaves is named in the queue by keys that stay, wherever the code lives."""

import pytest
from django.utils.module_loading import import_string

from outbox.delivery.compose import RECIPES

# What messages of an earlier release may still carry. Once its function moves, a key is registered with `recipe`.
QUEUED = (
    "teams.calendars.file_of",
    "teams.links.mint_answer",
    "community.calendars.file_of",
    "agreements.codes.mint",
    "agreements.invitations.mint",
    "agreements.news.since",
    "agreements.news.link",
    "labportal.accounts.mint_password_link",
)


@pytest.mark.parametrize("key", QUEUED)
def test_a_queued_message_finds_what_makes_its_parts(key):
    assert callable(RECIPES.get(key) or import_string(key))
