"""People of staff: who they are, what they may do, and what they did."""

from services.staff.auditing import changes, record
from services.staff.permissions import PERMISSIONS, ROLES, Desk, check_may, may
from services.staff.sessions import desk_of, end_session, open_session
from services.staff.signing_in import login

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "Desk",
    "changes",
    "check_may",
    "desk_of",
    "end_session",
    "login",
    "may",
    "open_session",
    "record",
]
