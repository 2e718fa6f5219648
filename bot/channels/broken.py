"""What is said where a turn broke, in the language of whoever waits for an answer."""

import structlog

from bot.text import t
from services.conversations.sessions import language_of

log = structlog.get_logger(__name__)

# The turn of a message that was looked at more often is not tried again: whoever wrote waits for an answer, and what was
# typed must not lie about.
MOST_TRIES = 6


async def broken(environment: str, channel: str, sender: str) -> str:
    """The sentence. What broke the turn may keep the language from being looked up, too: it is English then."""
    words = t("broken")
    try:
        return words.into(await language_of(environment, channel, sender)).render()
    except Exception as error:
        log.warning("the language is not known", channel=channel, error=str(error))
        return words.render()
