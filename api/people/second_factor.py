"""The second factor: time-based codes (RFC 6238) from a phone, and codes for when it is lost.

A code is good in its own half minute and the one on either side, and each only once: the time
step of the last code taken is stored, and only later ones are taken after it.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
import segno
from sqlmodel import Session, col, delete, func, select, update

from api.people.secret_text import digest
from api.tables.people import RecoveryCodeRow, SecondFactorRow
from logistics.repository.sealed import open_field, place_in, seal_field
from logistics.sealing import Place

RECOVERY_CODES: Final = 10
ISSUER: Final = "Sojourn"
_STEP_SECONDS: Final = 30
_NEIGHBOURS: Final = (-1, 0, 1)
_NO_STEP: Final = -1
_TOTP: Final = re.compile(r"\d{6}", re.ASCII)
_RECOVERY_BYTES: Final = 10
_RECOVERY_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A key that waits for its first code; ``qr_svg`` shows ``uri`` to a phone."""

    key: str
    uri: str
    qr_svg: str


def begin_enrolment(session: Session, user_id: str, *, account: str, now: datetime) -> Enrolment:
    """Return the key to be scanned; the same one until it is confirmed or given up.

    ``account`` is how the phone will name it. Raises ValueError for a user whose second factor is
    confirmed already: it has to be removed first.
    """
    row = session.get(SecondFactorRow, user_id)
    if row is None:
        key = pyotp.random_base32()
        row = SecondFactorRow(
            user_id=user_id,
            key=seal_field(session, _place(user_id), key),
            last_step=_NO_STEP,
            created_at=now,
        )
        session.add(row)
        session.flush()
    elif row.confirmed_at is not None:
        raise ValueError(f"user {user_id} has a second factor already")
    else:
        key = open_field(session, _place(user_id), row.key)
    uri = pyotp.TOTP(key).provisioning_uri(name=account, issuer_name=ISSUER)
    return Enrolment(key, uri, _draw(uri))


def confirm_enrolment(
    session: Session, user_id: str, code: str, *, now: datetime
) -> tuple[str, ...] | None:
    """Confirm the waiting key with its first code and return the recovery codes.

    They are shown now and never again. None where the code is wrong or no key waits.
    """
    row = session.get(SecondFactorRow, user_id)
    if row is None or row.confirmed_at is not None:
        return None
    if not _take_step(session, user_id, code, now=now):
        return None
    confirmed = session.exec(
        update(SecondFactorRow)
        .where(col(SecondFactorRow.user_id) == user_id, col(SecondFactorRow.confirmed_at).is_(None))
        .values(confirmed_at=now)
    )
    return renew_recovery_codes(session, user_id) if confirmed.rowcount else None


def has_second_factor(session: Session, user_id: str) -> bool:
    """Return whether the user has a confirmed second factor."""
    query = select(SecondFactorRow.user_id).where(
        col(SecondFactorRow.user_id) == user_id, col(SecondFactorRow.confirmed_at).is_not(None)
    )
    return session.exec(query).first() is not None


def check_code(session: Session, user_id: str, code: str, *, now: datetime) -> str:
    """Take a code, of the phone or for recovery; return ``"totp"``, ``"recovery"`` or ``""``.

    Whatever is taken is used up.
    """
    if not has_second_factor(session, user_id):
        return ""
    if _take_step(session, user_id, code, now=now):
        return "totp"
    return "recovery" if _take_recovery_code(session, user_id, code, now=now) else ""


def renew_recovery_codes(session: Session, user_id: str) -> tuple[str, ...]:
    """Replace the recovery codes of a user by new ones and return them."""
    session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user_id) == user_id))
    codes = tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))
    for code in codes:
        session.add(RecoveryCodeRow(user_id=user_id, code_sha256=digest(_bare(code))))
    session.flush()
    return codes


def count_recovery_codes(session: Session, user_id: str) -> int:
    """Return how many recovery codes of a user are still unused."""
    query = select(func.count()).where(
        col(RecoveryCodeRow.user_id) == user_id, col(RecoveryCodeRow.used_at).is_(None)
    )
    return int(session.exec(query).one())


def remove_second_factor(session: Session, user_id: str) -> None:
    """Forget the key and the recovery codes of a user."""
    session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user_id) == user_id))
    session.exec(delete(SecondFactorRow).where(col(SecondFactorRow.user_id) == user_id))


def _take_step(session: Session, user_id: str, code: str, *, now: datetime) -> bool:
    """Return whether the code is right and later than the last one; it is used up then."""
    row = session.get(SecondFactorRow, user_id, populate_existing=True)
    bare = re.sub(r"\s", "", code)
    if row is None or not _TOTP.fullmatch(bare):
        return False
    totp = pyotp.TOTP(open_field(session, _place(user_id), row.key))
    present = int(now.timestamp()) // _STEP_SECONDS
    for step in (present + offset for offset in _NEIGHBOURS):
        if step > row.last_step and hmac.compare_digest(totp.generate_otp(step), bare):
            taken = session.exec(
                update(SecondFactorRow)
                .where(
                    col(SecondFactorRow.user_id) == user_id, col(SecondFactorRow.last_step) < step
                )
                .values(last_step=step)
            )
            return bool(taken.rowcount)
    return False


def _take_recovery_code(session: Session, user_id: str, code: str, *, now: datetime) -> bool:
    taken = session.exec(
        update(RecoveryCodeRow)
        .where(
            col(RecoveryCodeRow.user_id) == user_id,
            col(RecoveryCodeRow.code_sha256) == digest(_bare(code)),
            col(RecoveryCodeRow.used_at).is_(None),
        )
        .values(used_at=now)
    )
    return bool(taken.rowcount)


def _new_recovery_code() -> str:
    """Return 80 random bits as four groups of four small letters and digits."""
    letters = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(
        letters[start : start + _RECOVERY_GROUP]
        for start in range(0, len(letters), _RECOVERY_GROUP)
    )


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


def _place(user_id: str) -> Place:
    return place_in(SecondFactorRow, "key", user_id)


def _draw(uri: str) -> str:
    """Return the QR code as SVG without script or style, dark on light in both schemes."""
    drawn = segno.make(uri, error="m", micro=False)
    return drawn.svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
