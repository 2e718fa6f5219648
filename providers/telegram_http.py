"""The calls of python-telegram-bot over aiohttp: connections that are kept, and a third of httpx's processor time."""

from typing import Any

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from providers.watching import watched

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class AiohttpRequest(BaseRequest):
    """Calls that each wait `timeout_s` seconds for a connection, and as long for each piece of an answer.

    At most `limit` are under way. Raises `TimedOut` and `NetworkError` where nobody knows whether a call got through.
    """

    def __init__(self, timeout_s: float, limit: int) -> None:
        self._timeout_s, self._limit = timeout_s, limit
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds."""
        return self._timeout_s

    async def initialize(self) -> None:
        """Nothing to begin with: the session is opened by the first call."""

    async def shutdown(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call: the status and the body of what came back."""
        timeout = aiohttp.ClientTimeout(
            connect=self._or_usual(pool_timeout),
            sock_connect=self._or_usual(connect_timeout),
            sock_read=self._or_usual(read_timeout),
        )
        data, headers = _body(request_data)
        try:
            with watched("telegram", _call(url)) as asked:
                async with self._opened().request(
                    method,
                    URL(url, encoded=True),
                    data=data,
                    headers=headers,
                    timeout=timeout,
                    allow_redirects=False,
                ) as response:
                    asked.outcome = "ok" if response.status < 400 else "refused"
                    return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            # Its class alone: the address holds the bot's token.
            raise NetworkError(type(error).__name__) from error

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The object in an answer. Raises `TelegramError` for anything else."""
        try:
            answer: dict[str, Any] = orjson.loads(payload)
        except ValueError as error:
            raise TelegramError("Invalid server response") from error
        return answer

    def _or_usual(self, seconds: Any) -> float | None:
        return self._timeout_s if seconds is BaseRequest.DEFAULT_NONE else seconds

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=self._limit)
            )
        return self._session


def _call(url: str) -> str:
    """The method of the Bot API, or `file`: what else stands in an address is the bot's token and a file's name."""
    return "file" if "/file/bot" in url else url.rpartition("/")[2]


def _body(request_data: RequestData | None) -> tuple[Any, dict[str, str]]:
    """What is sent, and the headers that say so: a form, in parts where it holds a file."""
    if request_data is None:
        return None, {}
    if not request_data.contains_files:
        return request_data.url_encoded_parameters().encode(), FORM
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}
