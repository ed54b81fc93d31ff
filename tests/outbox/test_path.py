"""How many files of the outbox someone reads who follows one message into the queue."""

import pytest

from benchmarks.path import files_passed
from ledger.actions import lab_stream
from outbox.catalogue.messages import TEMPLATES
from outbox.models import Message
from outbox.pages.actions import override_template
from outbox.queue import queue
from residencies.mail import QUALIFIED
from tests.factories import person

pytestmark = pytest.mark.django_db

FOUR_FILES = {"outbox/queue.py", "outbox/wording.py", "outbox/catalogue/messages.py", "outbox/models.py"}


def outbox_files_passed():
    to, about = person(), lab_stream()
    calls = files_passed(lambda: queue(QUALIFIED, to=to, about=about, key="1", params={"link": "https://portal.example.test/intake/"}))
    return {path for path in calls if path.startswith("outbox/")}


def test_queuing_one_message_passes_four_files_of_the_outbox():
    assert outbox_files_passed() == FOUR_FILES


def test_a_text_that_was_edited_takes_no_file_more(administrator):
    override_template(TEMPLATES[QUALIFIED.key], subject="Yes: {about}", words="Look: {link}", shown_revision=0, by=administrator)

    assert outbox_files_passed() == FOUR_FILES
    assert Message.objects.get().subject == "Yes:"  # the lab's own stream is about nothing that has a name
