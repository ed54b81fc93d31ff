"""API tokens for tests, and requests with them."""

import datetime

from django.test import Client
from django.utils import timezone

from reports.models import Scope
from reports.tokens.actions import create_token


def token_for(account, *, scope=Scope.READ, subject=None, days=30):
    """A new token of `account` with its text."""
    expires_on = timezone.localdate() + datetime.timedelta(days=days)
    return create_token(name="Dashboard", scope=scope, expires_on=expires_on, subject=subject, by=account)


def program(text):
    """A client that sends the token."""
    return Client(headers={"Authorization": f"Bearer {text}"})
