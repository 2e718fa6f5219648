"""Files in a bucket of S3-compatible storage, with requests signed by obstore (SigV4).

obstore is one wheel around Apache's object_store, without dependencies; aiobotocore would bring botocore's 15 MB and
pin aiohttp and urllib3 for four calls.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import obstore
from obstore import exceptions
from obstore.store import S3Store

from providers.errors import ProviderRefused, ProviderUnknown
from providers.storage import LARGEST, checked_key
from providers.watching import counted

REFUSALS: dict[type[Exception], str] = {
    exceptions.PermissionDeniedError: "forbidden",
    exceptions.UnauthenticatedError: "wrong_key",
    FileNotFoundError: "no_bucket",
    exceptions.InvalidPathError: "invalid_key",
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket and who opens it. `url` is the service's address without the bucket; empty for Amazon's own."""

    url: str
    region: str
    name: str
    access_key_id: str
    secret_access_key: str


class S3:
    """Files in one bucket, addressed by path. A call is tried twice at the most, `timeout_s` each."""

    def __init__(self, bucket: Bucket, timeout_s: float = 5.0) -> None:
        self._store = S3Store(
            bucket.name,
            endpoint=bucket.url or f"https://s3.{bucket.region}.amazonaws.com",
            region=bucket.region,
            access_key_id=bucket.access_key_id,
            secret_access_key=bucket.secret_access_key,
            virtual_hosted_style_request=False,
            disable_bulk_delete=True,  # not every service has it
            client_options={
                "allow_http": bucket.url.startswith("http://"),
                "timeout": timedelta(seconds=timeout_s),
                "connect_timeout": timedelta(seconds=timeout_s),
            },
            retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=timeout_s)},
        )

    async def put(self, key: str, content: bytes, mime: str) -> None:
        checked_key(key)
        with _judged("put"):
            await obstore.put_async(
                self._store, key, content, attributes={"Content-Type": mime}, use_multipart=False
            )

    async def get(self, key: str) -> bytes | None:
        checked_key(key)
        with _judged("get"):
            try:
                found = await obstore.get_async(self._store, key)
            except FileNotFoundError:
                return None
            if found.meta["size"] > LARGEST:
                raise ProviderUnknown(f"a file of more than {LARGEST} bytes")
            return bytes(await found.bytes_async())

    async def has(self, key: str) -> bool:
        checked_key(key)
        with _judged("head"):
            try:
                await obstore.head_async(self._store, key)
            except FileNotFoundError:
                return False
            return True

    async def delete(self, key: str) -> None:
        checked_key(key)
        with _judged("delete"):
            await obstore.delete_async(self._store, key)

    def on_disk(self, key: str) -> Path | None:
        checked_key(key)
        return None


@contextmanager
def _judged(call: str) -> Iterator[None]:
    with counted("s3", call):
        try:
            yield
        except tuple(REFUSALS) as error:
            code = REFUSALS[type(error)]
            raise ProviderRefused(code, f"the file store refused to {call}: {code}") from error
        # Its words hold addresses, and of a signature that didn't fit the whole request.
        except exceptions.BaseError as error:
            raise ProviderUnknown(f"no usable answer of the file store to {call}") from error
