"""The kinds of rules, each a module with `Keys` (what its YAML may hold besides) and `run(rule, seen)`.

A new kind is one module and one line here; a rule file that names another kind is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from campaign.noun import Noun
from policies.checks import conditional, existence, presence
from policies.rule import Rule
from policies.seen import Hit, Seen

_MODULES: dict[str, Any] = {
    "conditional": conditional,
    "existence": existence,
    "presence": presence,
}

KINDS: dict[str, Callable[[Rule, Seen], Iterator[Hit]]] = {
    name: module.run for name, module in _MODULES.items()
}
KEYS: dict[str, type[Noun]] = {name: module.Keys for name, module in _MODULES.items()}
