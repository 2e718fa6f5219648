"""What people, their thumbs, their telephones and their enemies send."""

from collections.abc import Awaitable, Callable

from lines import Line, TelegramLine

# Nothing that can be read: no answer on any screen.
EMPTY = ["", "   ", "\x00", "\x00\x07\r\n", "\u202e\u200b\u2066", "\x1b\x7f"]
# No answer where a number is to be chosen; words like any where words are wanted.
WORDS = [
    "7 7",
    "9",
    "99",
    "-1",
    "1.5",
    "1e9",
    "0x1",
    "\u0661",
    "\uff11",
    "\u00b2",
    "1 please",
    "tell me, cart?",
    "x track MK000000000",
    "#",
    "1#",
    "'; DROP TABLE customer; --",
    "{0}{name}%s%n",
    "<b>&amp;</b>",
    "\U0001f600" * 50,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u65e5\u672c\u8a9e",
    "\u0627\u0644\u0633\u0648\u0642",
    "\u1e62\u1eb9\u0301 d\u00e1ad\u00e1a ni",
    "a\u0300" * 200,
    "\ud7ff\ue000\ufffd",
    "9" * 200,
    "A" * 10_000,
    "\u20a6" * 10_000,
]
# Answers that lead somewhere, or nowhere.
ANSWERS = (
    """
1|2|3|4|5|0|00|98|?|menu|cart|bal|orders|pay|pay 20|pay 999999|airtime 5|airtime 5 0201234567|power|repeat|token|bills
agent|search wiper|track MK1|item p46|item 999999999|verify MK123456789-123456|12|0241234567|Accra|1*1|1234
""".strip()
    .replace("\n", "|")
    .split("|")
)


def _twice(line: Line) -> Awaitable[None]:
    return line.again()


def _empty(text: str) -> Callable[[Line], Awaitable[None]]:
    return lambda line: line.type(text)


def _attached(kind: str) -> Callable[[TelegramLine], Awaitable[None]]:
    return lambda line: line.do(attach=kind)


def _forged(data: str) -> Callable[[TelegramLine], Awaitable[None]]:
    return lambda line: line.forge_press(data)


def _stale(line: TelegramLine) -> Awaitable[None]:
    """A button of some screen before."""
    old = [data for data in line.stale if data not in line.keyboard.values()]
    return line.forge_press(old[0] if old else "home.menu:0:1")


def _sticker(line: TelegramLine) -> Awaitable[None]:
    return line.forge(sticker={"emoji": "\U0001f600"}, caption=["no", {"text": 1}])


EVERYWHERE = {f"empty {text!r}": _empty(text) for text in EMPTY} | {"twice": _twice}
IN_A_CHAT = {
    **{kind: _attached(kind) for kind in ("photo", "voice", "document", "sticker", "location")},
    "somebody else's card": lambda line: line.do(contact="+233209999998", contact_user_id=12345),
    "a card of nobody": lambda line: line.forge(contact={"phone_number": "x" * 500}),
    "a card with a forged owner": lambda line: line.forge(
        contact={"phone_number": "+233209999998", "user_id": str(line.chat_id)}
    ),
    "an odd sticker": _sticker,
    "an old button": _stale,
    "an unknown command": lambda line: line.type("/nonsense 1"),
    **{
        f"forged {data[:20]!r}": _forged(data)
        for data in (
            "",
            "1",
            ":",
            "paying.pin:1:7391",
            "paying.confirm:3:1",
            "home.menu:999999:1",
            "\U0001f600" * 16,
            "nowhere.at_all:1:1",
            "\x00:\x00:\x00",
            "x" * 5000,
        )
    },
}
# By channel and name: what is no answer on any screen.
NOTHINGS: dict[str, dict[str, Callable[..., Awaitable[None]]]] = {
    "ussd": EVERYWHERE,
    "sms": EVERYWHERE,
    "telegram": EVERYWHERE | IN_A_CHAT,
}
