"""What can be looked at without anybody's answer: the settings and the disk."""

import asyncio
import shutil

from services.doctor.findings import Case, Finding, fine, warning, wrong

# Of the folder's disk; with less, uploads fail soon, and SQLite with them.
LEAST_FREE_BYTES, LITTLE_FREE_BYTES = 200 * 1024**2, 2 * 1024**3


async def look_at_settings(case: Case) -> list[Finding]:
    """In production the process would not start with unfit ones; elsewhere they are what is left to do."""
    s = case.settings
    unfit = s.unfit_for_production()
    if s.environment == "production":
        return [fine("fit for production")]
    if not unfit:
        return [warning("fit for production, but not in it", "Set ENVIRONMENT=production.")]
    if s.twins_url or not s.database_url:
        return [fine(f"development; production would refuse {len(unfit)} of them")]
    return [
        warning(
            f"development on {s.database.split('://', 1)[0]}; production would refuse {', '.join(unfit)}",
            "Before anybody pays here, set these and ENVIRONMENT=production.",
        )
    ]


async def look_at_disk(case: Case) -> list[Finding]:
    """Room for files, previews and SQLite."""
    folder = case.settings.data
    try:
        usage = await asyncio.to_thread(shutil.disk_usage, folder)
    except OSError as trouble:
        return [
            wrong(
                f"{folder}: {trouble.strerror}",
                "Make the folder DATA, writable for the user that runs Makola.",
            )
        ]
    found = f"{usage.free / 1024**3:.1f} GiB free of {usage.total / 1024**3:.1f} at {folder}"
    remedy = "Make room, or move DATA to a larger disk. DATA/previews may be emptied at any time."
    if usage.free < LEAST_FREE_BYTES:
        return [wrong(found, remedy)]
    return [warning(found, remedy) if usage.free < LITTLE_FREE_BYTES else fine(found)]
