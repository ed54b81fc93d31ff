"""Safety of sites: every change asks for a new assessment (PB-38)."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import Refused
from partnerships.models import SiteChange
from partnerships.sites.actions import add_arrangement, edit_site
from partnerships.sites.safety import Moment, due_at, is_due, record_assessment, record_refit
from tests.clock import TODAY
from tests.pages import text
from tests.partnerships import factories as make

DAY = datetime.timedelta(days=1)
START = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
moments = st.integers(0, 50).map(lambda days: Moment((START + days * DAY).date(), START + days * DAY))


@given(st.lists(moments), st.lists(moments))
def test_an_assessment_is_due_exactly_while_the_last_change_has_none_after_it(changes, assessments):
    latest = max((change.at for change in changes), default=None)
    covered = latest is None or any(each.at > latest for each in assessments)
    assert is_due(changes, assessments) is not covered


@given(moments, st.integers(1, 30))
def test_one_dated_before_the_change_clears_nothing_however_late_it_is_recorded(change, days):
    assert is_due([change], [Moment(change.on - days * DAY, change.at + days * DAY)])
    assert not is_due([change], [Moment(change.on, change.at + datetime.timedelta(seconds=1))])


@pytest.mark.django_db
def test_each_change_at_a_site_asks_for_an_assessment_and_a_newer_one_answers(as_ops, ops):
    row = make.partnership(by=ops)
    site = make.site(row, by=ops)
    url = f"{row.get_absolute_url()}sites/"
    assert due_at(row) == []
    add_arrangement(row, leaf="promotion_formal", site=site, from_on=TODAY, reason="It fits.", by=ops)
    assert due_at(row) == []
    add_arrangement(row, leaf="colocation_space", site=site, from_on=TODAY, reason="It fits.", by=ops)
    assert f"Something changed at {site}" in text(as_ops.get(url))
    record_assessment(site, on=TODAY - DAY, outcome="safe", note="Before it.", by=ops)
    assert due_at(row) == [site]
    record_assessment(site, on=TODAY, outcome="safe", note="Two ways out.", by=ops)
    assert due_at(row) == []
    record_refit(site, note="New counters.", by=ops)
    assert due_at(row) == [site]
    answer = as_ops.post(f"{url}{site.pk}/assess/", {"on": str(TODAY), "outcome": "work", "note": "A lock is missing."}, follow=True)
    assert due_at(row) == []
    assert "Safe once work is done" in text(answer)
    site = edit_site(site, address="1 Main Street", shown_revision=site.revision, by=ops)
    moved = edit_site(site, address="9 Main Street", shown_revision=site.revision, by=ops)
    assert due_at(row) == [moved]
    assert SiteChange.objects.filter(site=site, kind="moved").count() == 1


@pytest.mark.django_db
def test_an_assessment_says_what_it_covers_and_isnt_from_the_future(ops):
    site = make.site(make.partnership(by=ops), by=ops)
    for fields, code in (({"note": " "}, "no-reason"), ({"on": TODAY + DAY}, "day-to-come"), ({"url": "javascript:x"}, "unsafe-link")):
        with pytest.raises(Refused) as refused:
            record_assessment(site, **{"on": TODAY, "outcome": "safe", "note": "Two ways out.", **fields}, by=ops)
        assert refused.value.codes == {code}
