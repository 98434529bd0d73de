"""Makes test/fixtures/calendar/due-oracle.jsonl.gz: deadline cases and when each is due, worked out without any of our code.

Bank holidays are those of the Python package holidays, zones those of Python's zoneinfo, and the steps are counted one day
at a time. Tests read the committed file; nobody needs Python to run them. To make it again:

    python3 -m venv /tmp/oracle && /tmp/oracle/bin/pip install holidays==0.109 tzdata && /tmp/oracle/bin/python tools/due-oracle.py

The first line of the file says seed, count and versions.
"""

import gzip
import json
import platform
import random
from datetime import date, datetime, time, timedelta, timezone
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import holidays

SEED = 20221124
COUNT = 20_000
# And so many in other zones, to prove that the zone is the policy's and not London.
ELSEWHERE = 2_000
FIRST, LAST = date(2012, 1, 1), date(2050, 12, 31)
NATIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
LONDON = "Europe/London"
ZONES = ["America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC"]

reset_tzpath(to=[])  # Only the pinned package tzdata, not the machine's.

closed = {nation: holidays.UnitedKingdom(subdiv=code, years=range(2012, 2051)) for nation, code in NATIONS.items()}
ONE_OFFS = [date(2012, 6, 5), date(2020, 5, 8), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8), date(2026, 6, 15)]


def works(day: date, nation: str) -> bool:
    return day.weekday() < 5 and day not in closed[nation]


def due_date(day: date, n: int, nation: str) -> date:
    if n == 0:
        while not works(day, nation):
            day += timedelta(days=1)
        return day
    step = timedelta(days=1 if n > 0 else -1)
    for _ in range(abs(n)):
        day += step
        while not works(day, nation):
            day += step
    return day


def start_of(rng: random.Random, kind: int) -> datetime:
    """Moments of all kinds: any, late in the evening, around changes of the clocks, Christmas and one-off days."""
    if kind == 0:
        return datetime(2013, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=rng.randrange(36 * 365 * 86_400))
    year = rng.randrange(2014, 2049)
    if kind == 1:
        day = date(year, 12, 20) + timedelta(days=rng.randrange(17))
    elif kind == 2:
        last = date(year, rng.choice([3, 10]), 31)
        day = last - timedelta(days=(last.weekday() + 1) % 7 + rng.randrange(-2, 5))
    elif kind == 3:
        day = rng.choice(ONE_OFFS) + timedelta(days=rng.randrange(-6, 4))
    else:
        day = date(year, rng.randrange(1, 13), rng.randrange(1, 29))
    minute = rng.randrange(1410, 1440) if kind == 4 else rng.randrange(1440)
    return datetime.combine(day, time(minute // 60, minute % 60, rng.randrange(60)), timezone.utc)


def n_of(rng: random.Random) -> int:
    reach = rng.choice([0, 3, 10, 30, 120, 1000])
    return rng.randrange(-reach, reach + 1)


def written(rng: random.Random, start: datetime) -> str:
    """The same moment with Z, with milliseconds, or with some offset."""
    form = rng.randrange(3)
    if form == 0:
        return start.strftime("%Y-%m-%dT%H:%M:%SZ")
    if form == 1:
        return start.strftime("%Y-%m-%dT%H:%M:%S.") + f"{rng.randrange(1000):03d}Z"
    offset = timezone(timedelta(minutes=rng.choice([-300, -30, 0, 60, 330, 765])))
    return start.astimezone(offset).isoformat()


def cases(rng: random.Random):
    made = 0
    while made < COUNT + ELSEWHERE:
        start, n, nation = start_of(rng, rng.randrange(5)), n_of(rng), rng.choice(list(NATIONS))
        zone = LONDON if made < COUNT else rng.choice(ZONES)
        text = written(rng, start)
        local = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(ZoneInfo(zone)).date()
        day = due_date(local, n, nation)
        if not (FIRST <= local <= LAST and FIRST <= day <= LAST):
            continue
        closes = datetime.combine(day, time(17), ZoneInfo(zone)).astimezone(timezone.utc)
        made += 1
        yield {"start": text, "workingDays": n, "nation": nation, "zone": zone, "expected": closes.strftime("%Y-%m-%dT%H:%M:%S.000Z")}


def main() -> None:
    about = {"seed": SEED, "count": COUNT, "elsewhere": ELSEWHERE, "python": platform.python_version(), "holidays": version("holidays"), "tzdata": version("tzdata")}
    lines = [json.dumps(about), *(json.dumps(case) for case in cases(random.Random(SEED)))]
    target = Path(__file__).parent.parent / "test" / "fixtures" / "calendar" / "due-oracle.jsonl.gz"
    with target.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())


main()
