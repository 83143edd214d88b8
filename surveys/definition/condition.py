"""An expression as a definition holds it: its text, parsed once, compiled when it is first asked."""

from functools import cached_property
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from surveys.expression.evaluate import Env, Value, compile_expression, truth
from surveys.expression.parse import BadExpression, parse
from surveys.expression.tree import references


class Expression:
    """A condition, a limit or a calculation, written as XLSForm writes it. Equal texts are equal expressions."""

    def __init__(self, text: str) -> None:
        """Raises `ValueError`, naming the column and the remedy."""
        self.text = text.strip()
        try:
            self.tree = parse(self.text)
        except BadExpression as fault:
            raise ValueError(f"“{self.text[:80]}” cannot be read at character {fault.at}: {fault.what}") from None

    @cached_property
    def _run(self) -> Any:
        return compile_expression(self.tree)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names whose answers it asks for."""
        return references(self.tree)

    def value(self, env: Env) -> Value:
        """What it comes to; empty where it cannot be worked out. Never raises."""
        value: Value = self._run(env)
        return value

    def holds(self, env: Env) -> bool:
        """Whether it is true."""
        return truth(self.value(env))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In a file it is a text."""
        text = core_schema.str_schema(min_length=1, max_length=2000)
        return core_schema.no_info_after_validator_function(
            cls, text, serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.text)
        )
