"""The twin of S3-compatible storage: one bucket, addressed by path, that believes signatures alone (SigV4).

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote, unquote

from aiohttp import web

from core import clock
from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, Rule, Stage
from providers.twins.settings import S3Account

# Codes of the service by status, for declines.
SAYS = {
    400: "InvalidRequest",
    403: "AccessDenied",
    404: "NoSuchBucket",
    409: "OperationAborted",
    500: "InternalError",
    503: "SlowDown",
}
SKEW = timedelta(minutes=15)
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
MUST_BE_SIGNED = {"host", "x-amz-content-sha256", "x-amz-date"}


def create_s3(sandbox: Sandbox, objects: "Objects") -> web.Application:
    """The application under /s3."""
    stage = Stage(sandbox.script, "s3", sandbox.settings.hang_s)
    app = web.Application(middlewares=[stage.middleware()], client_max_size=32 * 1024 * 1024)
    shop = Storage(sandbox.settings.s3_account, objects)
    path = "/{bucket}/{key:.+}"
    app.router.add_put(path, shop.put, name="put")
    app.router.add_get(path, shop.get, name="get", allow_head=False)
    app.router.add_head(path, shop.head, name="head")
    app.router.add_delete(path, shop.delete, name="delete")
    return app


class Objects:
    """What lies in the bucket, in the twins' database."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._store = sandbox.store
        self._store.execute(
            "CREATE TABLE IF NOT EXISTS s3_object (key TEXT PRIMARY KEY, body BLOB, mime TEXT, at TEXT)"
        )

    def put(self, key: str, body: bytes, mime: str) -> None:
        values = (key, body, mime, clock.now().isoformat())
        self._store.execute("INSERT OR REPLACE INTO s3_object VALUES (?, ?, ?, ?)", values)

    def get(self, key: str) -> tuple[bytes, str, datetime] | None:
        row = self._store.execute("SELECT body, mime, at FROM s3_object WHERE key = ?", (key,)).fetchone()
        return (bytes(row[0]), row[1], datetime.fromisoformat(row[2])) if row else None

    def delete(self, key: str) -> None:
        self._store.execute("DELETE FROM s3_object WHERE key = ?", (key,))

    def keys(self) -> list[str]:
        return [row[0] for row in self._store.execute("SELECT key FROM s3_object ORDER BY key")]

    def clear(self) -> None:
        self._store.execute("DELETE FROM s3_object")


class Storage:
    """The service: four calls, each signed."""

    def __init__(self, account: S3Account, objects: Objects) -> None:
        self._account, self._objects = account, objects

    async def put(self, request: web.Request) -> web.Response:
        body = await request.read()
        refusal = self._refusal(request, body)
        if refusal:
            return refusal
        self._objects.put(request.match_info["key"], body, request.headers.get("Content-Type", ""))
        return web.Response(headers={"ETag": _etag(body)})

    async def get(self, request: web.Request) -> web.Response:
        return self._refusal(request, b"") or self._found(request)

    async def head(self, request: web.Request) -> web.Response:
        return self._refusal(request, b"") or self._found(request)

    async def delete(self, request: web.Request) -> web.Response:
        refusal = self._refusal(request, b"")
        if refusal:
            return refusal
        self._objects.delete(request.match_info["key"])
        return web.Response(status=204)

    def _found(self, request: web.Request) -> web.Response:
        found = self._objects.get(request.match_info["key"])
        if found is None:
            return _error(404, "NoSuchKey")
        body, mime, at = found
        headers = {
            "ETag": _etag(body),
            "Last-Modified": format_datetime(at.astimezone(UTC), usegmt=True),
            "Content-Type": mime or "binary/octet-stream",
        }
        return web.Response(body=body, headers=headers)

    def _refusal(self, request: web.Request, body: bytes) -> web.Response | None:
        code = wrong_with(request, body, self._account)
        if code:
            return _error(403, code)
        if request.match_info["bucket"] != self._account.bucket:
            return _error(404, "NoSuchBucket")
        scripted: Rule | None = request.get(DECLINED)
        if scripted:
            status = scripted.code or 403
            return _error(status, SAYS.get(status, "InvalidRequest"))
        return None


def wrong_with(request: web.Request, body: bytes, account: S3Account) -> str | None:
    """The service's code for what is wrong with a request's signature, or None."""
    headers = request.headers
    read = _AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    if read is None:
        return "AccessDenied"
    access_key, day, region, signed, signature = read.groups()
    if access_key != account.access_key_id:
        return "InvalidAccessKeyId"
    at, payload = headers.get("x-amz-date", ""), headers.get("x-amz-content-sha256", "")
    names = signed.split(";")
    if not set(names) >= MUST_BE_SIGNED or not at.startswith(day) or not _is_recent(at):
        return "RequestTimeTooSkewed" if set(names) >= MUST_BE_SIGNED else "AccessDenied"
    if payload != hashlib.sha256(body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    query = sorted(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in request.query.items())
    canonical = "\n".join(
        [
            request.method,
            quote(unquote(request.raw_path.partition("?")[0]), safe="/-_.~"),
            "&".join(query),
            *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in names),
            "",
            signed,
            payload,
        ]
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{at}\n{day}/{region}/s3/aws4_request\n{hashed}"
    key = f"AWS4{account.secret_access_key}".encode()
    for step in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    wanted = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return None if hmac.compare_digest(wanted, signature) else "SignatureDoesNotMatch"


def _is_recent(at: str) -> bool:
    # The machine's time, not the house's: the client that signs knows no other.
    try:
        said = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(datetime.now(UTC) - said) < SKEW


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _error(status: int, code: str) -> web.Response:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{code}</Message></Error>'
    )
    return web.Response(status=status, text=text, content_type="application/xml")
