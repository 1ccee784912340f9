"""Text as it is spoken, word by word, and generated numbers, amounts, digit strings and dates; pure.

The language model learns from these; what they mean is nlu's business.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from random import Random

DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEEN_WORDS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS_WORDS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINAL_WORDS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty first", "twenty second", "twenty third", "twenty fourth", "twenty fifth", "twenty sixth",
    "twenty seventh", "twenty eighth", "twenty ninth", "thirtieth", "thirty first",
)  # fmt: skip
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBER_WORDS = frozenset((*DIGIT_WORDS, *TEEN_WORDS, *TENS_WORDS, "hundred", "thousand"))

_SPOKEN_SIGNS = {"£": " pounds ", "$": " dollars ", "€": " euros ", "%": " percent ", "&": " and ", "@": " at "}
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_MONEY = re.compile(r"[£$€]\s*([0-9]+)(?:\.([0-9]{2}))?")


def cardinal(number: int) -> str:
    """British reading of 0..999,999: 120 is "one hundred and twenty"."""
    if number < 20:
        return (*DIGIT_WORDS, *TEEN_WORDS)[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return TENS_WORDS[tens - 2] + (f" {DIGIT_WORDS[unit]}" if unit else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{DIGIT_WORDS[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    joint = " and " if 0 < rest < 100 else " "
    return f"{cardinal(thousands)} thousand" + (joint + cardinal(rest) if rest else "")


def spoken_words(text: str) -> tuple[str, ...]:
    """Lower-case words without punctuation; numbers of up to four figures read out, longer ones digit by digit."""
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    text = _MONEY.sub(lambda found: f" {found[1]} pounds {found[2] or ''} ", text)
    for sign, word in _SPOKEN_SIGNS.items():
        text = text.replace(sign, word)
    words: list[str] = []
    for token in _TOKEN.findall(text):
        if not token[0].isdecimal():
            words.append(token)
        elif len(token) <= 4 and not token.startswith("0"):
            words.extend(cardinal(int(token)).split())
        else:
            words.extend(DIGIT_WORDS[int(figure)] for figure in token)
    return tuple(words)


def digit_string(random: Random, length: int) -> str:
    """A digit string as people say it: "oh" for zero, "double" and "triple" now and then."""
    figures = [random.randrange(10) for _ in range(length)]
    words: list[str] = []
    index = 0
    while index < length:
        figure = figures[index]
        run = 1
        while index + run < length and figures[index + run] == figure and run < 3:
            run += 1
        word = "oh" if figure == 0 and random.random() < 0.4 else DIGIT_WORDS[figure]
        if run > 1 and random.random() < 0.6:
            words += ["double" if run == 2 else "triple", word]
            index += run
        else:
            words.append(word)
            index += 1
    return " ".join(words)


def amount(random: Random) -> str:
    """A sum of money: mostly round and small, as transfers and payments are."""
    kind = random.random()
    if kind < 0.45:
        whole = random.choice((5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100, 150, 200, 250, 300, 500))
    elif kind < 0.8:
        whole = random.randrange(1, 200)
    else:
        whole = random.choice((random.randrange(200, 1000), random.randrange(1000, 10000, 50)))
    words = cardinal(whole)
    if 100 <= whole < 200 and random.random() < 0.4:
        words = words.replace("one hundred", "a hundred")
    unit = random.choice(("pounds", "pounds", "pounds", "quid", "pounds sterling", "dollars", "euros"))
    if whole == 1:
        unit = "pound"
    if random.random() < 0.2:
        pence = cardinal(random.choice((5, 10, 20, 25, 30, 40, 50, 60, 75, 80, 90, 95, 99)))
        return random.choice((f"{words} pounds {pence}", f"{words} pounds and {pence} pence", f"{words} {pence}"))
    return f"{words} {unit}" if random.random() < 0.9 else words


def date(random: Random) -> str:
    """A date near enough to be said to a call centre."""
    ordinal, month, day = random.choice(ORDINAL_WORDS), random.choice(MONTHS), random.choice(DAYS)
    return random.choice(
        (
            f"the {ordinal} of {month}",
            f"{month} the {ordinal}",
            f"on the {ordinal}",
            f"{day} the {ordinal}",
            f"next {day}",
            f"on {day}",
            f"last {day}",
            f"this {day}",
            "tomorrow",
            "today",
            "yesterday",
            "next week",
            f"in {cardinal(random.randrange(2, 15))} days",
            f"{cardinal(random.randrange(2, 12))} weeks ago",
        )
    )


def vary_numbers(words: Sequence[str], random: Random, *, times: int) -> Iterator[tuple[str, ...]]:
    """`words` with each run of number words replaced by another of its kind; nothing when there is none.

    A run of three or more single digits is a digit string, any other an amount without its unit.
    """
    runs = list(_number_runs(words))
    for _ in range(times if runs else 0):
        varied: list[str] = []
        position = 0
        for start, end in runs:
            varied += words[position:start]
            if end - start >= 3 and all(word in DIGIT_WORDS or word == "oh" for word in words[start:end]):
                varied += digit_string(random, end - start).split()
            else:
                varied += cardinal(random.choice((random.randrange(1, 100), random.randrange(100, 1500, 5)))).split()
            position = end
        yield (*varied, *words[position:])


def _number_runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for index, word in enumerate((*words, "")):
        number = word in NUMBER_WORDS or (start is not None and word in ("and", "oh"))
        if number and start is None:
            start = index
        elif not number and start is not None:
            end = index
            while words[end - 1] == "and":
                end -= 1
            # A single "one" is more often a pronoun than a number.
            if words[start:end] != ("one",) and list(words[start:end]) != ["one"]:
                yield start, end
            start = None
