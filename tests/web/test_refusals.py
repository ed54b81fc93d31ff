"""An act that refuses is never a server error, whatever its page knows of it."""

import pytest

from people.models import Person
from web.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.urls")]
WORDS = "Two thousand people ask every month, and nobody answers."


@pytest.mark.parametrize("submission", ["", "7b0e7c0e-6a4d-4b8c-9d53-0d4c2f0f9a11"])
def test_a_refusal_that_no_page_says_is_said_with_what_was_typed(client, submission):
    """K7, K16: 409, why, what to do, the words; nothing is saved, and the same form can be sent again."""
    answer = client.post("/says-nothing/", {"name": "refused", "problem": WORDS, "submission": submission})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This name is not taken." in page
    assert "Choose another." in page
    assert WORDS in page
    assert not Person.objects.exists()
    assert not Submission.objects.exists()


def test_somebody_signed_in_reads_it_within_their_own_pages(as_ops):
    answer = as_ops.post("/says-nothing/", {"name": "refused"})
    assert answer.status_code == 409
    assert "base.html" in {template.name for template in answer.templates}
