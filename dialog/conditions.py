"""Conditions of flows and responses: a small expression language over slots, parsed once and never run as Python.

    slots.amount > 0 and not slots.verified
    outcome == "unknown"
    slots.account in ["current", "savings"]
    mood == "negative"

Allowed: `slots.NAME`, `outcome`, `mood`, literals, lists, `and or not`, comparisons, `in`, `+ - * /`. Money is its
exact number; comparing an empty slot with `<` or `>` is false.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

MAX_CHARS = 500

_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class ConditionError(ValueError):
    """The text is no condition; the message says why."""


@dataclass(frozen=True)
class Condition:
    """A parsed condition; two of the same text are equal."""

    text: str
    _tree: ast.expr = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tree", _parse(self.text))

    @property
    def slots(self) -> frozenset[str]:
        """The slots it reads."""
        return frozenset(_slots(self._tree))

    def holds(self, slots: Mapping[str, object], outcome: str = "", mood: str = "neutral") -> bool:
        """Whether it is true of these slot values, the last action's outcome and the caller's mood. Never raises."""
        try:
            return bool(_value(self._tree, slots, {"outcome": outcome, "mood": mood}))
        except (TypeError, ValueError, DivisionByZero, InvalidOperation, ZeroDivisionError):
            return False


def comparable(value: object) -> object:
    """A slot's value as conditions see it: money and numbers become Decimal."""
    if isinstance(value, Mapping) and "amount" in value:
        return Decimal(str(value["amount"]))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_CHARS:
        raise ConditionError(f"longer than {MAX_CHARS} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConditionError(f"not a condition: {text!r}") from error
    _check(tree)
    return tree


def _check(node: ast.expr) -> None:
    match node:
        case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            for child in values:
                _check(child)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=child):
            _check(child)
        case ast.Compare(left=left, comparators=rest):
            for child in (left, *rest):
                _check(child)
        case ast.BinOp(left=left, right=right, op=op) if type(op) in _ARITHMETIC:
            _check(left)
            _check(right)
        case ast.Attribute(value=ast.Name(id="slots")) | ast.Name(id="outcome" | "mood"):
            pass
        case ast.Constant(value=value) if value is None or isinstance(value, str | int | float | bool):
            pass
        case ast.Name(id=name):
            raise ConditionError(f"unknown name {name!r}; known: slots.<name>, outcome, mood")
        case _:
            raise ConditionError(f"{ast.unparse(node)!r} is not allowed in a condition")


def _slots(node: ast.expr) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Attribute):
            yield child.attr


def _value(node: ast.expr, slots: Mapping[str, object], others: Mapping[str, str]) -> Any:
    match node:
        case ast.BoolOp(op=op, values=values):
            each = (bool(_value(child, slots, others)) for child in values)
            return all(each) if isinstance(op, ast.And) else any(each)
        case ast.UnaryOp(op=ast.Not(), operand=child):
            return not _value(child, slots, others)
        case ast.UnaryOp(operand=child):
            return -_value(child, slots, others)
        case ast.Compare():
            return _compare(node, slots, others)
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_value(left, slots, others), _value(right, slots, others))
        case ast.List(elts=values) | ast.Tuple(elts=values):
            return [_value(child, slots, others) for child in values]
        case ast.Attribute(attr=name):
            return comparable(slots.get(name))
        case ast.Constant(value=value):
            return comparable(value)
        case ast.Name(id=name):
            return others[name]
        case _:
            raise ConditionError(f"{ast.unparse(node)!r} is not allowed in a condition")


def _compare(node: ast.Compare, slots: Mapping[str, object], others: Mapping[str, str]) -> bool:
    left = _value(node.left, slots, others)
    for op, operand in zip(node.ops, node.comparators, strict=True):
        right = _value(operand, slots, others)
        if isinstance(op, _ORDER) and (left is None or right is None):
            return False
        if not _COMPARE[type(op)](left, right):
            return False
        left = right
    return True
