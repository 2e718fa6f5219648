"""What answers over the network: Redis, the providers, where files lie."""

from secrets import token_hex

from redis.exceptions import RedisError

from core.clock import now
from providers.access import Account
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import Environment
from services.doctor.database import judged_skew
from services.doctor.findings import Case, Finding, fine, skipped, warning, wrong

# What a market can't do without in production.
NEEDED = {"paystack", "africastalking"}


async def look_at_redis(case: Case) -> list[Finding]:
    """Whether it answers, and forgets nothing by itself."""
    if not case.settings.redis_url:
        return [skipped("inside the process, for trying out")]
    try:
        info = await case.redis.info()
    except (RedisError, OSError) as trouble:
        return [
            wrong(
                f"{trouble}",
                "Start Redis, or correct REDIS_URL. Work goes on by the sweepers meanwhile, and nothing is limited.",
            )
        ]
    found = [fine(f"Redis {info.get('redis_version')}")]
    if (policy := info.get("maxmemory_policy", "noeviction")) != "noeviction":
        found.append(
            warning(
                f"it forgets when memory is short ({policy})",
                "Set maxmemory-policy noeviction: what it forgets may be a queue or a count of tries.",
                about="memory",
            )
        )
    return found


async def look_at_redis_clock(case: Case) -> list[Finding]:
    """Its clock paces what processes share."""
    if not case.settings.redis_url:
        return [skipped("inside the process")]
    before = now()
    try:
        seconds, micros = await case.redis.time()
    except (RedisError, OSError):
        return [skipped("Redis does not answer")]
    middle = before + (now() - before) / 2
    return [judged_skew(seconds + micros / 1e6 - middle.timestamp(), "Redis's")]


async def look_at_providers(case: Case) -> list[Finding]:
    """Each account is asked something harmless that needs its credentials; in development the twins are."""
    production = case.settings.environment == "production"
    environments: list[Environment] = ["live"] if production else ["test", "live"]
    found = []
    for environment in environments:
        for name, account in case.registry.accounts(environment).items():
            about = f"{name}, {environment}"
            if account is not None:
                found.append(await _proven(account, about, twin=environment == "test"))
            elif production:
                judge = wrong if name in NEEDED else skipped
                found.append(judge("no credentials", "Set its keys, or offer nothing of it.", about=about))
    return found


async def _proven(account: Account, about: str, *, twin: bool) -> Finding:
    remedy = (
        "Start `makola twins`, or correct TWINS_URL."
        if twin
        else "Look at its status page, and at our way there."
    )
    try:
        await account.prove()
    except ProviderUnknown as trouble:
        return wrong(str(trouble), remedy, about=about)
    except ProviderRefused as refusal:
        if refusal.retryable:
            return wrong(refusal.message, remedy, about=about)
        return wrong(
            refusal.message,
            "Correct its keys in the settings; the provider's dashboard shows them.",
            about=about,
        )
    return fine("answers, the credentials are good", about=about)


async def look_at_files(case: Case) -> list[Finding]:
    """A file is written, read and deleted."""
    store, key, content = case.registry.files(), f"doctor/{token_hex(8)}.txt", token_hex(16).encode()
    where = "DATA/assets" if case.settings.file_store == "folder" else "the bucket"
    try:
        await store.put(key, content, "text/plain")
        if await store.get(key) != content:
            return [
                wrong(
                    f"{where} gives back something else than was written",
                    "Look for a proxy or a cache between.",
                )
            ]
        await store.delete(key)
    except (ProviderRefused, ProviderUnknown) as trouble:
        return [wrong(f"{where}: {trouble}", "Correct DATA and its owner, or the settings S3_….")]
    return [fine(f"{where}: written, read, deleted")]
