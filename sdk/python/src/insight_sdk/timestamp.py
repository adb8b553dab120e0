"""Instants, as the host and most backends write them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

_RFC_3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII)


class Timestamp(datetime):
    """An instant in UTC, to the second: a `datetime` that reads and writes RFC 3339.

    It compares, and takes a `timedelta`, like any other `datetime`:

    >>> signed = Timestamp.parse("2026-05-12T10:30:00.25+02:00")
    >>> str(signed + timedelta(days=14))
    '2026-05-26T08:30:00Z'
    """

    @classmethod
    def parse(cls, text: str) -> "Timestamp":
        """Reads RFC 3339 with any offset. A fraction is dropped, and second 60 counts as 59.

        Raises `ValueError` if the text is something else, or no instant of the years 1 to 9999.
        """
        match = _RFC_3339.fullmatch(text)
        if match is None:
            raise ValueError("is no timestamp in RFC 3339")
        year, month, day, hour, minute, second = (int(digits) for digits in match.groups()[:6])
        sign, hours, minutes = match.groups()[6:]
        zone = UTC if sign is None else _offset(sign, int(hours), int(minutes))
        try:
            return cls.of(datetime(year, month, day, hour, minute, 59 if second == 60 else second, tzinfo=zone))
        except OverflowError:
            raise ValueError("is before the year 1 or after the year 9999") from None

    @classmethod
    def of(cls, moment: datetime) -> "Timestamp":
        """Converts any `datetime` that has a time zone. Raises `ValueError` if it has none."""
        if moment.tzinfo is None:
            raise ValueError("a datetime without a time zone is no instant")
        utc = moment.astimezone(UTC)
        return cls(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, tzinfo=UTC)

    @classmethod
    def from_unix(cls, seconds: int) -> "Timestamp":
        """Converts seconds since 1970. Raises `ValueError` if they lie outside the years 1 to 9999."""
        try:
            return cls.of(_EPOCH + timedelta(seconds=seconds))
        except OverflowError:
            raise ValueError("is before the year 1 or after the year 9999") from None

    def unix(self) -> int:
        """Returns the seconds since 1970, fewer than none before."""
        return (Timestamp.of(self) - _EPOCH) // timedelta(seconds=1)

    def days_until(self, other: datetime) -> int:
        """Returns the days from this date to that of `other`, in UTC: 1 if it is tomorrow, at whatever time."""
        return (Timestamp.of(other).date() - Timestamp.of(self).date()).days

    def __str__(self) -> str:
        utc = self.astimezone(UTC)
        return f"{utc.year:04}-{utc.month:02}-{utc.day:02}T{utc.hour:02}:{utc.minute:02}:{utc.second:02}Z"

    def __reduce_ex__(self, protocol: object) -> tuple[Callable[[int], "Timestamp"], tuple[int]]:
        # The reduction of `datetime` would lose the type in a copy.
        return Timestamp.from_unix, (self.unix(),)


# Those of `datetime` have no time zone.
Timestamp.min = Timestamp(1, 1, 1, tzinfo=UTC)
Timestamp.max = Timestamp(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_EPOCH = Timestamp(1970, 1, 1, tzinfo=UTC)


def _offset(sign: str, hours: int, minutes: int) -> timezone:
    if hours > 23 or minutes > 59:
        raise ValueError("has an offset that does not exist")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)
