"""Lab operations keep the ministries and program areas themselves (EL-01)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from findings import Refused
from ledger.models import Event
from residencies.ministries import actions
from residencies.models import Ministry, ProgramArea
from tests.pages import text
from tests.residencies import factories as make
from tests.residencies.pages import send

pytestmark = pytest.mark.django_db

FILE = "Ministry;Short name;Program area\nForests;FOR;Range Branch\nForests;;Timber Pricing\n Health ;;\n"


@pytest.fixture
def signed_in(client, ops):
    client.force_login(ops)
    return client


def test_a_ministry_and_its_areas_are_imported_once_however_they_are_spelled(ops):
    imported = actions.import_ministries(FILE, by=ops)
    assert (imported.ministries, imported.program_areas) == (2, 2)
    again = actions.import_ministries(FILE.replace("Range Branch", "range  branch"), by=ops)
    assert (again.ministries, again.program_areas) == (0, 0)
    assert Ministry.objects.get(name="Forests").short_name == "FOR"


def test_a_file_is_imported_from_the_page_and_listed(signed_in):
    shown = send(signed_in, reverse("ministry-import"), {"file": SimpleUploadedFile("areas.csv", FILE.encode("cp1252"))}, follow=True)
    assert "Timber Pricing" in text(shown)
    assert "New program areas: 2" in text(shown)


def test_one_faulty_row_keeps_everything_out_and_is_named(signed_in):
    answer = send(signed_in, reverse("ministry-import"), {"text": "Ministry,Program area\nForests,Range\n,Timber"})
    assert answer.status_code == 409
    assert "Row 3" in text(answer) or ">3<" in answer.content.decode()
    assert not Ministry.objects.exists()


def test_ministries_are_added_renamed_and_no_longer_offered(signed_in):
    send(signed_in, reverse("ministry-add"), {"name": "Lands", "short_name": ""})
    lands = Ministry.objects.get()
    send(signed_in, reverse("program-area-add", args=[lands.pk]), {"name": "Titles"})
    send(signed_in, reverse("program-area", args=[ProgramArea.objects.get().pk]), {"name": "Land Titles"})
    facts = {"name": "Lands and Waters", "short_name": "LW", "renamed": "on", "offered": "on"}
    send(signed_in, reverse("ministry", args=[lands.pk]), facts)
    renamed = Ministry.objects.get(name="Lands and Waters")
    assert not Ministry.objects.get(pk=lands.pk).active
    assert [area.name for area in renamed.program_areas.all()] == ["Land Titles"]
    send(signed_in, reverse("ministry", args=[renamed.pk]), {**facts, "renamed": "", "offered": ""})
    assert not Ministry.objects.filter(active=True).exists()


def test_what_is_used_is_not_removed_and_what_is_not_is(ops):
    residency = make.draft_residency(by=ops)
    area, unused = residency.program_area, make.program_area("Added by mistake", ministry="Mistakes")
    with pytest.raises(Refused) as refused:
        actions.remove_program_area(area, by=ops)
    assert refused.value.codes == {"area-used"}
    with pytest.raises(Refused) as refused:
        actions.remove_ministry(unused.ministry, by=ops)
    assert refused.value.codes == {"ministry-used"}
    actions.remove_program_area(unused, by=ops)
    actions.remove_ministry(unused.ministry, by=ops)
    assert not Ministry.objects.filter(name="Mistakes").exists()
    assert Event.objects.filter(act="ministry-removed", facts__name="Mistakes").exists()


def test_the_list_costs_the_same_however_long_it_is(signed_in, django_assert_max_num_queries):
    for number in range(12):
        make.program_area(f"Area {number}", ministry=f"Ministry {number}")
    with django_assert_max_num_queries(8):
        shown = signed_in.get(reverse("ministries"))
    assert "Ministry 11" in text(shown)
