"""Workflow expressions: what stands between `${{` and `}}`, and in `if:`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.playground.ci.functions import Broken, Scope, call
from bot.playground.ci.values import Value, equal, is_list, less, text_of, truthy

Meaning = Callable[[Scope], Value]
STATUS_FUNCTIONS = frozenset({"always", "success", "failure", "cancelled"})

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>0x[0-9a-fA-F]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>==|!=|<=|>=|&&|\|\||[<>!().,\[\]*]))"
)
_INSERTED = re.compile(r"\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")
_LITERALS: Mapping[str, Value] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Token:
    """One word or sign of an expression."""

    kind: str
    text: str


class _Several(list["Value"]):
    """What `.*` gives: the next property is asked of every item."""


class Parser:
    """Reads one expression from left to right, loosest binding first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.functions: set[str] = set()
        self._tokens = _tokens(text)
        self._at = 0

    def parse(self) -> Meaning:
        meaning = self._either()
        if self._peek() is not None:
            raise Broken(f"Unexpected symbol: '{self._tokens[self._at].text}' in expression: {self.text}")
        return meaning

    def _peek(self) -> str | None:
        return self._tokens[self._at].text if self._at < len(self._tokens) else None

    def _take(self) -> Token:
        if self._at >= len(self._tokens):
            raise Broken(f"Unexpected end of expression: {self.text}")
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip(self, *signs: str) -> str | None:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or token.kind != "sign" or token.text not in signs:
            return None
        self._at += 1
        return token.text

    def _expect(self, sign: str) -> None:
        if self._skip(sign) is None:
            found = self._peek() or "the end"
            raise Broken(f"Expected '{sign}' but found '{found}' in expression: {self.text}")

    def _either(self) -> Meaning:
        left = self._both()
        while self._skip("||"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Meaning:
        left = self._equality()
        while self._skip("&&"):
            left = _and(left, self._equality())
        return left

    def _equality(self) -> Meaning:
        left = self._order()
        while sign := self._skip("==", "!="):
            left = _compare(sign, left, self._order())
        return left

    def _order(self) -> Meaning:
        left = self._negation()
        while sign := self._skip("<", "<=", ">", ">="):
            left = _compare(sign, left, self._negation())
        return left

    def _negation(self) -> Meaning:
        if self._skip("!"):
            inner = self._negation()
            return lambda scope: not truthy(inner(scope))
        return self._properties()

    def _properties(self) -> Meaning:
        meaning = self._primary()
        while sign := self._skip(".", "["):
            if self._skip("*"):
                meaning = _all(meaning)
            elif sign == ".":
                meaning = _property(meaning, _constant(self._take().text))
            else:
                meaning = _property(meaning, self._either())
            if sign == "[":
                self._expect("]")
        return meaning

    def _primary(self) -> Meaning:
        if self._skip("("):
            inner = self._either()
            self._expect(")")
            return inner
        token = self._take()
        match token.kind:
            case "text":
                return _constant(token.text[1:-1].replace("''", "'"))
            case "number":
                return _constant(_number(token.text))
            case "name" if self._skip("("):
                return self._call(token.text)
            case "name" if token.text in _LITERALS:
                return _constant(_LITERALS[token.text])
            case "name":
                return _context(token.text.lower())
        raise Broken(f"Unexpected symbol: '{token.text}' in expression: {self.text}")

    def _call(self, name: str) -> Meaning:
        self.functions.add(name.lower())
        arguments: list[Meaning] = []
        while not self._skip(")"):
            arguments.append(self._either())
            if self._skip(",") is None:
                self._expect(")")
                break
        return lambda scope: call(name, [argument(scope) for argument in arguments], scope)


def evaluate(text: str, scope: Scope) -> Value:
    """What an expression, without its braces, gives."""
    return Parser(text).parse()(scope)


def insert(text: str, scope: Scope) -> str:
    """The text with each `${{ expression }}` replaced by what it gives."""
    return _INSERTED.sub(lambda found: text_of(evaluate(found.group(1), scope)), text)


def resolve(value: Value, scope: Scope) -> Value:
    """A field's value: a text that is one expression keeps that expression's kind."""
    if isinstance(value, str):
        whole = _INSERTED.fullmatch(value.strip())
        return evaluate(whole.group(1), scope) if whole else insert(value, scope)
    if isinstance(value, Mapping):
        return {key: resolve(item, scope) for key, item in value.items()}
    if value is not None and not isinstance(value, bool | int | float):
        return [resolve(item, scope) for item in value]
    return value


def holds(condition: str, scope: Scope) -> bool:
    """Whether an `if:` lets its job or step run; without a status function it also wants success()."""
    text = condition.strip()
    whole = _INSERTED.fullmatch(text)
    if whole is None and "${{" in text:
        return scope.status == "success" and truthy(insert(text, scope))
    parser = Parser(whole.group(1) if whole else text or "success()")
    meaning = parser.parse()
    if not parser.functions & STATUS_FUNCTIONS and scope.status != "success":
        return False
    return truthy(meaning(scope))


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise Broken(f"Unexpected symbol: '{text[at:].strip()[:20]}' in expression: {text.strip()}")
        tokens.append(Token(found.lastgroup, found.group(found.lastgroup)))
        at = found.end()
    return tokens


def _number(text: str) -> Value:
    return int(text, 16) if text.startswith("0x") else float(text)


def _constant(value: Value) -> Meaning:
    return lambda _: value


def _context(name: str) -> Meaning:
    def meaning(scope: Scope) -> Value:
        if name not in scope.contexts:
            raise Broken(f"Unrecognized named-value: '{name}'")
        return scope.contexts[name]

    return meaning


def _or(left: Meaning, right: Meaning) -> Meaning:
    def meaning(scope: Scope) -> Value:
        value = left(scope)
        return value if truthy(value) else right(scope)

    return meaning


def _and(left: Meaning, right: Meaning) -> Meaning:
    def meaning(scope: Scope) -> Value:
        value = left(scope)
        return right(scope) if truthy(value) else value

    return meaning


def _compare(sign: str, left: Meaning, right: Meaning) -> Meaning:
    def meaning(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        match sign:
            case "==":
                return equal(one, other)
            case "!=":
                return not equal(one, other)
            case "<":
                return less(one, other)
            case ">":
                return less(other, one)
            case "<=":
                return less(one, other) or equal(one, other)
            case _:
                return less(other, one) or equal(one, other)

    return meaning


def _property(of: Meaning, name: Meaning) -> Meaning:
    def meaning(scope: Scope) -> Value:
        owner, key = of(scope), name(scope)
        if isinstance(owner, _Several):
            found = [_look_up(item, key) for item in owner]
            return _Several(item for item in found if item is not None)
        return _look_up(owner, key)

    return meaning


def _look_up(owner: Value, key: Value) -> Value:
    if isinstance(owner, Mapping):
        wanted = text_of(key).lower()
        return next((item for name, item in owner.items() if name.lower() == wanted), None)
    if is_list(owner) and isinstance(owner, list) and isinstance(key, int | float):
        return owner[int(key)] if 0 <= key < len(owner) else None
    return None


def _all(of: Meaning) -> Meaning:
    def meaning(scope: Scope) -> Value:
        owner = of(scope)
        if isinstance(owner, Mapping):
            return _Several(owner.values())
        return _Several(owner) if isinstance(owner, list) else _Several()

    return meaning
