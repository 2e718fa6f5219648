"""A conversation written down as a transcript of tests/bot/transcripts: what differs each time becomes a name in braces."""

import re

# An order's code, as orders have it in any market: letters and nine digits.
ORDER = re.compile(r"\b[A-Z]{2,4}\d{9}\b")
CARD = re.compile(r"(?<=Card )\S+")
# What was typed and may be a one-time code. A PIN has four digits.
CODE = re.compile(r"\d{6}")


class Repro:
    """One conversation on one channel."""

    def __init__(self, channel: str, phone: str) -> None:
        self._channel, self._phone = channel, phone
        self._names: dict[str, str] = {}

    def beginning(self) -> str:
        """What stands above the first screen."""
        dialled = {"ussd": "! dial *920*44#", "telegram": "> /start"}
        lines = [f"! from {self._phone}"]
        if self._channel != "ussd":
            lines.append(f"! by {self._channel}")
        if self._channel in dialled:
            lines.append(dialled[self._channel])
        return "\n".join(lines)

    def screen(self, shown: str) -> str:
        """A screen, and the empty line below it."""
        shown = ORDER.sub(lambda found: self._name(found[0], "order"), shown)
        return CARD.sub(lambda found: self._name(found[0], "card"), shown) + "\n"

    def typed(self, said: str) -> str:
        """What was typed; a one-time code is the last that was sent, whatever it is then."""
        if CODE.fullmatch(said):
            return "> {code}"
        for value, name in self._names.items():
            said = said.replace(value, name)
        return f"> {said}"

    def _name(self, value: str, kind: str) -> str:
        """The same name for the same value: `{order}`, `{order2}`."""
        if value not in self._names:
            number = sum(name.startswith(f"{{{kind}") for name in self._names.values()) + 1
            self._names[value] = f"{{{kind}{number if number > 1 else ''}}}"
        return self._names[value]
