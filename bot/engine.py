"""The dialogue engine: a session and a message in, a session and prompts out. It does no input or output itself."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from bot.errors import REMEDIES, sentence
from bot.flows import help, person, resuming, search
from bot.journeys import sentence_move
from bot.prompts import Confirm, End, Prompt, Say, Value
from bot.shortcuts import keyword_move
from bot.stack import Session, Stack
from bot.states import Move, World, back, call, go, home, stay
from bot.text import t
from core.clock import timestamp
from core.errors import DomainError

# Who comes back sooner than this finds the screen they left. After that, what matters is offered for a day, in one
# screen, and anything else is left for the menu.
RESUME_WITHIN_S = 15 * 60
OFFER_WITHIN_S = 24 * 3600
LONGEST_INPUT = 160
# A screen that can't be shown leads to the one below it, a flow that is done to its caller: so often at most.
MAX_HOPS = 40
# What people write around a number: `1.`, `(2)`.
AROUND_A_CHOICE = " .,;:!()'\""
# Words with fewer are nobody's search.
FEWEST_LETTERS = 3
# Who says this looks for nothing.
GREETINGS = {
    "hello",
    "hi",
    "hey",
    "good morning",
    "good afternoon",
    "good evening",
    "bonjour",
    "maakye",
    "sannu",
    "bawo",
}


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message. `text` is None where somebody only opened the line; `screen` is the one (see `screen_of`) that a
    pressed button belongs to. Who `opens` the line has not seen the current screen here: a keyword is followed, and
    anything else only shows where they stand. What is `unread` holds no words (a picture, a card with somebody's number)
    and is an answer only where a number was to be shared. What answers a person of staff (`to_staff`) is theirs on
    whatever screen, unless it is a keyword or a secret is asked for."""

    text: str | None = None
    screen: str | None = None
    opens: bool = False
    unread: bool = False
    to_staff: bool = False


async def step(session: Session, inbound: Inbound, world: World) -> tuple[Session, list[Prompt]]:
    """Play one message. The session that was given is left as it was; what comes back is plain JSON.

    The last prompt is the screen, those before it are said above it. A button of an earlier screen changes nothing
    and only says so.
    """
    stack = Stack.of(orjson.loads(orjson.dumps(session))) if session else Stack.fresh()
    if stack is not None and inbound.screen not in (None, stack.screen):
        return session, [Say(t("stale"), trouble=True)]
    if stack is None:
        stack, move = Stack.fresh(), stay(t("begin_again"), trouble=False)
    elif inbound.to_staff and _is_for_staff(stack, inbound):
        move = await _told_staff(stack, inbound, world)
    elif inbound.text is None or inbound.opens or not session:
        move = _opened(stack, "" if inbound.unread else _cleaned(inbound.text))
    else:
        move = await _answered(stack, inbound, world)
    notes: list[Prompt] = []
    prompt = await _settle(stack, move, world, notes)
    return stack.session(), [*notes, prompt]


def wants_secret(session: Session) -> bool:
    """Whether the next message answers a question for a secret, and must be kept nowhere."""
    stack = Stack.of(session)
    return stack is not None and bool(stack.top.get("secret"))


def wants_words(session: Session) -> bool:
    """Whether the next message answers a question for words, in which any character may stand."""
    stack = Stack.of(session)
    return stack is not None and bool(stack.top.get("typed"))


def needs_first(session: Session) -> bool:
    """Whether the screen is the first of a flow that the one below it needs, as signing up is."""
    stack = Stack.of(session)
    return stack is not None and bool(stack.top.get("called"))


def screen_of(session: Session) -> str:
    """Names the screen that a session shows, and which showing of it; short, and ASCII."""
    return (Stack.of(session) or Stack.fresh()).screen


def seconds_since(session: Session) -> int:
    """How long ago the last message was; 0 where there was none."""
    return timestamp() - int(session["at"]) if "at" in session else 0


def _opened(stack: Stack, text: str) -> Move:
    """Where somebody finds themselves who opens the line again, or begins with a keyword or a sentence."""
    away_s = timestamp() - stack.at
    left = _left(stack)
    if len(stack.frames) == 1 or away_s > (OFFER_WITHIN_S if left else RESUME_WITHIN_S):
        stack.home()
        return _opening(stack, text) or sentence_move(text) or home()
    if move := _opening(stack, text):
        return move
    if left is None:
        return stay(t("welcome_back"), trouble=False)
    return stay() if stack.state is resuming.offer else go(resuming.offer, where=left)


def _opening(stack: Stack, text: str) -> Move | None:
    """What leads somewhere whatever the screen was."""
    command = OPENING_COMMANDS.get(text.lower())
    return command(stack) if command else keyword_move(text)


def _left(stack: Stack) -> str | None:
    """What somebody is in the middle of that matters: the key of its words."""
    flows = (frame["at"].partition(".")[0] for frame in reversed(stack.frames))
    return next((resuming.MATTERS[flow] for flow in flows if flow in resuming.MATTERS), None)


def _is_for_staff(stack: Stack, inbound: Inbound) -> bool:
    text = _cleaned(inbound.text)
    command = text.strip(AROUND_A_CHOICE).lower() in COMMANDS
    return bool(text) and not command and not stack.top.get("secret") and keyword_move(text) is None


async def _told_staff(stack: Stack, inbound: Inbound, world: World) -> Move:
    """The answer to staff, from which `0` leads back to where the sender stands."""
    if stack.state is not person.talk:
        stack.push(person.talk, {})
    return await _tried(stack, _cleaned(inbound.text), world)


async def _answered(stack: Stack, inbound: Inbound, world: World) -> Move:
    """What a message leads to."""
    if inbound.unread and not stack.top.get("contact"):
        return stay(t("not_words"))
    typed = bool(stack.top.get("typed"))
    text = _cleaned(inbound.text)
    if not typed:
        text = text.strip(AROUND_A_CHOICE)
    command = (COMMANDS if typed else COMMANDS | LIST_COMMANDS).get(text.lower())
    if command is not None:
        return command(stack)
    if typed:
        answers = bool(text) or inbound.unread
        return await _tried(stack, text, world) if answers else stay(t("unknown_words"))
    if text in stack.top.get("shown", {}):
        return await _tried(stack, stack.top["shown"][text], world)
    return keyword_move(text) or _free_words(stack, text, world) or stay(t("unknown_choice"))


def _cleaned(text: str | None) -> str:
    return "".join(c for c in text or "" if c.isprintable()).strip()[:LONGEST_INPUT]


def _free_words(stack: Stack, text: str, world: World) -> Move | None:
    """Where words lead that are no answer at home: to the journey that they name, on every channel, or else to what
    is found for them, where the channel looks for words.
    """
    if len(stack.frames) > 1:
        return None
    if text.lower().rstrip(".!") in GREETINGS:
        return home()
    if found := sentence_move(text):
        return found
    letters = sum(c.isascii() and c.isalpha() for c in text)
    return go(search.found, term=text) if world.searches and letters >= FEWEST_LETTERS else None


async def _tried(stack: Stack, value: Value, world: World) -> Move:
    """A state's own answer. A refusal becomes a sentence; what is needed first is gone through first."""
    try:
        return await stack.state.answered(stack.context(world), value)
    except DomainError as error:
        if type(error) not in REMEDIES:
            return stay(sentence(error, world.language))
        if not stack.top.get("secret"):
            stack.top["waiting"] = value
        return call(REMEDIES[type(error)])


async def _settle(stack: Stack, move: Move, world: World, notes: list[Prompt]) -> Prompt:
    """Follow moves until a screen can be shown; that screen, and in `notes` what is said above it."""
    for _ in range(MAX_HOPS):
        if move.kind == "end":
            stack.home()
            return End(move.note or t("bye"))
        if move.note is not None:
            notes[:] = [Say(move.note, move.trouble)]
        _moved(stack, move)
        if move.kind == "resume" and "waiting" in stack.top:
            move = await _tried(stack, stack.top.pop("waiting"), world)
            continue
        shown = await _shown(stack, world, turned_back=move.kind == "back")
        if not isinstance(shown, Move):
            if _changed(stack, shown):
                notes[:] = [Say(t("confirm_changed"), trouble=True)]
            stack.remember(shown)
            return shown
        move = shown
    raise RuntimeError(f"the dialogue does not come to rest at {stack.screen}")


def _changed(stack: Stack, prompt: Prompt) -> bool:
    """Whether a last look shows something else than when it was shown before, which must not pass unsaid."""
    if not isinstance(prompt, Confirm):
        return False
    yes = prompt.yes
    return bool(stack.top.get("shown", {}).get(yes.digits, yes.value) != yes.value)


def _moved(stack: Stack, move: Move) -> None:
    match move.kind, move.to:
        case ("go" | "call", to) if to:
            stack.push(to, move.args, called=move.kind == "call")
        case "instead", to if to:
            stack.replace_flow(to, move.args)
        case "back", _:
            stack.pop()
        case "resume", _:
            stack.pop_called()
        case "home", _:
            stack.home()


async def _shown(stack: Stack, world: World, *, turned_back: bool) -> Prompt | Move:
    """The screen on top, or where to go since it can't be shown.

    Who turned back from what it needs first is led further back, and not into the same again.
    """
    try:
        return await stack.state.show(stack.context(world))
    except DomainError as error:
        if type(error) in REMEDIES and turned_back:
            return back()
        if type(error) in REMEDIES:
            return call(REMEDIES[type(error)])
        if len(stack.frames) == 1:
            raise
        return back(sentence(error, world.language), trouble=True)


def _back(stack: Stack) -> Move:
    return stay() if stack.page_back() else back()


def _more(stack: Stack) -> Move:
    return stay() if stack.page_on() else stay(t("no_more"))


def _help(stack: Stack) -> Move:
    return stay() if stack.state is help.topics else go(help.topics)


COMMANDS: dict[str, Callable[[Stack], Move]] = {
    "0": _back,
    "00": lambda _: home(),
    "menu": lambda _: home(),
    "help": _help,
    "?": _help,
}

# Those that don't depend on the screen.
OPENING_COMMANDS = {typed: command for typed, command in COMMANDS.items() if typed != "0"}

# Where something is typed these are answers: a quantity may be 98.
LIST_COMMANDS: dict[str, Callable[[Stack], Move]] = {"98": _more}
