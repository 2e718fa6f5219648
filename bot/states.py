"""How flows are written: a state shows a prompt, and its answer says where to go.

    @state
    async def quantity(ctx: Context) -> Ask:
        return Ask(t("product.how_many"))

    @quantity.answer
    async def _(ctx: Context, typed: str) -> Move:
        ...
        return go(cart.added, quantity=3)

A state's name is its module's and its function's: `product.quantity`. What `show` may need again is in the frame's
arguments, since a screen is shown as often as it is wanted; `show` therefore changes nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.prompts import Prompt, Value
from bot.text import Text
from core.errors import AccountLocked, NotSignedIn
from core.languages import SOURCE
from services.accounts.customers import choose_language, get_customer
from services.accounts.standing import check_open
from services.buyers import Buyer
from services.tenants import Scope

Args = Mapping[str, Any]


async def _nothing(*_: Any) -> None:
    """What a channel does that keeps nothing."""


@dataclass(slots=True)
class World:
    """What the channel knows of the sender, and what a flow may do beyond the services.

    `phone` (E.164) is proven by the channel, `network` named by it where it is known. `key` is different for each
    message that came in. `rows` are the lines of a list that fit on a screen, `long_rows` if they are long ones.
    Where the channel `searches`, words at home that are no choice are looked for. `link` joins the channel to a
    customer and `leave` parts it from them (of a `locked` one nothing is shown); flows call `sign_in` and `sign_out`. `identity_id` is the channel's row, `sender`
    its own id (a number, a chat). What is shown at the end of the turn is said in `language`; flows call `choose_language`.
    """

    scope: Scope
    channel: str
    key: str
    link: Callable[[int], Awaitable[None]]
    phone: str | None = None
    customer_id: int | None = None
    locked: bool = False
    language: str = SOURCE
    network: str | None = None
    rows: int = 5
    long_rows: int = 3
    searches: bool = False
    identity_id: int = 0
    conversation_id: int = 0
    sender: str = ""
    leave: Callable[[], Awaitable[None]] = _nothing

    async def sign_in(self, customer_id: int) -> None:
        """From now on the sender is this customer. Raises `AccountLocked`."""
        customer = await get_customer(self.scope, customer_id)
        check_open(customer)
        await self.link(customer_id)
        self.customer_id, self.locked = customer_id, False
        self.language = customer.language

    async def choose_language(self, language: str) -> None:
        """From now on the sender is spoken to in this language (a code): a customer everywhere, a guest in this
        conversation, and everywhere once they have signed up."""
        if self.customer_id is not None:
            await choose_language(self.scope, self.customer_id, language)
        self.language = language

    async def sign_out(self) -> None:
        """From now on the sender is a guest here, until a proof says otherwise."""
        await self.leave()
        self.customer_id, self.locked = None, False


@dataclass(slots=True)
class Context:
    """What a state works with: the world, its frame's arguments, and how far its list was paged."""

    world: World
    args: Args
    skip: int = 0

    @property
    def scope(self) -> Scope:
        return self.world.scope

    @property
    def customer_id(self) -> int:
        """Raises `NotSignedIn` for a guest, whom the engine then leads through signing up and back; `AccountLocked`."""
        if self.world.customer_id is None:
            raise NotSignedIn
        if self.world.locked:
            raise AccountLocked
        return self.world.customer_id

    @property
    def buyer(self) -> Buyer:
        """Raises `NotSignedIn` for a guest."""
        return Buyer(self.scope, self.world.channel, self.customer_id, None)

    @property
    def changer(self) -> Buyer:
        """The same, to change a cart whose next screen reads it anyhow: nothing of the order is read back."""
        return replace(self.buyer, wants=frozenset())


Kind = Literal["go", "call", "instead", "stay", "back", "home", "resume", "end"]


@dataclass(frozen=True, slots=True)
class Move:
    """Where to go; made by the functions below. `note` is said above the next screen."""

    kind: Kind
    to: "State | None" = None
    args: Args = field(default_factory=dict)
    note: Text | None = None
    trouble: bool = False


def go(to: "State", /, note: Text | None = None, **args: Any) -> Move:
    """On to another state, from which `0` leads back here."""
    return Move("go", to, args, note)


def call(to: "State") -> Move:
    """Through another flow first, and then back here, with the same input if one is waiting."""
    return Move("call", to)


def instead(to: "State", /, note: Text | None = None, **args: Any) -> Move:
    """On to another state, and what was shown of the current flow is over and done with."""
    return Move("instead", to, args, note)


def stay(note: Text | None = None, *, trouble: bool = True) -> Move:
    """The same screen again, with a line about why."""
    return Move("stay", note=note, trouble=trouble)


def back(note: Text | None = None, *, trouble: bool = False) -> Move:
    """The screen before."""
    return Move("back", note=note, trouble=trouble)


def home(note: Text | None = None) -> Move:
    """The menu."""
    return Move("home", note=note)


def resume(note: Text | None = None) -> Move:
    """A flow that was needed first is done: back to who needed it, with the input that was waiting."""
    return Move("resume", note=note)


def end(words: Text) -> Move:
    """The last word; the next message starts at home."""
    return Move("end", note=words)


Show = Callable[[Context], Awaitable[Prompt | Move]]
Answer = Callable[[Context, Value], Awaitable[Move]]
# A state knows what its own options hold, so it may say `str` or `int` where the engine only knows either.
Answers = Callable[[Context, Any], Awaitable[Move]]


class State:
    """A screen and what follows from it."""

    def __init__(self, name: str, show: Show) -> None:
        self.name, self.show = name, show
        self.answered: Answer = _nothing_to_answer

    @property
    def flow(self) -> str:
        return self.name.partition(".")[0]

    def answer(self, function: "Answers") -> "Answers":
        """Register what an input leads to: the value of the chosen option, or the typed words."""
        self.answered = function
        return function


STATES: dict[str, State] = {}


def state(show: Show) -> State:
    """Register a state under its module's and its function's name."""
    name = f"{show.__module__.rpartition('.')[2]}.{show.__name__}"
    if name in STATES:
        raise ValueError(f"there are two states {name}")
    STATES[name] = State(name, show)
    return STATES[name]


async def _nothing_to_answer(ctx: Context, typed: Value) -> Move:
    return stay()
