import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from tests.factories import account
from web.access import access_of, needs, open_to_anyone, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.urls")]


def test_a_view_that_declares_nothing_is_open_to_nobody(client, administrator):
    client.force_login(administrator)
    assert client.get("/undeclared/").status_code == 403


def test_somebody_not_signed_in_is_sent_to_sign_in_and_comes_back(client):
    assert client.get("/mine/?a=1")["Location"] == "/accounts/login/?next=/mine/%3Fa%3D1"
    assert client.get("/lab-only/")["Location"] == "/accounts/login/?next=/lab-only/"


def test_without_the_permission_the_page_is_refused(client, viewer, ops):
    client.force_login(viewer)
    assert client.get("/lab-only/").status_code == 403
    client.force_login(ops)
    assert client.get("/lab-only/").status_code == 200


def test_an_account_that_was_closed_is_out_at_its_next_request(client, ops):
    """D3-35."""
    client.force_login(ops)
    assert client.get("/mine/").status_code == 200
    ops.is_active = False
    ops.save()
    assert client.get("/mine/").status_code == 302


def test_a_role_taken_away_closes_its_pages_at_the_next_request(client, ops):
    """D3-35."""
    client.force_login(ops)
    ops.role_grants.update(to_at="2026-01-01T00:00Z", from_at="2025-01-01T00:00Z")
    assert client.get("/lab-only/").status_code == 403


def test_the_view_gets_what_was_fetched_in_place_of_the_addresss_parts():
    things = []

    @needs("people.edit_person", lambda user, pk: f"thing {pk}")
    def view(request, thing):
        things.append(thing)
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = account("lab_ops")
    view(request, pk=7)
    assert things == ["thing 7"]


def test_what_this_account_may_not_know_of_is_not_found_before_it_is_refused():
    def nothing(user, pk):
        raise Http404

    view = needs("people.edit_person", nothing)(lambda request, thing: HttpResponse())
    request = RequestFactory().get("/")
    request.user = account("viewer")
    with pytest.raises(Http404):
        view(request, pk=7)


def test_a_predicate_that_raises_refuses(rf):
    """D3-45: a rule that raises refuses, never passes."""
    import rules

    @rules.predicate
    def broken(user):
        raise LookupError("the rule fails")

    rules.add_perm("tests.broken", broken)
    try:
        request = rf.get("/")
        request.user = account("admin")
        with pytest.raises((LookupError, PermissionDenied)):
            needs("tests.broken")(lambda request: HttpResponse("passed"))(request)
    finally:
        rules.remove_perm("tests.broken")


def test_a_superuser_holds_no_permission_of_the_portal_by_that_alone():
    user = account()
    user.is_superuser = True
    user.save()
    assert not user.has_perm("people.edit_person")
    assert user.has_perm("people.administer")


def test_each_declaration_can_be_read_off_the_view():
    anyone = open_to_anyone("because")(lambda request: HttpResponse())
    assert (access_of(anyone).to, access_of(anyone).why) == ("anyone", "because")
    assert access_of(signed_in(lambda request: HttpResponse())).to == "signed-in"
    assert access_of(needs("a.b")(lambda request: HttpResponse())).permission == "a.b"
    assert access_of(lambda request: HttpResponse()) is None


def test_an_anonymous_visitor_holds_nothing(rf):
    request = rf.get("/page/")
    request.user = AnonymousUser()
    assert needs("people.edit_person")(lambda request: HttpResponse())(request).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/health/live", "/accounts/login/", "/nowhere/", "/static/css/nothing.css"])
@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "MADEUP"])
def test_a_method_that_no_page_is_written_for_is_refused(client, path, method):
    """K16: TRACE answered 200."""
    answer = client.generic(method, path)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
