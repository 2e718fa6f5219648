"""What a row of the benchmark is made of: requests, what there is to ask for, and what is aimed at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bench.load import Ask


@dataclass(frozen=True, slots=True)
class Step:
    """A request, what its answer must contain, and which hand-written SQL the floor answers it with.

    `head` are further lines of the request's head, each with its line ending. A GET has no body.
    """

    path: str
    kind: str
    body: str
    expect: str
    sql: str
    method: Literal["GET", "POST"] = "POST"
    head: str = ""

    def ask(self) -> Ask:
        """As Makola is asked."""
        return Ask(self._request(self.path), self.expect)

    def ask_sql(self) -> Ask:
        """As the floor is asked, which has the database do the least that answers it."""
        _, mark, query = self.path.partition("?")
        return Ask(self._request(f"/sql/{self.sql}{mark}{query}"), "")

    def ask_bare(self, size: int) -> Ask:
        """As the floor is asked for `size` bytes out of nothing."""
        return Ask(self._request(f"/bare/{size}"), "")

    def _request(self, path: str) -> str:
        head = f"{self.method} {path} HTTP/1.1\r\nHost: bench\r\n{self.head}"
        if self.method == "GET":
            return f"{head}\r\n"
        length = len(self.body.encode())
        return f"{head}Content-Type: {self.kind}\r\nContent-Length: {length}\r\n\r\n{self.body}"


Script = list[Step]


@dataclass(frozen=True, slots=True)
class Shopper:
    """A signed-in customer of a platform: their number (E.164) and the token of their session."""

    phone: str
    token: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A product over REST: its uid, and what its first variant costs in major units."""

    uid: str
    price: float


@dataclass(frozen=True, slots=True)
class Goods:
    """What is there to ask for, of the demo platform unless said otherwise.

    Ids of its products, variants and first way of delivery; for REST its products, first location, and the shoppers
    by what they do. `airtime` is the uid of the second platform's first network. `orders` are uids of placed ones.
    """

    products: list[int]
    variants: list[int]
    shipping_method: int
    offers: list[Offer]
    location: str
    airtime: str
    shoppers: dict[str, list[Shopper]]
    orders: list[str]


@dataclass(frozen=True, slots=True)
class Aim:
    """What the plan promises; what is None is not promised."""

    of_floor: float | None = None  # the floor answers at most so many times more
    per_second: float | None = None  # at the largest number of connections
    p99_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `whole` counts sessions and their time, else requests and theirs.

    `rate` is requests a second at which alone it is measured; None measures as many as there can be. Each session
    `makes` one of these, which is looked for at the end. No script is played on two connections where they are
    `apart`. The `same` rows must be written by Makola and by the floor. Each session needs one of the `carts` that
    `bench.orders` lays out.
    """

    key: str
    title: str
    scripts: Callable[[Goods], list[Script]]
    aim: Aim = Aim()
    whole: bool = False
    rate: float | None = None
    makes: Literal["", "order", "bill"] = ""
    apart: bool = False
    same: bool = False
    carts: bool = False


@dataclass(frozen=True, slots=True)
class Ratio:
    """A row that may take at most `at_most` times as long as another."""

    title: str
    large: str
    small: str
    at_most: float
