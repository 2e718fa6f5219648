"""Monnify's bearer token: got by a login when it is needed, used by everybody, renewed before it ends."""

import asyncio
from datetime import timedelta

from aiohttp import encode_basic_auth
from pydantic import Field

from core import clock
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import ProviderHttp
from providers.monnify_envelope import body_of
from providers.monnify_wire import Wire, parsed

# A token must still be good when the call that carries it arrives.
MARGIN_S = 60.0


class Token(Wire):
    """What a login gives; `expires_in` in seconds."""

    access_token: str = Field(min_length=1)
    expires_in: float = Field(gt=0)


class Bearer:
    """The token of one account, with one login at a time, of at most `timeout_s` seconds."""

    def __init__(self, http: ProviderHttp, api_key: str, secret_key: str, timeout_s: float) -> None:
        self._http, self._timeout_s = http, timeout_s
        self._headers = {"Authorization": encode_basic_auth(api_key, secret_key)}
        self._lock = asyncio.Lock()
        self._token = ""
        self._until = clock.now()

    async def token(self, refused: str = "") -> str:
        """A token other than `refused`, which Monnify no longer takes.

        Raises `ProviderRefused`, also where the login gave no answer: what the token was for has not begun.
        """
        async with self._lock:
            if self._token in ("", refused) or clock.now() >= self._until:
                await self._login()
            return self._token

    async def _login(self) -> None:
        try:
            answer = await self._http.post_json(
                "login", "/api/v1/auth/login", {}, self._timeout_s, self._headers
            )
            token = parsed(Token, body_of(answer))
        except ProviderUnknown as error:
            raise ProviderRefused("unreachable", "monnify gave no token", retryable=True) from error
        self._token = token.access_token
        lasts_s = token.expires_in - min(MARGIN_S, token.expires_in / 2)
        self._until = clock.now() + timedelta(seconds=lasts_s)
