"""One HTTP call to a provider, with exactly three endings: an answer, a definite no, or not knowing."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
import orjson
import stamina
from yarl import URL

from providers.errors import ProviderRefused, ProviderUnknown
from providers.watching import counted

Json = dict[str, Any]
# (HTTP status 4xx, decoded body or {}) -> (code, message) in the provider's own words.
ReadRefusal = Callable[[int, Json], tuple[str, str]]

BODY_LIMIT = 1024 * 1024
# More than are charged at once: aiohttp's own limit of 100 would make the others wait.
CONNECTIONS = 600
# Before a connection stands, nothing can have been sent: these alone are a definite "did not happen".
NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


def _status_only(status: int, body: Json) -> tuple[str, str]:
    return f"http_{status}", f"refused with HTTP {status}"


@dataclass(slots=True)
class _Way:
    """How far one call got: without a connection nothing of it can have been sent."""

    connected: bool = False


def _tracing() -> aiohttp.TraceConfig:
    """Marks a call's `_Way` when it is given a connection, a new or a used one.

    Where the total time ends while a call still waits for a free connection or is making one, aiohttp (3.14) raises
    the same bare TimeoutError as for a missing answer, not ConnectionTimeoutError: that one is for a `connect`
    limit. Only its tracing tells the two apart, and it does for certain: both signals are sent before the
    connection is handed over, and the request is written to it after.
    """

    async def connected(_: aiohttp.ClientSession, context: SimpleNamespace, __: Any) -> None:
        context.trace_request_ctx.connected = True

    tracing = aiohttp.TraceConfig()
    tracing.on_connection_create_end.append(connected)
    tracing.on_connection_reuseconn.append(connected)
    return tracing


class ProviderHttp:
    """Calls under `base_url` with `headers`, over one session that is opened at the first call.

    A call lasts at most `timeout_s` seconds, both tries of a GET together and waiting for one of the at most
    `limit` connections included. Redirects are not followed. Raises `ProviderRefused` and `ProviderUnknown`, nothing else.
    """

    def __init__(
        self,
        provider: str,
        base_url: str,
        headers: Mapping[str, str],
        timeout_s: float = 5.0,
        read_refusal: ReadRefusal = _status_only,
        limit: int = CONNECTIONS,
    ) -> None:
        self._provider = provider
        self._base = base_url.rstrip("/")
        self._headers = dict(headers)
        self._timeout_s = timeout_s
        self._read_refusal = read_refusal
        self._limit = limit
        self._session: aiohttp.ClientSession | None = None

    async def get(
        self,
        call: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Ask without effect, so once more where the first try gave no answer and time is left."""
        deadline = time.monotonic() + self._timeout_s
        tries = stamina.retry_context(
            on=_may_be_asked_again, attempts=2, timeout=self._timeout_s, wait_initial=0.1, wait_jitter=0.1
        )
        async for attempt in tries:
            with attempt:
                left = deadline - time.monotonic()
                return await self._call(call, "GET", path, left, params=params, headers=headers)
        raise AssertionError("a retry context ends with an answer or an error")

    async def post_json(
        self,
        call: str,
        path: str,
        body: Json,
        timeout_s: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Send `body` as JSON, once; `timeout_s` is for a call that takes more or less time than others."""
        return await self._send_json(call, "POST", path, body, timeout_s or self._timeout_s, headers)

    async def put_json(self, call: str, path: str, body: Json) -> Json:
        """Replace with `body` as JSON, once."""
        return await self._send_json(call, "PUT", path, body, self._timeout_s)

    async def post_form(
        self, call: str, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Json:
        """Send `form` url-encoded, once; `headers` come on top of the client's own."""
        return await self._call(call, "POST", path, self._timeout_s, data=form, headers=headers)

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _send_json(
        self,
        call: str,
        method: str,
        path: str,
        body: Json,
        timeout_s: float,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        more = {"Content-Type": "application/json"} | dict(headers or {})
        return await self._call(call, method, path, timeout_s, data=orjson.dumps(body), headers=more)

    async def _call(self, call: str, method: str, path: str, timeout_s: float, **request: Any) -> Json:
        with counted(self._provider, call):
            return await self._exchange(method, path, timeout_s, **request)

    async def _exchange(self, method: str, path: str, timeout_s: float, **request: Any) -> Json:
        timeout, way = aiohttp.ClientTimeout(total=max(timeout_s, 0.01)), _Way()
        try:
            url = URL(self._base + path, encoded=True)
            async with self._opened().request(
                method, url, timeout=timeout, allow_redirects=False, trace_request_ctx=way, **request
            ) as response:
                return self._judged(response.status, await _read(response))
        except NEVER_SENT as error:
            raise self._unreachable() from error
        except TimeoutError as error:
            if not way.connected:
                raise self._unreachable() from error
            raise ProviderUnknown(f"no answer from {self._provider} in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise ProviderUnknown(f"the connection to {self._provider} broke") from error

    def _unreachable(self) -> ProviderRefused:
        return ProviderRefused("unreachable", f"{self._provider} can't be reached", retryable=True)

    def _judged(self, status: int, raw: bytes) -> Json:
        body = _decoded(raw)
        if status == 429:
            raise ProviderRefused("rate_limited", f"too many calls to {self._provider}", retryable=True)
        if 400 <= status < 500 and status != 408:
            code, message = self._read_refusal(status, body or {})
            raise ProviderRefused(code, message)
        if not 200 <= status < 300:
            raise ProviderUnknown(f"{self._provider} answered HTTP {status}")
        if body is None:
            raise ProviderUnknown(f"the answer of {self._provider} can't be read")
        return body

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                connector=aiohttp.TCPConnector(limit=self._limit),
                trace_configs=[_tracing()],
            )
        return self._session


def _may_be_asked_again(error: Exception) -> bool:
    return isinstance(error, ProviderUnknown) or (
        isinstance(error, ProviderRefused) and error.code == "unreachable"
    )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise ProviderUnknown(f"an answer of more than {BODY_LIMIT} bytes")
    return bytes(body)


def _decoded(raw: bytes) -> Json | None:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None
