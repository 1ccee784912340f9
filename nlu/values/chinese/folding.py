"""Full-width and traditional characters -> the ones the readers know, each at its place. Pure."""

_TRADITIONAL = "萬億兩點週後禮個塊銀鐘號幾們這裡負佰仟壹貳叁參贰陆肆伍陸柒捌玖拾過來當時間電話兒從開"
_SIMPLIFIED = "万亿两点周后礼个块银钟号几们这里负百千一二三三二六四五六七八九十过来当时间电话儿从开"
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED) | {
    wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
} | str.maketrans("：／．％＋－，＠＿（）〇", ":/.%+-,@_()零")  # fmt: skip


class Characters(str):
    """A folded sentence, with what readers have found at each of its places already (see `numbers.once`)."""

    found: dict[int, object]

    def __new__(cls, text: str) -> "Characters":
        """Nothing is found yet."""
        made = super().__new__(cls, text)
        made.found = {}
        return made


def without_spaces(plain: str) -> tuple[str, tuple[int, ...]]:
    """`plain` without the spaces beside Chinese characters, and the place of every character that is left.

    Nothing ("" and ()) when there is no space in it.
    """
    if " " not in plain:
        return "", ()
    places = tuple(
        at
        for at, sign in enumerate(plain)
        if sign != " " or not (_is_chinese(plain[at - 1 : at]) or _is_chinese(plain[at + 1 : at + 2]))
    )
    return Characters("".join(plain[at] for at in places)), places


def _is_chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def fold(text: str) -> Characters:
    """`text` in simplified characters with half-width figures, letters and signs; of the same length."""
    return Characters(text.translate(_TABLE))
