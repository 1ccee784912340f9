"""Days that have a name: "christmas eve", "boxing day", "easter monday". Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

from dateutil.easter import easter

from nlu.values.numbers import Tokens, word

_FIXED: Mapping[tuple[str, ...], tuple[int, int]] = {
    ("christmas", "eve"): (12, 24), ("christmas", "day"): (12, 25), ("christmas",): (12, 25), ("xmas",): (12, 25),
    ("boxing", "day"): (12, 26), ("new", "year's", "eve"): (12, 31), ("new", "years", "eve"): (12, 31),
    ("new", "year's", "day"): (1, 1), ("new", "years", "day"): (1, 1), ("new", "year's"): (1, 1),
    ("valentine's", "day"): (2, 14), ("valentines", "day"): (2, 14), ("saint", "patrick's", "day"): (3, 17),
    ("independence", "day"): (7, 4), ("halloween",): (10, 31), ("bonfire", "night"): (11, 5),
}  # fmt: skip
_FROM_EASTER = {
    ("shrove", "tuesday"): -47, ("ash", "wednesday"): -46, ("maundy", "thursday"): -3, ("good", "friday"): -2,
    ("easter", "sunday"): 0, ("easter", "monday"): 1, ("easter",): 0, ("whit", "monday"): 50,
}  # fmt: skip
HOLIDAY_STARTS = frozenset(words[0] for words in (*_FIXED, *_FROM_EASTER))


def read_holiday(tokens: Tokens, at: int, today: date) -> tuple[date, int] | None:
    """The next day of the name that begins at `at`, and the index behind it."""
    if word(tokens, at) not in HOLIDAY_STARTS:
        return None
    for words, (month, day) in _FIXED.items():
        if _says(tokens, at, words):
            this_year = date(today.year, month, day)
            return this_year if this_year >= today else this_year.replace(year=today.year + 1), at + len(words)
    for words, days in _FROM_EASTER.items():
        if _says(tokens, at, words):
            named = [easter(year) + timedelta(days=days) for year in (today.year, today.year + 1)]
            return next(day for day in named if day >= today), at + len(words)
    return None


def _says(tokens: Tokens, at: int, words: tuple[str, ...]) -> bool:
    return all(word(tokens, at + i).replace("’", "'") == said for i, said in enumerate(words))
