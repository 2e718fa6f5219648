"""`makola worker` without the pace that Telegram sets: `python -m bench.chat_worker`.

One bot may send 30 messages a second (`providers/telegram_pace.py`), so with it no other number could be measured.
"""

import uvloop

from core.logs import configure_logs
from core.settings import Settings
from processes import serve_worker
from providers import telegram_pace

UNLIMITED = 1e9


def main() -> None:
    """Work on what is due until ended."""
    for limit in ("OVERALL", "BURST", "CHAT_A_SECOND"):
        vars(telegram_pace)[limit] = UNLIMITED
    settings = Settings()
    configure_logs(settings.log_level, settings.log_json)
    uvloop.run(serve_worker(settings))


if __name__ == "__main__":
    main()
