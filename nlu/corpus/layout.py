"""Where a file keeps what: said by whoever reads it when the file itself does not tell."""

from msgspec import Struct


class Layout(Struct, frozen=True, kw_only=True):
    """Columns by name or by number (from 1); "" for what the file tells itself.

    `text` and `label` are for tables and for the keys of JSON lines, `token` and `tag` for column files.
    """

    text: str = ""
    label: str = ""
    token: str = ""
    tag: str = ""


BY_ITSELF = Layout()
"""The file tells."""
