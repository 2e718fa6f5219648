"""The Monnify twin's logins: a bearer token for an API key with its secret, good for an hour."""

import binascii
import hmac
import secrets
from base64 import b64decode
from datetime import timedelta

from core import clock
from providers.twins.monnify.wire import Refusal, TokenRefusal
from providers.twins.sandbox import Sandbox
from providers.twins.settings import MonnifyAccount
from providers.twins.store import Shelf

LASTS = timedelta(hours=1)


class Tokens:
    """Tokens that the twin gave, also before it was last started."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._accounts = {each.api_key: each for each in sandbox.settings.monnify_accounts}
        self._given = Shelf(sandbox.store, "monnify_tokens", ("token",), limit=1000)

    def login(self, authorization: str) -> str:
        """A new token for `Basic …`."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            api_key, _, secret = b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            api_key = secret = ""
        account = self._accounts.get(api_key)
        right = account is not None and hmac.compare_digest(account.secret_key.encode(), secret.encode())
        if scheme.lower() != "basic" or not right:
            raise Refusal(401, "Invalid client credentials")
        token = secrets.token_urlsafe(32)
        self._given.add({"token": token, "api_key": api_key, "until": (clock.now() + LASTS).timestamp()})
        return token

    def account(self, authorization: str) -> MonnifyAccount:
        """The account behind `Bearer …`."""
        scheme, _, token = authorization.partition(" ")
        given = self._given.first(token=token) if scheme.lower() == "bearer" else None
        account = self._accounts.get(given["api_key"]) if given else None
        if given is None or account is None:
            raise TokenRefusal("Cannot convert access token to JSON")
        if given["until"] <= clock.now().timestamp():
            raise TokenRefusal(f"Access token expired: {token}")
        return account
