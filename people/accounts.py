from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):
    """Local accounts: made by an administrator, never by whoever comes along."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return request.META["REMOTE_ADDR"]
