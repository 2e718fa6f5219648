"""The mail client against the twin's server: every reply, every way to break, and no header but ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from twin_helpers import TIMEOUT_S

from providers.errors import ProviderRefused, ProviderUnknown
from providers.smtp import Smtp
from tests.ports import unused_port

AMA = "ama@example.com"
FROM = "Makola <no-reply@makola.test>"


@pytest.fixture
async def mailed(start_twins):
    """Twins with a mail server, and a client of it."""
    port = unused_port()
    twins = await start_twins(smtp_address=("127.0.0.1", port))
    return twins, Smtp(f"smtp://127.0.0.1:{port}", FROM, TIMEOUT_S)


async def send(mail, to=AMA, subject="Makola: hello", text="Your code is 471100.", key="k1"):
    return await mail.send(to=to, subject=subject, text=text, key=key)


class Mailbox:
    """A server of the test's own, which keeps what came as it came."""

    def __init__(self, **options):
        self.options, self.contents, self.envelopes = options, [], []

    async def handle_DATA(self, server, session, envelope):
        self.contents.append(message_from_bytes(envelope.content, policy=policy.default))
        self.envelopes.append(envelope)
        return "250 OK"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        def session() -> SMTP:
            return SMTP(self, hostname="box.test", loop=asyncio.get_running_loop(), **self.options)

        server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()


async def test_a_mail_is_taken_and_can_be_read_in_the_outbox(mailed):
    twins, mail = mailed
    sent = await send(mail, to="Ama@Example.com")
    assert sent.provider_message_id == "<k1@makola.test>"
    [message] = await twins.get("/outbox", to=AMA)
    assert (message["channel"], message["to"]) == ("email", "Ama@example.com")
    assert (message["subject"], message["text"]) == ("Makola: hello", "Your code is 471100.")
    assert datetime.fromisoformat(message["at"]).tzinfo is not None


async def test_the_newest_mail_comes_first(mailed):
    twins, mail = mailed
    for number in range(3):
        await send(mail, text=f"number {number}", key=f"k{number}")
    await send(mail, to="kofi@example.com")
    assert [m["text"] for m in await twins.get("/outbox", to=AMA)] == ["number 2", "number 1", "number 0"]


async def test_a_repeat_has_the_same_message_id_and_is_shown_once(mailed):
    twins, mail = mailed
    first, again = await send(mail), await send(mail)
    assert first == again
    await send(mail, to="kofi@example.com")
    assert len(await twins.get("/outbox", to=AMA)) == 1
    assert len(await twins.get("/outbox", to="kofi@example.com")) == 1


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Ŋkɔmɔ: ₵4.20, \u00a0жетон", "Wo kood ne 471100. Ɛyɛ ₵4.20 ✓"),
        ("s" * 300, "a very long line " * 500),
        ("Makola", ".\n..\n.a line with a dot\n\nFrom: nobody\n--=_x"),
        ("=41=", "=41=\nequals = signs"),
        ("", ""),
    ],
)
async def test_words_arrive_as_they_were_written(mailed, subject, text):
    twins, mail = mailed
    await send(mail, subject=subject, text=text)
    [message] = await twins.get("/outbox", to=AMA)
    assert message["text"] == text
    assert message["subject"].replace("\u00a0", " ") == subject.replace("\u00a0", " ")


async def test_the_message_is_plain_text_with_our_headers_alone():
    async with (box := Mailbox()).listening() as port:
        await send(Smtp(f"smtp://127.0.0.1:{port}", FROM, TIMEOUT_S), text="Ɛyɛ")
    [message], [envelope] = box.contents, box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("no-reply@makola.test", [AMA])
    assert (message["From"], message["To"]) == (FROM, AMA)
    assert message["Message-ID"] == "<k1@makola.test>" and message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert (message.get_content_type(), message.get_content_charset()) == ("text/plain", "utf-8")
    assert all(line.isascii() for line in envelope.content.splitlines())


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x00", "\x85", "\u2028"], ids=ascii)
@pytest.mark.parametrize("where", ["to", "subject", "key"])
async def test_no_value_begins_another_header(mailed, where, end):
    twins, mail = mailed
    values = {"to": AMA, "subject": "hello", "key": "k1"}
    with pytest.raises(ProviderRefused) as refusal:
        await send(mail, **(values | {where: f"{values[where]}{end}Bcc: eve@example.com"}))
    assert not refusal.value.retryable
    assert await twins.get("/outbox") == []


async def test_a_header_hidden_in_an_encoded_word_is_found(mailed):
    twins, mail = mailed
    with pytest.raises(ProviderRefused):
        await send(mail, subject="=?utf-8?q?hello=0D=0ABcc:=20eve@example.com=0D=0A=0D=0Abody?=")
    assert await twins.get("/outbox") == []


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ama",
        "@example.com",
        "ama@",
        "a@b.c, d@e.f",
        "<a@b.c> SIZE=1",
        "Ama <ama@example.com>",
        "a b@c.d",
        "a@b c",
    ],
)
async def test_what_is_no_address_is_refused(mailed, to):
    twins, mail = mailed
    with pytest.raises(ProviderRefused) as refusal:
        await send(mail, to=to)
    assert not refusal.value.retryable
    assert await twins.get("/outbox") == []


async def test_an_address_that_is_not_ascii_goes_where_the_server_can(mailed):
    twins, mail = mailed
    await send(mail, to="ɛsi@example.com")
    assert len(await twins.get("/outbox", to="ɛsi@example.com")) == 1
    async with Mailbox().listening() as port:
        with pytest.raises(ProviderRefused) as refusal:
            await send(Smtp(f"smtp://127.0.0.1:{port}", FROM, TIMEOUT_S), to="ɛsi@example.com")
    assert not refusal.value.retryable


@pytest.mark.parametrize(
    ("code", "retryable"), [(None, False), (552, False), (554, False), (421, True), (450, True)]
)
async def test_a_declined_mail_is_a_definite_no(mailed, code, retryable):
    twins, mail = mailed
    await twins.fail(provider="smtp", call="send", mode="decline", code=code)
    with pytest.raises(ProviderRefused) as refusal:
        await send(mail)
    assert (refusal.value.code, refusal.value.retryable) == (f"smtp_{code or 550}", retryable)
    assert await twins.get("/outbox", to=AMA) == []


async def test_an_error_before_it_was_taken_may_be_tried_again(mailed):
    twins, mail = mailed
    await twins.fail(provider="smtp", mode="error_500_before")
    with pytest.raises(ProviderRefused) as refusal:
        await send(mail)
    assert (refusal.value.code, refusal.value.retryable) == ("smtp_451", True)
    assert await twins.get("/outbox", to=AMA) == []


@pytest.mark.parametrize(
    ("mode", "arrived"),
    [("timeout_before", 0), ("timeout_after", 1), ("error_500_after", 1), ("garbage", 1)],
)
async def test_no_answer_after_the_message_is_unknown_and_a_repeat_arrives_once(mailed, mode, arrived):
    twins, mail = mailed
    await twins.fail(provider="smtp", call="send", mode=mode)
    with pytest.raises(ProviderUnknown):
        await send(mail)
    assert len(await twins.get("/outbox", to=AMA)) == arrived
    await send(mail)
    assert len(await twins.get("/outbox", to=AMA)) == 1


async def test_a_slow_server_is_waited_for_within_the_time(mailed):
    twins, mail = mailed
    await twins.fail(provider="smtp", mode="slow", delay_s=0.1)
    await send(mail)
    await twins.fail(provider="smtp", mode="slow", delay_s=20)
    with pytest.raises(ProviderUnknown):
        await send(mail, key="k2")
    assert len(await twins.get("/outbox", to=AMA)) == 1


async def test_another_providers_failure_is_not_the_mails(mailed):
    twins, mail = mailed
    await twins.fail(provider="africastalking", mode="decline")
    assert await send(mail)


async def test_a_server_that_is_away_got_nothing():
    with pytest.raises(ProviderRefused) as refusal:
        await send(Smtp(f"smtp://127.0.0.1:{unused_port()}", FROM, TIMEOUT_S))
    assert (refusal.value.code, refusal.value.retryable) == ("unreachable", True)


@pytest.mark.parametrize("greeting", [b"", b"hello\r\n", b"220 wait"], ids=["silent", "no SMTP", "half"])
async def test_a_server_that_does_not_greet_got_nothing(greeting):
    async def mumble(_, writer):
        writer.write(greeting)
        await asyncio.sleep(2 * TIMEOUT_S)
        writer.close()

    server = await asyncio.start_server(mumble, "127.0.0.1", 0)
    with pytest.raises(ProviderRefused) as refusal:
        await send(Smtp(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", FROM, TIMEOUT_S))
    assert (refusal.value.code, refusal.value.retryable) == ("unreachable", True)
    server.close()


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
async def test_nothing_is_said_in_clear_to_a_server_without_tls(scheme):
    async with (box := Mailbox()).listening() as port:
        with pytest.raises(ProviderRefused) as refusal:
            await send(Smtp(f"{scheme}://me:secret@127.0.0.1:{port}", FROM, TIMEOUT_S))
    assert refusal.value.code == "unreachable" and "secret" not in str(refusal.value)
    assert box.contents == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_it_logs_in_with_what_the_url_says():
    def authenticator(server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (b"me@makola.test", b"a/b c")
        return AuthResult(success=right, handled=False)

    box = Mailbox(authenticator=authenticator, auth_required=True, auth_require_tls=False)
    async with box.listening() as port:
        await send(Smtp(f"smtp://me%40makola.test:a%2Fb%20c@127.0.0.1:{port}", FROM, TIMEOUT_S))
        with pytest.raises(ProviderRefused) as refusal:
            await send(Smtp(f"smtp://me%40makola.test:wrong@127.0.0.1:{port}", FROM, TIMEOUT_S))
    assert (refusal.value.code, refusal.value.retryable) == ("smtp_535", False)
    assert len(box.contents) == 1


async def test_everything_that_was_sent_is_forgotten_on_command(mailed):
    twins, mail = mailed
    await send(mail)
    await twins.session.post(f"{twins.url}/control/reset?everything=1")
    assert await twins.get("/outbox", to=AMA) == []
    await send(mail)
    assert len(await twins.get("/outbox", to=AMA)) == 1
