"""The stages of the drills by the names that commands take: "chain", or "chain.2"."""

from collections.abc import Sequence

from backprop.explorers.practice.levels import LEVELS

Stage = tuple[str, int]  # a level, and which of its stages, from 0


def stages_of(levels: Sequence[str]) -> list[Stage]:
    """Return the stages that are meant: "chain" has all of its own, "chain.2" is the second."""
    found: list[Stage] = []
    for text in levels:
        level, dot, number = text.partition(".")
        numbers = [str(k) for k in range(1, len(LEVELS.get(level, ())) + 1)]
        if not numbers or (dot and number not in numbers):
            known = ", ".join(f"{name}.1 to .{len(all_)}" for name, all_ in LEVELS.items())
            raise ValueError(
                f"levels must be names such as chain, or chain.2 for its second stage, got "
                f"{text!r}; there are {known}"
            )
        found += [(level, int(k) - 1) for k in ([number] if dot else numbers)]
    if twice := [f"{level}.{k + 1}" for level, k in found if found.count((level, k)) > 1]:
        raise ValueError(f"levels must name each stage once, got {twice[0]} more than once")
    return found
