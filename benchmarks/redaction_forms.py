"""How callers write and say personal data: seeded forms of each kind, in English and Chinese.

Every form gives the secret itself; a filler inside it stands between FILL and END, so that the measurement knows
which characters carry information. Written before the detector, from how people talk, and not changed for it.
"""

from collections.abc import Callable
from random import Random

from stdnum import luhn
from stdnum.cn import ric
from stdnum.iso7064 import mod_97_10

FILL, END = "\x01", "\x02"

Form = Callable[[Random], str]

_WORDS = dict(zip("0123456789", "zero one two three four five six seven eight nine".split(), strict=True))
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_CHINESE = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_NATO = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey xray yankee zulu"
).split()
_SIMPLE = dict(zip("abcdefghijklmnopqrstuvwxyz", (
    "apple boy cat dog edward frank george henry ice john king lucy mother nancy orange peter queen robert sugar tom "
    "umbrella victory william xylophone yellow zebra"
).split(), strict=True))  # fmt: skip
_FILLERS = ("um", "uh", "er", "erm", "let me see", "hang on", "sorry", "and then", "okay", "you know", "then", "wait")
_FILLERS_ZH = ("呃", "嗯", "那个", "啊", "然后", "，", "、", " ", "我看看")

FIRST = (
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph "
    "Jessica Thomas Karen Christopher Sarah Priya Mohammed Aisha Wei Fatima Carlos Ingrid Olga Yusuf Siobhan Nia "
    "Dmitri Chloe Oliver Amelia Harry Isla Kofi Mei Rajesh Hannah"
).split()
LAST = (
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Wilson Anderson Taylor Thomas Moore "
    "Jackson Martin Lee Thompson White Patel Khan O'Brien Kowalski Nguyen Okafor Schmidt Rossi Fernandez Ivanov "
    "MacDonald Clarke Hughes Begum Murphy Larsen Dubois Haddad Chen Kim"
).split()
_NAMES_ZH = (
    "王伟 李娜 张敏 刘洋 陈静 杨磊 赵秀英 黄志强 周丽华 吴建国 徐明 孙晓燕 胡志明 朱婷婷 高峰 林俊杰 何雨 郭子涵 "
    "马超 罗文静 欧阳晨 司马懿 诸葛亮 梁家辉"
).split()
_STREETS = (
    "Oak Victoria Church Station Mill High Green King Queen Park Albert Manor Elm Chapel Springfield Richmond"
).split()
_STREET_TYPES = ("Street", "Road", "Avenue", "Lane", "Drive", "Close", "Gardens", "Crescent", "Terrace", "Court")
_TOWNS = ("London", "Bristol", "Leeds", "Manchester", "Cardiff", "Oxford", "York", "Glasgow", "Boston", "Denver")
_MONTHS = ("January February March April May June July August September October November December").split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split() + [f"twenty {unit}" for unit in "first second third fourth fifth sixth seventh eighth".split()]
_PLACES_ZH = ("北京市朝阳区建国路", "上海市浦东新区世纪大道", "广州市天河区体育西路", "深圳市南山区科技园南路",
"杭州市西湖区文三路",
              "成都市武侯区人民南路", "南京市鼓楼区中山北路", "重庆市渝中区解放碑步行街")  # fmt: skip


# --- sayings of digits and letters -----------------------------------------------------------------------------


def digits(rng: Random, count: int, *, first: str = "") -> str:
    """`count` random digits, beginning with `first`."""
    return first + "".join(rng.choice("0123456789") for _ in range(count - len(first)))


def _filler(rng: Random, words: tuple[str, ...] = _FILLERS) -> str:
    return f"{FILL}{rng.choice(words)}{END}"


def _two(pair: str) -> str:
    """ "42" as "forty two"."""
    if pair[0] == "1":
        return _TEENS[int(pair[1])]
    tens = _TENS[int(pair[0]) - 2]
    return tens if pair[1] == "0" else f"{tens} {_WORDS[pair[1]]}"


def say_digits(rng: Random, text: str) -> str:
    """English: digit by digit, doubles, pairs, hundreds, mixed with figures, with pauses and fillers."""
    style = rng.choice(("plain", "plain", "doubles", "doubles", "pairs", "mixed", "figures", "groups"))
    zero = rng.choice(("zero", "oh", "oh", "nought", "o"))
    said: list[str] = []
    at = 0
    while at < len(text):
        digit, left = text[at], text[at:]
        if style in ("doubles", "groups") and len(left) > 2 and left[0] == left[1] == left[2] and rng.random() < 0.7:
            said.append(f"triple {zero if digit == '0' else _WORDS[digit]}")
            at += 3
        elif style in ("doubles", "groups") and len(left) > 1 and left[0] == left[1]:
            said.append(f"double {zero if digit == '0' else _WORDS[digit]}")
            at += 2
        elif style == "pairs" and len(left) > 1 and digit != "0" and rng.random() < 0.8:
            said.append(_two(left[:2]))
            at += 2
        elif style == "groups" and left[1:3] == "00" and digit != "0":
            said.append(f"{_WORDS[digit]} hundred")
            at += 3
        else:
            word = zero if digit == "0" else _WORDS[digit]
            said.append(digit if style == "figures" or (style == "mixed" and rng.random() < 0.5) else word)
            at += 1
    return _paused(rng, said)


def _paused(rng: Random, said: list[str]) -> str:
    joint = rng.choice((" ", " ", " ", " ", ", ", " - ", "-", "... ", ". "))
    sometimes = rng.random() < 0.35
    pieces = said[0]
    for index, word in enumerate(said[1:], start=1):
        if sometimes and rng.random() < 0.15:
            pieces += f" {_filler(rng)} {word}"
        else:
            pieces += (joint if joint in (" ", "-") or index % 3 == 0 else " ") + word
    return pieces


def say_digits_zh(rng: Random, text: str) -> str:
    """Chinese: 零 or 〇, 幺 for one, figures between, pauses."""
    one = rng.choice(("一", "幺"))
    style = rng.choice(("plain", "plain", "spaced", "mixed", "fillers"))
    said = ""
    for index, digit in enumerate(text):
        sign = one if digit == "1" else _CHINESE.get(digit, rng.choice(("X", "x")))
        if style == "mixed" and rng.random() < 0.4:
            sign = digit
        if index and style == "spaced" and index % 4 == 3:
            said += " "
        if index and style == "fillers" and rng.random() < 0.15:
            said += _filler(rng, _FILLERS_ZH)
        said += sign
    return said


def say_letters(rng: Random, text: str) -> str:
    """Letters one by one, as code words, or "b for boy"."""
    style = rng.choice(("plain", "plain", "upper", "nato", "for"))
    said = []
    for letter in text.lower():
        if style == "nato":
            said.append(_NATO[ord(letter) - 97])
        elif style == "for":
            said.append(f"{letter} {rng.choice(('for', 'as in'))} {_SIMPLE[letter]}")
        else:
            said.append(letter.upper() if style == "upper" else letter)
    return " ".join(said)


def say_mixed(rng: Random, text: str) -> str:
    """Letters and digits in turn."""
    runs: list[str] = []
    for sign in text:
        if runs and runs[-1][-1].isdigit() == sign.isdigit():
            runs[-1] += sign
        else:
            runs.append(sign)
    return " ".join(say_digits(rng, run) if run.isdigit() else say_letters(rng, run) for run in runs)


def _grouped(rng: Random, text: str, sizes: tuple[int, ...], joints: tuple[str, ...] = (" ", "-", "")) -> str:
    joint, parts, at = rng.choice(joints), [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return joint.join(part for part in [*parts, text[at:]] if part)


def _letters(rng: Random, count: int, allowed: str = "ABCDEFGHJKLMNPRSTUVWXY") -> str:
    return "".join(rng.choice(allowed) for _ in range(count))


# --- the kinds -------------------------------------------------------------------------------------------------


def _card(rng: Random) -> str:
    prefix, length = rng.choice((("4", 16), ("4", 16), ("51", 16), ("55", 16), ("34", 15), ("37", 15), ("6011", 16),
                                 ("62", 16), ("62", 19), ("4", 13), ("67", 18)))  # fmt: skip
    body = digits(rng, length - 1, first=prefix)
    number: str = body + luhn.calc_check_digit(body)
    if rng.random() < 0.15:  # as a recognizer that loses or mishears a digit leaves it
        at = rng.randrange(4, len(number))
        number = number[:at] + rng.choice("0123456789") + number[at + 1 :]
    return number


def card_written(rng: Random) -> str:
    number = _card(rng)
    return _grouped(rng, number, (4, 6) if len(number) == 15 else (4, 4, 4, 4), (" ", "-", "", ".", "  "))


def account_written(rng: Random) -> str:
    return rng.choice((
        digits(rng, 8), digits(rng, 10), _grouped(rng, digits(rng, 6), (2, 2), ("-",)), digits(rng, 12),
        f"{_grouped(rng, digits(rng, 6), (2, 2), ('-', ' '))} {digits(rng, 8)}",
    ))  # fmt: skip


def _iban(rng: Random) -> str:
    country, bank, size = rng.choice((("GB", "NWBK", 14), ("GB", "BARC", 14), ("DE", "", 18), ("FR", "", 23),
                                      ("NL", "INGB", 10), ("ES", "", 20), ("IE", "AIBK", 14)))  # fmt: skip
    bban = bank + digits(rng, size)
    check: str = mod_97_10.calc_check_digits(bban + country)
    return country + check + bban


def iban_written(rng: Random) -> str:
    number = _iban(rng)
    number = number if rng.random() < 0.4 else " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return number.lower() if rng.random() < 0.2 else number


def code_written(rng: Random) -> str:
    return rng.choice((digits(rng, 6), digits(rng, 4), digits(rng, 6), _grouped(rng, digits(rng, 6), (3,)),
                       digits(rng, 5), digits(rng, 8), " ".join(digits(rng, 4))))  # fmt: skip


def security_code(rng: Random) -> str:
    return digits(rng, 3)


def _phone(rng: Random) -> str:
    return rng.choice((digits(rng, 11, first="07"), digits(rng, 11, first="020"), digits(rng, 11, first="0161"),
                       digits(rng, 10, first="415"), digits(rng, 10, first="212")))  # fmt: skip


def phone_written(rng: Random) -> str:
    one = rng.choice("23456789")
    return rng.choice((
        _grouped(rng, digits(rng, 11, first="07"), (5,), (" ", "-", "")),
        _grouped(rng, digits(rng, 11, first="07"), (5, 3)),
        f"+44 {digits(rng, 4, first='7')} {digits(rng, 6)}", f"+44 (0)20 {digits(rng, 4)} {digits(rng, 4)}",
        f"+44{digits(rng, 10, first='7')}", f"0044 {digits(rng, 10, first='7')}",
        f"({one}{digits(rng, 2)}) {digits(rng, 3)}-{digits(rng, 4)}",
        f"{one}{digits(rng, 2)}-{digits(rng, 3)}-{digits(rng, 4)}",
        f"+1 {one}{digits(rng, 2)} {digits(rng, 3)} {digits(rng, 4)}",
        f"{one}{digits(rng, 2)}.{digits(rng, 3)}.{digits(rng, 4)}",
        f"+49 30 {digits(rng, 7)}", f"+33 6 {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)}",
        f"020 {digits(rng, 4)} {digits(rng, 4)}", f"1-800-{digits(rng, 3)}-{digits(rng, 4)}",
        f"{digits(rng, 3)}-{digits(rng, 4)}",
    ))  # fmt: skip


def phone_spoken(rng: Random) -> str:
    number = say_digits(rng, _phone(rng))
    lead = rng.choice(("", "", "", "plus four four ", "plus one ", "double oh four four ", "plus 44 "))
    return lead + number


def phone_zh(rng: Random) -> str:
    mobile = digits(rng, 11, first=rng.choice(("13", "15", "18", "17")))
    return rng.choice((mobile, _grouped(rng, mobile, (3, 4), (" ", "-")), f"+86 {mobile}", f"010-{digits(rng, 8)}",
                       f"0755-{digits(rng, 8)}"))  # fmt: skip


def phone_zh_spoken(rng: Random) -> str:
    return say_digits_zh(rng, digits(rng, 11, first=rng.choice(("13", "15", "18", "17"))))


_DOMAINS = ("gmail.com", "hotmail.co.uk", "example.com", "yahoo.com", "outlook.com", "btinternet.com", "icloud.com",
            "acme.org", "mail.example.net", "proton.me", "uni.ac.uk")  # fmt: skip


def _email(rng: Random) -> tuple[str, str]:
    first, last = rng.choice(FIRST).lower(), rng.choice(LAST).lower().replace("'", "")
    local = rng.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{first}_{last}", f"{first}{last}", f"{first}-{last}",
                        f"{first}{digits(rng, 2)}", f"{first}.{last}{digits(rng, 2)}", first))  # fmt: skip
    return local, rng.choice(_DOMAINS)


def email_written(rng: Random) -> str:
    address = "@".join(_email(rng))
    return rng.choice((address, address, address.upper(), address.replace("@", " @ "), address.title()))


def email_spoken(rng: Random) -> str:
    local, domain = _email(rng)
    if rng.random() < 0.15:
        said = " ".join(local.replace(".", "").replace("_", "").replace("-", ""))
    else:
        said = local.replace(".", " dot ").replace("_", " underscore ").replace("-", rng.choice((" dash ", " hyphen ")))
        number = "".join(sign for sign in said if sign.isdigit())
        if number:
            said = said.replace(number, " " + rng.choice((number, " ".join(_WORDS[digit] for digit in number))))
    if rng.random() < 0.15:
        said += rng.choice((" all one word", " all lower case", " no spaces"))
    if rng.random() < 0.2:
        said += f" {_filler(rng, ('um', 'uh', 'er'))}"
    where = (
        domain.replace(".", " dot ")
        .replace("gmail", rng.choice(("gmail", "g mail")))
        .replace(" uk", rng.choice((" uk", " u k")))
    )
    return f"{said} at {where}"


def email_zh_spoken(rng: Random) -> str:
    local = rng.choice((rng.choice(FIRST).lower(), rng.choice(FIRST).lower() + digits(rng, 3), digits(rng, 8)))
    if rng.random() < 0.3:
        local = " ".join(local)
    at = rng.choice(("艾特", " at ", "@", "圈a"))
    domain = rng.choice(("qq点com", "一六三点com", "163点com", "gmail点com", "126点com"))
    return f"{local}{at}{domain}"


def _resident(rng: Random) -> str:
    area = rng.choice(("110105", "310115", "440106", "440305", "330106", "510107"))
    body = f"{area}{rng.randint(1950, 2004)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{digits(rng, 3)}"
    check: str = ric.calc_check_digit(body + "0")
    return body + check


def resident_written(rng: Random) -> str:
    number = _resident(rng)
    return _grouped(rng, number, rng.choice(((), (6, 8))), (" ", ""))


def resident_spoken(rng: Random) -> str:
    return say_digits_zh(rng, _resident(rng))


def _insurance(rng: Random) -> str:
    return _letters(rng, 2, "ABCEGHJKLMNPRSTWXYZ") + digits(rng, 6) + rng.choice("ABCD")


def national_id_written(rng: Random) -> str:
    number = _insurance(rng)
    social = f"{rng.randint(100, 665)}{rng.choice('-- ')}{rng.randint(10, 99)}"
    spaced = f"{number[:2]} {number[2:4]} {number[4:6]} {number[6:8]} {number[8]}"
    return rng.choice((number, spaced, number.lower(), f"{social}-{digits(rng, 4)}", digits(rng, 9, first="4")))


def national_id_spoken(rng: Random) -> str:
    return say_mixed(rng, _insurance(rng)) if rng.random() < 0.5 else say_digits(rng, digits(rng, 9, first="5"))


def passport_written(rng: Random) -> str:
    return rng.choice((digits(rng, 9), _letters(rng, 1) + digits(rng, 8), _letters(rng, 2) + digits(rng, 7)))


def passport_spoken(rng: Random) -> str:
    return say_mixed(rng, passport_written(rng))


def reference_written(rng: Random) -> str:
    return rng.choice((_letters(rng, 2) + digits(rng, 6), f"{_letters(rng, 3)}-{digits(rng, 5)}", digits(rng, 7),
                       _letters(rng, 1) + digits(rng, 4) + _letters(rng, 1)))  # fmt: skip


def reference_spoken(rng: Random) -> str:
    return say_mixed(rng, _letters(rng, 2) + digits(rng, 5))


def postcode_written(rng: Random) -> str:
    area = rng.choice(("SW", "M", "B", "LS", "CF", "EH", "N", "BS", "G")) + rng.choice(("1", "7", "11", "4"))
    inward = digits(rng, 1) + _letters(rng, 2, "ABDEFGHJLNPQRSTUWXYZ")
    code = f"{area} {inward}"
    return rng.choice(
        (code, code, code.replace(" ", ""), code.lower(), digits(rng, 5), f"{digits(rng, 5)}-{digits(rng, 4)}")
    )


def postcode_spoken(rng: Random) -> str:
    code = postcode_written(rng).replace(" ", "").replace("-", "").upper()
    return say_mixed(rng, code) if not code.isdigit() else say_digits(rng, code)


def address_written(rng: Random) -> str:
    street = f"{rng.randint(1, 250)}{rng.choice(('', '', '', 'b'))} {rng.choice(_STREETS)} {rng.choice(_STREET_TYPES)}"
    return rng.choice((street, f"Flat {rng.randint(1, 20)}, {street}", f"{street}, {rng.choice(_TOWNS)}",
                       f"{street}, {rng.choice(_TOWNS)} {postcode_written(rng)}"))  # fmt: skip


def address_spoken(rng: Random) -> str:
    number = str(rng.randint(2, 99))
    street = (
        f"{_two(number) if len(number) == 2 else _WORDS[number]} {rng.choice(_STREETS)} {rng.choice(_STREET_TYPES)}"
    )
    return rng.choice((street, f"flat {_WORDS[rng.choice('123456789')]} {street}", street)).lower()


def address_zh(rng: Random) -> str:
    place = rng.choice(_PLACES_ZH)
    return place + rng.choice((f"{rng.randint(1, 300)}号",
    f"{rng.randint(1, 99)}号{rng.randint(1, 9)}单元{rng.randint(101, 999)}室",
                               f"{rng.randint(1, 60)}号楼{rng.randint(101, 999)}"))  # fmt: skip


def birth_written(rng: Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1930, 2005)
    name = _MONTHS[month - 1]
    return rng.choice((f"{day:02d}/{month:02d}/{year}", f"{day} {name} {year}", f"{name} {day}, {year}",
    f"{year}-{month:02d}-{day:02d}",
                       f"{day}.{month}.{year}", f"{day}-{month}-{year % 100:02d}",
                       f"{day}th of {name} {year}"))  # fmt: skip


def birth_spoken(rng: Random) -> str:
    day, month, year = rng.randint(1, 28), rng.choice(_MONTHS).lower(), str(rng.randint(1930, 1999))
    spoken = f"nineteen {_two(year[2:])}"
    return rng.choice((f"the {_ORDINALS[day - 1]} of {month} {spoken}", f"{month} the {_ORDINALS[day - 1]} {spoken}",
                       f"{month} {_ORDINALS[day - 1]} {spoken}",
                       f"the {_ORDINALS[day - 1]} of {month} {_two(year[2:])}"))  # fmt: skip


def birth_zh(rng: Random) -> str:
    year, month, day = rng.randint(1940, 2005), rng.randint(1, 10), rng.randint(1, 10)
    signs = "零一二三四五六七八九十"
    said = "".join(_CHINESE[digit] for digit in str(year))
    return rng.choice(
        (f"{year}年{month}月{day}日", f"{said}年{signs[month]}月{signs[day]}号", f"{year}-{month:02d}-{day:02d}")
    )


def name_written(rng: Random) -> str:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    return rng.choice((f"{first} {last}", f"{first} {last}", first, f"{first} {rng.choice('ABCDEJMP')}. {last}",
                       f"{first} {rng.choice(FIRST)} {last}", f"{first} {last}-{rng.choice(LAST)}"))  # fmt: skip


def name_spoken(rng: Random) -> str:
    first, last = rng.choice(FIRST).lower(), rng.choice(LAST).lower()
    return rng.choice((f"{first} {last}", f"{first} {last}", first))


def name_zh(rng: Random) -> str:
    return rng.choice(_NAMES_ZH)


Reach = tuple[str, str]
"""Language, and "written" or "spoken"."""

FORMS: dict[str, dict[Reach, Form]] = {
    "card": {("en", "written"): card_written, ("en", "spoken"): lambda rng: say_digits(rng, _card(rng)),
             ("zh", "written"): card_written, ("zh", "spoken"): lambda rng: say_digits_zh(rng, _card(rng))},
    "account": {("en", "written"): account_written, ("en", "spoken"): lambda rng: say_digits(rng, digits(rng, 8)),
                ("zh", "written"): lambda rng: digits(rng, 12), ("zh",
                "spoken"): lambda rng: say_digits_zh(rng, digits(rng, 12))},
    "iban": {("en", "written"): iban_written, ("en", "spoken"): lambda rng: say_mixed(rng, _iban(rng))},
    "code": {("en", "written"): code_written,
             ("en", "spoken"): lambda rng: say_digits(rng, digits(rng, rng.choice((4, 6, 6)))),
             ("zh", "written"): lambda rng: digits(rng, rng.choice((4, 6))),
             ("zh", "spoken"): lambda rng: say_digits_zh(rng, digits(rng, rng.choice((4, 6))))},
    "security_code": {("en", "written"): security_code, ("en",
    "spoken"): lambda rng: say_digits(rng, security_code(rng)),
                      ("zh", "written"): security_code, ("zh",
                      "spoken"): lambda rng: say_digits_zh(rng, security_code(rng))},
    "phone": {("en", "written"): phone_written, ("en", "spoken"): phone_spoken,
              ("zh", "written"): phone_zh, ("zh", "spoken"): phone_zh_spoken},
    "email": {("en", "written"): email_written, ("en", "spoken"): email_spoken,
              ("zh", "written"): lambda rng: "@".join(_email(rng)), ("zh", "spoken"): email_zh_spoken},
    "national_id": {("en", "written"): national_id_written, ("en", "spoken"): national_id_spoken,
                    ("zh", "written"): resident_written, ("zh", "spoken"): resident_spoken},
    "passport": {("en", "written"): passport_written, ("en", "spoken"): passport_spoken,
                 ("zh", "written"): lambda rng: rng.choice("EG") + digits(rng, 8)},
    "reference": {("en", "written"): reference_written, ("en", "spoken"): reference_spoken,
                  ("zh", "written"): lambda rng: digits(rng, 10)},
    "postcode": {("en", "written"): postcode_written, ("en", "spoken"): postcode_spoken,
                 ("zh", "written"): lambda rng: digits(rng, 6)},
    "address": {("en", "written"): address_written, ("en", "spoken"): address_spoken, ("zh", "written"): address_zh},
    "date_of_birth": {("en", "written"): birth_written, ("en", "spoken"): birth_spoken, ("zh", "written"): birth_zh},
    "name": {("en", "written"): name_written, ("en", "spoken"): name_spoken, ("zh", "written"): name_zh},
}  # fmt: skip
