"""The mail server's twin: takes e-mail for anybody by SMTP and keeps it in the outbox, as a mailbox would."""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from providers.twins.sandbox import Sandbox
from providers.twins.script import BILL_MODES, CALL_MODES, Rule

MODES = CALL_MODES - BILL_MODES
NAME = "twin.makola.test"
DECLINED = 550


class Mail:
    """Listens at `smtp_address` while the twins run."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._server: asyncio.Server | None = None
        self._sessions: WeakSet[SMTP] = WeakSet()

    async def open(self) -> None:
        if self._sandbox.settings.smtp_address is None:
            return
        host, port = self._sandbox.settings.smtp_address
        self._server = await asyncio.get_running_loop().create_server(self._session, host, port)

    async def close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for session in self._sessions:
            if session.transport:
                session.transport.abort()  # type: ignore[attr-defined]
        await self._server.wait_closed()

    def _session(self) -> SMTP:
        loop = asyncio.get_running_loop()
        session = SMTP(self, hostname=NAME, ident="Makola twin", enable_SMTPUTF8=True, loop=loop)
        self._sessions.add(session)
        return session

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A message has come: act out the script. aiosmtpd calls this and sends what it returns."""
        rule = self._sandbox.script.take("smtp", "send", MODES)
        if rule is None:
            return self._keep(envelope)
        match rule.mode:
            case "decline":
                return f"{rule.code or DECLINED} The message is declined"
            case "error_500_before":
                return "451 Requested action aborted: local error in processing"
            case "timeout_before":
                return await self._hang_up(server, rule)
            case "slow":
                await asyncio.sleep(rule.delay_s or 0)
        answer = self._keep(envelope)
        match rule.mode:
            case "timeout_after":
                return await self._hang_up(server, rule)
            case "error_500_after":
                # SMTP has no words for "taken, and yet an error": the connection breaks.
                return await self._hang_up(server, rule.model_copy(update={"delay_s": 0}))
            case "garbage":
                return "<html>upstream said something else</html>"
        return answer

    async def _hang_up(self, server: SMTP, rule: Rule) -> str:
        seconds = self._sandbox.settings.hang_s if rule.delay_s is None else rule.delay_s
        await self._sandbox.script.hang_up(server.transport, seconds)
        return "421 Closing"

    def _keep(self, envelope: Envelope) -> str:
        """A message that comes again under its Message-ID is taken and shown once."""
        raw = (envelope.original_content or b"").replace(b"\r\n", b"\n")
        message = message_from_bytes(raw, _class=EmailMessage, policy=modern)
        body = message.get_body(("plain",))
        text = body.get_content().removesuffix("\n") if body else ""
        for to in envelope.rcpt_tos:
            self._sandbox.outbox.add(
                to, "email", text, subject=str(message["Subject"] or ""), key=message["Message-ID"]
            )
        return "250 OK"
