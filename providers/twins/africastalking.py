"""The Africa's Talking twin: takes SMS, keeps them in the outbox and reports their delivery; airtime beside it."""

import secrets
from urllib.parse import urlencode

import orjson
import phonenumbers
from aiohttp import web

from providers.twins.africastalking_airtime import Airtime
from providers.twins.africastalking_person import Person
from providers.twins.hooks import Hook
from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, Rule, Stage
from providers.twins.store import Document

STATUS = {
    100: "Processed",
    101: "Success",
    102: "Queued",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}
SENT = 101
INVALID_NUMBER = 403
BLACKLISTED = 406
COST = "KES 0.8000"
SANDBOX_NETWORK = "99999"


def create_africastalking(sandbox: Sandbox, airtime: Airtime) -> web.Application:
    """The application under /africastalking."""
    stage = Stage(sandbox.script, "africastalking", sandbox.settings.hang_s)
    app = web.Application(middlewares=[stage.middleware()])
    app.add_routes(
        [
            web.get("/version1/user", Messaging(sandbox).user, name="user"),
            web.post("/version1/messaging", Messaging(sandbox).send, name="messaging"),
            web.post("/version1/airtime/send", airtime.send, name="airtime"),
            web.get("/query/transaction/find", airtime.find, name="find_airtime"),
            web.post("/control/sms", Person(sandbox).text),
        ]
    )
    return app


class Messaging:
    """Bulk SMS, one answer for each recipient."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def user(self, request: web.Request) -> web.Response:
        if request.headers.get("apiKey") != self._sandbox.settings.africastalking_api_key:
            return web.Response(status=401, text="The supplied authentication is invalid")
        return web.json_response({"UserData": {"balance": "KES 0.0000"}})

    async def send(self, request: web.Request) -> web.Response:
        if request.headers.get("apiKey") != self._sandbox.settings.africastalking_api_key:
            return web.Response(status=401, text="The supplied authentication is invalid")
        form = await request.post()
        for name in ("username", "to", "message"):
            if not isinstance(form.get(name), str) or not form[name]:
                return web.Response(status=400, text=f"Must have {name}")
        scripted: Rule | None = request.get(DECLINED)
        text = str(form["message"])
        recipients = [self._deliver(to, text, scripted) for to in str(form["to"]).split(",")[:1000]]
        sent = [each for each in recipients if each["statusCode"] == SENT]
        message = f"Sent to {len(sent)}/{len(recipients)} Total Cost: KES {0.8 * len(sent):.4f}"
        body = {"SMSMessageData": {"Message": message, "Recipients": recipients}}
        return web.Response(status=201, body=orjson.dumps(body), content_type="application/json")

    def _deliver(self, to: str, text: str, scripted: Rule | None) -> Document:
        number = _number(to)
        code = SENT if number else INVALID_NUMBER
        if scripted:
            code = scripted.code or BLACKLISTED
        if number is None or code != SENT:
            return _recipient(code, to, "0", "None")
        id = f"ATXid_{secrets.token_hex(16)}"
        self._sandbox.outbox.add(number, "sms", text)
        self._report(id, number)
        return _recipient(code, number, COST, id)

    def _report(self, id: str, number: str) -> None:
        settings = self._sandbox.settings
        if settings.hooks_url is None:
            return
        form = {
            "id": id,
            "status": "Success",
            "phoneNumber": number,
            "networkCode": SANDBOX_NETWORK,
            "retryCount": "0",
        }
        hook = Hook(
            provider="africastalking",
            event="delivery_report",
            url=f"{settings.hooks_url}/webhooks/africastalking/{settings.hook_secret}",
            body=urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        self._sandbox.hooks.send(hook, durable=False)


def _recipient(code: int, number: str, cost: str, id: str) -> Document:
    status = STATUS.get(code, "Unknown")
    return {"statusCode": code, "number": number, "status": status, "cost": cost, "messageId": id}


def _number(to: str) -> str | None:
    """The number in E.164; the provider takes no other spelling."""
    try:
        number = phonenumbers.parse(to.strip()[:32], None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
