"""Posting a webhook to a merchant's address: once, within a time, and never to where it must not go."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from providers.errors import ProviderRefused, ProviderUnknown
from providers.public_addresses import NotPublic, PublicResolver, is_numeric, is_public
from providers.watching import counted

# Of an answer so much is read, and kept; the rest is nobody's.
READ_BYTES, READ_S = 2048, 1.0
# Of all connections at once, and of those to one host.
CONNECTIONS, TO_ONE_HOST = 200, 10
LONGEST_URL = 500
USER_AGENT = "Makola-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the HTTP status, the beginning of the body, and in how many seconds to come back, if it says so."""

    status: int
    said: str
    retry_after_s: int | None = None


class WebhookPoster:
    """Posts over connections of its own, without cookies, proxies and redirects. Where `anywhere` is not true it takes HTTPS
    and public addresses alone.
    """

    def __init__(self, *, anywhere: bool, timeout_s: float) -> None:
        self._anywhere = anywhere
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None

    @property
    def timeout_s(self) -> float:
        """How long a post lasts at most, in seconds."""
        return self._timeout_s

    def fault(self, url: str) -> str | None:
        """Why nothing may be posted to an address, as a sentence; None where it may, as far as its text tells."""
        try:
            parsed = URL(url)
            host, _ = parsed.host, parsed.port
        except ValueError:
            return "That is no web address."
        if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
            return f"A web address has at most {LONGEST_URL} plain characters, none of them a space."
        if parsed.scheme not in ("https", "http") or not host:
            return "The address must begin with https:// and name a host."
        if parsed.user is not None or parsed.password is not None or parsed.fragment:
            return "The address may hold neither a user, nor a password, nor a fragment (#)."
        if self._anywhere:
            return None
        if parsed.scheme != "https":
            return "The address must begin with https://."
        if (is_numeric(host) and not is_public(host)) or ("." not in host.strip(".") and ":" not in host):
            return "The address must be one of the public internet."
        return None

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post JSON, once.

        Raises `ProviderRefused` where nothing was sent (`not_allowed`, `unreachable`), `ProviderUnknown` where no whole answer came.
        """
        if why := self.fault(url):
            raise ProviderRefused("not_allowed", why)
        with counted("webhook", "post"):
            return await self._exchange(url, headers, body)

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _exchange(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        started = time.monotonic()
        try:
            async with self._opened().post(
                URL(url), data=body, headers=dict(headers), allow_redirects=False
            ) as response:
                said = await _beginning(response)
                # What is more is not read: a connection with an endless answer is of no use to the next post.
                response.close()
                return Answer(response.status, said, _seconds(response.headers.get("Retry-After")))
        except TimeoutError as error:
            waited = round(time.monotonic() - started, 1)
            raise ProviderUnknown(f"No answer within {waited} seconds.") from error
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
            cause = error.__cause__ or error.__context__
            if isinstance(cause, NotPublic) or isinstance(getattr(error, "os_error", None), NotPublic):
                raise ProviderRefused("not_allowed", "The name leads to no public address.") from error
            raise ProviderRefused(
                "unreachable", "The address can't be reached, or its certificate is not good.", retryable=True
            ) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ProviderUnknown("The connection broke before there was an answer.") from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"User-Agent": USER_AGENT, "Content-Type": "application/json", "Accept": "*/*"},
                timeout=aiohttp.ClientTimeout(total=self._timeout_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS,
                    limit_per_host=TO_ONE_HOST,
                    force_close=True,
                    use_dns_cache=False,
                    resolver=None if self._anywhere else PublicResolver(),
                ),
            )
        return self._session


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """The beginning of the body, as plain text. The status is the answer: a body that doesn't come takes nothing from it."""
    try:
        async with asyncio.timeout(READ_S):
            said = await response.content.read(READ_BYTES)
    except (TimeoutError, aiohttp.ClientError):
        said = b""
    return "".join(c if c.isprintable() else " " for c in said.decode(errors="replace")).strip()


def _seconds(header: str | None) -> int | None:
    """Retry-After in seconds; a date is not believed, since its clock is another's."""
    return int(header) if header and header.isascii() and header.isdigit() and len(header) < 7 else None
