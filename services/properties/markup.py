"""Markup that is safe to show: a few tags and attributes, written anew from what was read. Everything else is refused."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

# Tags, and what each may say beside its content.
TAGS: dict[str, frozenset[str]] = {
    tag: frozenset()
    for tag in (
        *(
            "p",
            "br",
            "hr",
            "b",
            "strong",
            "i",
            "em",
            "u",
            "s",
            "sub",
            "sup",
            "small",
            "code",
            "pre",
            "blockquote",
        ),
        *("ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "div", "span"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    )
} | {"a": frozenset({"href", "title"})}
_EMPTY = frozenset({"br", "hr"})
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def clean_markup(text: str) -> str:
    """`text` with its tags closed and everything else escaped. Raises `ValueError` that says what is not taken."""
    writer = _Writer()
    writer.feed(text)
    writer.close()
    return "".join([*writer.written, *(f"</{tag}>" for tag in reversed(writer.open))])


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise ValueError(f"<{tag[:20]}> is not taken")
        for name, value in attrs:
            if name not in TAGS[tag]:
                raise ValueError(f"{name[:20]} of <{tag}> is not taken")
            if name == "href":
                _check_address(value or "")
        said = "".join(f' {name}="{escape(value or "")}"' for name, value in dict(attrs).items())
        self.written.append(f"<{tag}{said}>")
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        while True:
            last = self.open.pop()
            self.written.append(f"</{last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self.written.append(escape(data, quote=False))

    def handle_decl(self, decl: str) -> None:
        raise ValueError("declarations are not taken")

    def handle_pi(self, data: str) -> None:
        raise ValueError("processing instructions are not taken")


def _check_address(address: str) -> None:
    try:
        known = urlsplit(address.strip()).scheme in _SCHEMES and address.isprintable()
    except ValueError:
        known = False
    if not known:
        raise ValueError("a link leads to an http, https, mailto or tel address")
