"""A session: where somebody stands and how they came there, as plain JSON of a bounded size."""

from collections.abc import Mapping
from typing import Any, TypedDict

from bot.prompts import Ask, Page, Prompt, Value, options_of
from bot.states import STATES, Context, State, World
from core.clock import timestamp

VERSION = 1
HOME = "home.menu"
MAX_DEPTH = 16
MAX_PAGES = 50
LONGEST_ARG = 200

Session = dict[str, Any]


class Frame(TypedDict, total=False):
    """A screen on the stack: its state, arguments and paging; what could be chosen on it; what waits for it.

    `skip` rows of a list were passed by, page after page (`pages`), and the `next` page begins there.
    `called` marks the first screen of a flow that was needed by the one below, whose input then is `waiting`.
    """

    at: str
    args: dict[str, Any]
    skip: int
    pages: list[int]
    next: int
    shown: dict[str, Value]
    typed: bool
    secret: bool
    contact: bool
    called: bool
    waiting: Value


class Stack:
    """The frames of a session, home at the bottom."""

    def __init__(self, frames: list[Frame], turn: int, at: int) -> None:
        self.frames, self.turn, self.at = frames, turn, at

    @classmethod
    def of(cls, session: Session) -> "Stack | None":
        """The stack of a stored session, or None where it can't be gone on with (older, or of a state that is gone)."""
        if session.get("v") != VERSION or not all(frame["at"] in STATES for frame in session["stack"]):
            return None
        return cls(session["stack"], session["turn"], session["at"])

    @classmethod
    def fresh(cls) -> "Stack":
        return cls([{"at": HOME}], 0, timestamp())

    def session(self) -> Session:
        """What to store; the turn is counted."""
        return {"v": VERSION, "turn": self.turn + 1, "at": timestamp(), "stack": self.frames}

    @property
    def top(self) -> Frame:
        return self.frames[-1]

    @property
    def state(self) -> State:
        return STATES[self.top["at"]]

    @property
    def screen(self) -> str:
        """Names this showing of the screen on top."""
        return f"{self.top['at']}:{self.turn}"

    def context(self, world: World) -> Context:
        return Context(world, self.top.get("args", {}), self.top.get("skip", 0))

    def push(self, to: State, args: Mapping[str, Any], *, called: bool = False) -> None:
        """Put a screen on top; where the way has become too long, its beginning is forgotten."""
        frame: Frame = {"at": to.name, "args": {name: _bounded(value) for name, value in args.items()}}
        if called:
            frame["called"] = True
        self.frames.append(frame)
        if len(self.frames) > MAX_DEPTH:
            del self.frames[1]

    def replace_flow(self, to: State, args: Mapping[str, Any]) -> None:
        """Put a screen in place of those of the current flow; who called it, if anybody, is kept."""
        flow, called = self.state.flow, False
        while len(self.frames) > 1 and self.state.flow == flow and not called:
            called = bool(self.frames.pop().get("called"))
        self.push(to, args, called=called)

    def pop(self) -> None:
        if len(self.frames) > 1:
            self.frames.pop()

    def pop_called(self) -> None:
        """Leave the flow that was called; all the way home where none was."""
        while len(self.frames) > 1 and not self.frames.pop().get("called"):
            pass

    def page_on(self) -> bool:
        """Turn to the next page of the list on top, where it has one."""
        top = self.top
        if "next" not in top:
            return False
        top.setdefault("pages", []).append(top.get("skip", 0))
        del top["pages"][:-MAX_PAGES]
        top["skip"] = top["next"]
        return True

    def page_back(self) -> bool:
        """Turn to the page before, where there is one."""
        top = self.top
        if not top.get("pages"):
            return False
        top["skip"] = top["pages"].pop()
        return True

    def home(self) -> None:
        del self.frames[1:]
        self.frames[0] = {"at": HOME}

    def remember(self, prompt: Prompt) -> None:
        """Note on the top frame what was shown, since that is what the next input answers."""
        top = self.top
        top["shown"] = {option.digits: option.value for option in options_of(prompt) if option.digits}
        top["typed"] = isinstance(prompt, Ask)
        top["secret"] = isinstance(prompt, Ask) and prompt.secret
        top["contact"] = isinstance(prompt, Ask) and prompt.contact
        top.pop("next", None)
        top.pop("waiting", None)
        if isinstance(prompt, Page) and prompt.more:
            top["next"] = top.get("skip", 0) + len(prompt.options)


def _bounded(value: Any) -> Any:
    return value[:LONGEST_ARG] if isinstance(value, str) else value
