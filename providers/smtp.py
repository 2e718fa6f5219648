"""E-mail over SMTP: one plain text to one address, a connection for each.

Source: RFC 5321 (replies), RFC 5322 (the message), RFC 3207 (STARTTLS), RFC 8314 (TLS from the start).
"""

import asyncio
import contextlib
import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as ASCII_WIRE
from email.policy import SMTPUTF8 as UTF8_WIRE
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
from email_validator import validate_email

from core.clock import now
from providers.errors import ProviderRefused, ProviderUnknown
from providers.messages import Sent
from providers.watching import counted

# Scheme -> (TLS from the first byte, STARTTLS before anything is said). A server without it is not talked to.
SCHEMES = {"smtp": (False, False), "smtp+starttls": (False, True), "smtps": (True, False)}
# What ends a header line, to some reader at least.
BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
GOODBYE_S = 1.0


@dataclass(frozen=True, slots=True)
class _Mail:
    """A message as it goes over the wire; `utf8` where its addresses are not ASCII."""

    id: str
    sender: str
    recipient: str
    content: bytes
    utf8: bool


class Smtp:
    """One mail server: `smtp://`, `smtp+starttls://` or `smtps://`, then `[user:password@]host[:port]`.

    `sender` is the From line: an address, with a name before it or not. A message takes `timeout_s` at most.
    """

    def __init__(self, url: str, sender: str, timeout_s: float = 5.0) -> None:
        self._url, self._sender, self._timeout_s = urlsplit(url), sender, timeout_s

    async def send(self, *, to: str, subject: str, text: str, key: str) -> Sent:
        """Hand one message to the server; see `EmailGateway.send`."""
        with counted("smtp", "send"):
            mail = _written(self._sender, to, subject, text, key)
            await self._hand_over(mail)
        return Sent(mail.id, "")

    async def prove(self) -> None:
        """See `Account.prove`: comes in, signs in where there is a password, and goes."""
        with counted("smtp", "prove"):
            client = self._client(_domain(parseaddr(self._sender)[1]))
            try:
                async with asyncio.timeout(self._timeout_s):
                    await client.connect()
                    await client.quit(timeout=GOODBYE_S)
            except aiosmtplib.SMTPResponseException as answer:
                raise _judged(answer, perhaps_taken=False) from answer
            except (aiosmtplib.SMTPException, OSError) as trouble:
                raise ProviderRefused(
                    "unreachable", f"the mail server: {trouble}", retryable=True
                ) from trouble
            finally:
                client.close()

    async def _hand_over(self, mail: _Mail) -> None:
        client = self._client(_domain(mail.sender))
        # From DATA on the server may have taken the message although we don't hear of it.
        perhaps_taken = False
        try:
            async with asyncio.timeout(self._timeout_s):
                await client.connect()
                await _open_envelope(client, mail)
                perhaps_taken = True
                await client.data(mail.content)
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=GOODBYE_S)
        except aiosmtplib.SMTPResponseException as answer:
            raise _judged(answer, perhaps_taken) from answer
        except (aiosmtplib.SMTPException, OSError) as trouble:
            if perhaps_taken:
                raise ProviderUnknown("the connection to the mail server broke") from trouble
            raise ProviderRefused("unreachable", f"the mail server: {trouble}", retryable=True) from trouble
        finally:
            client.close()

    def _client(self, local_hostname: str) -> aiosmtplib.SMTP:
        url = self._url
        use_tls, start_tls = SCHEMES[url.scheme]
        return aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port,
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            # Its default asks the name service, which may take long.
            local_hostname=local_hostname,
            timeout=self._timeout_s,
            use_tls=use_tls,
            start_tls=start_tls,
        )


async def _open_envelope(client: aiosmtplib.SMTP, mail: _Mail) -> None:
    options: list[str] = []
    encoding = "ascii"
    if mail.utf8:
        await client.ehlo()
        if not client.supports_extension("smtputf8"):
            raise ProviderRefused("invalid_address", "the mail server takes ASCII addresses only")
        options, encoding = ["SMTPUTF8", "BODY=8BITMIME"], "utf-8"
    await client.mail(mail.sender, options=options, encoding=encoding)
    await client.rcpt(mail.recipient, encoding=encoding)


def _judged(answer: aiosmtplib.SMTPResponseException, perhaps_taken: bool) -> Exception:
    """RFC 5321, 4.2.1: with 4xx and 5xx a message was not taken; anything else at its end says nothing."""
    words = answer.message[:200]
    if 400 <= answer.code < 600:
        return ProviderRefused(f"smtp_{answer.code}", words, retryable=answer.code < 500)
    if perhaps_taken:
        return ProviderUnknown(f"the mail server's answer can't be read: {words}")
    return ProviderRefused("unreachable", f"the mail server said {words}", retryable=True)


def _written(sender: str, to: str, subject: str, text: str, key: str) -> _Mail:
    """Raises `ProviderRefused` where a value would end its header and begin another, or is no address."""
    name, own = parseaddr(sender)
    try:
        ours, theirs = _address(own), _address(to)
        utf8 = not (ours + theirs).isascii()
        message = EmailMessage()
        message["From"] = _named(ours, name)
        message["To"] = _named(theirs)
        message["Subject"] = subject
        message["Date"] = format_datetime(now())
        message["Message-ID"] = id = f"<{key}@{_domain(ours)}>"
        # Tells machines not to answer (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, charset="utf-8", cte="quoted-printable")
        # As decoded: some Pythons write out a line end that was hidden in an encoded word (CVE-2024-6923).
        if any(BREAKS.search(str(value)) for value in message.values()):
            raise ValueError("a control character in a header")
        content = message.as_bytes(policy=UTF8_WIRE if utf8 else ASCII_WIRE)
    except ValueError as error:
        raise ProviderRefused("invalid_message", str(error)) from error
    return _Mail(id, ours, theirs, content, utf8)


def _address(text: str) -> str:
    """The address as servers want it, in ASCII where it can be. Raises `ValueError`."""
    found = validate_email(text, check_deliverability=False, test_environment=True)
    return found.ascii_email or f"{found.local_part}@{found.ascii_domain}"


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _named(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)
