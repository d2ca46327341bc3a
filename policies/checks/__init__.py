"""The kinds of rules, each a module with `Keys` (what its YAML may hold besides) and `run(rule, seen)`.

A new kind is one module and one line here; a rule file that names another kind is refused. A module may
have `triggers(keys)`: the patterns without any of which the rule is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from campaign.noun import Noun
from policies.checks import (
    apr_math,
    artwork,
    balloon,
    bilingual,
    broker_lends,
    co_marketing,
    company_id,
    company_name,
    conditional,
    consent,
    conspicuous,
    cost_split,
    dated_rate,
    denied_charges,
    deposit_insurance,
    equal_housing,
    existence,
    field_lengths,
    fixed_words,
    index_date,
    licence_legend,
    licensed_states,
    licensed_words,
    licensee_particulars,
    offer_terms,
    originator_id,
    part_term,
    payment_series,
    pictured,
    postal_address,
    presence,
    quiet_hours,
    rate_may_rise,
    rate_without_apr,
    recorded_ids,
    savings,
    sender,
    staleness,
    state_ids,
    stepped_rates,
    targeting,
    telephone_records,
    trigger_terms,
    unbound,
)
from policies.rule import Rule
from policies.seen import Hit, Seen

_MODULES: dict[str, Any] = {
    "apr_math": apr_math,
    "artwork": artwork,
    "balloon": balloon,
    "bilingual": bilingual,
    "broker_lends": broker_lends,
    "co_marketing": co_marketing,
    "company_id": company_id,
    "company_name": company_name,
    "conditional": conditional,
    "consent": consent,
    "conspicuous": conspicuous,
    "cost_split": cost_split,
    "dated_rate": dated_rate,
    "denied_charges": denied_charges,
    "deposit_insurance": deposit_insurance,
    "equal_housing": equal_housing,
    "existence": existence,
    "field_lengths": field_lengths,
    "fixed_words": fixed_words,
    "index_date": index_date,
    "licence_legend": licence_legend,
    "licensed_states": licensed_states,
    "licensed_words": licensed_words,
    "licensee_particulars": licensee_particulars,
    "offer_terms": offer_terms,
    "originator_id": originator_id,
    "part_term": part_term,
    "payment_series": payment_series,
    "pictured": pictured,
    "postal_address": postal_address,
    "presence": presence,
    "quiet_hours": quiet_hours,
    "rate_may_rise": rate_may_rise,
    "rate_without_apr": rate_without_apr,
    "recorded_ids": recorded_ids,
    "savings": savings,
    "sender": sender,
    "staleness": staleness,
    "stepped_rates": stepped_rates,
    "state_ids": state_ids,
    "targeting": targeting,
    "telephone_records": telephone_records,
    "trigger_terms": trigger_terms,
    "unbound": unbound,
}

KINDS: dict[str, Callable[[Rule, Seen], Iterator[Hit]]] = {
    name: module.run for name, module in _MODULES.items()
}
KEYS: dict[str, type[Noun]] = {name: module.Keys for name, module in _MODULES.items()}


def triggers(rule: Rule) -> frozenset[Any] | None:
    """Patterns without any of which in a piece's fields the rule has nothing to say; None where it may.

    Known for kinds that only look for words, so that a piece without them costs no closer look.
    """
    of_kind: Callable[[Any], Iterable[Any] | None] | None = getattr(_MODULES[rule.kind], "triggers", None)
    found = of_kind(rule.keys) if of_kind else None
    return None if found is None else frozenset(found)
