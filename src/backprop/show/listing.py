"""Show the code that a chapter runs, as it stands in the package."""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Listing:
    """Source code that notebooks and pages show highlighted."""

    code: str

    def __repr__(self) -> str:
        return self.code

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```"


def show_code(*functions: Callable[..., object]) -> Listing:
    """Return the source of the functions, methods or classes, without docstrings and decorators.

    >>> from backprop import SGD
    >>> show_code(SGD.step)
    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        return [W - self.lr * dW for W, dW in zip(parameters, gradients, strict=True)]
    """
    if not functions:
        raise ValueError("functions must be at least one, got none")
    return Listing("\n\n".join(without_docstring(function) for function in functions))


def without_docstring(function: Callable[..., object]) -> str:
    """Return the source of a function less its docstring and decorators."""
    try:
        source = dedent(inspect.getsource(function))
        definition = ast.parse(source).body[0]
    except (OSError, TypeError, SyntaxError):  # no text, none in Python, a part of a line
        definition = None
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    nameless = getattr(function, "__name__", "<lambda>") == "<lambda>"
    if nameless or not isinstance(definition, kinds):
        expected = "functions, methods or classes with a name that were written in Python"
        raise ValueError(f"functions must be {expected}, got {function!r}")
    lines = source.splitlines()
    if ast.get_docstring(definition) is not None:
        docstring = definition.body[0]
        del lines[docstring.lineno - 1 : docstring.end_lineno]
    return "\n".join(lines[definition.lineno - 1 :]).strip()
