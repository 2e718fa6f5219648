"""Telegram: the bot of an environment, and messages that it sends by itself.

Source: https://core.telegram.org/bots/api, through python-telegram-bot.
"""

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from providers.errors import ProviderRefused, ProviderUnknown
from providers.messages import Sent
from providers.telegram_http import AiohttpRequest
from providers.telegram_pace import URGENT, Pace

# Shorter than a row's lease, so that nobody else sends meanwhile.
TIMEOUT_S = 2.0
# A press takes two at once; a worker plays 50.
CONNECTIONS = 100

Bot = ExtBot[int]


class Telegram:
    """One bot; `base_url` ends in `/bot`."""

    def __init__(self, token: str, base_url: str, base_file_url: str) -> None:
        self._requests = AiohttpRequest(TIMEOUT_S, CONNECTIONS), AiohttpRequest(TIMEOUT_S, 1)
        request, updates = self._requests
        self.bot: Bot = ExtBot(
            token,
            base_url=base_url,
            base_file_url=base_file_url,
            request=request,
            get_updates_request=updates,
            rate_limiter=Pace(bot=token.partition(":")[0]),
        )

    async def send(self, *, to: str, text: str) -> Sent:
        """Write `text` into the chat `to`, before replies to browsing.

        Raises `ProviderRefused` (`blocked` where the person wants no messages of this bot, `rate_limited`) and
        `ProviderUnknown` (perhaps sent: there is no way to ask).
        """
        try:
            message = await self.bot.send_message(to, text, rate_limit_args=URGENT)
        except RetryAfter as wait:
            raise ProviderRefused("rate_limited", "too many messages to telegram", retryable=True) from wait
        except Forbidden as error:
            raise ProviderRefused("blocked", str(error)) from error
        except BadRequest as error:
            raise ProviderRefused("bad_request", str(error)) from error
        except NetworkError as error:
            raise ProviderUnknown("no answer from telegram") from error
        except TelegramError as error:
            raise ProviderRefused("refused", str(error)) from error
        return Sent(str(message.message_id), "")

    async def prove(self) -> None:
        """See `Account.prove`: asks who the bot is."""
        try:
            await self.bot.get_me()
        except NetworkError as error:
            raise ProviderUnknown("no answer from telegram") from error
        except TelegramError as error:
            raise ProviderRefused("refused", str(error)) from error

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        for request in self._requests:
            await request.shutdown()
