"""What can go wrong between us and a model, told apart so that each kind gets its own reaction."""

from __future__ import annotations

from typing import Literal

import openai

Kind = Literal[
    "busy", "quota", "credentials", "no_such_model", "unsupported", "too_long", "cut_off", "filtered",
    "refused", "unreachable", "envelope", "unusable", "over_budget",
]  # fmt: skip

ENVELOPE_ERRORS = (TypeError, IndexError, AttributeError, ValueError)
"""What a malformed response raises inside the client: no choices, an error in a 200, HTML, null content."""

_SAYS: dict[Kind, str] = {
    "busy": "the endpoint is overloaded",
    "quota": "the account's quota is used up",
    "credentials": "the key was refused",
    "no_such_model": "the endpoint does not know the model",
    "unsupported": "the endpoint refused the request",
    "too_long": "the request is longer than the model reads",
    "cut_off": "the answer was cut off at its length limit",
    "filtered": "a content filter stopped the answer",
    "refused": "the model declined",
    "unreachable": "the endpoint did not answer",
    "envelope": "the endpoint's response has no answer in it",
    "unusable": "the answer does not fit what was asked, even after one repair",
    "over_budget": "this run's model budget is spent",
}


class NoAnswer(Exception):
    """The model gave nothing usable; the caller falls back to the house mind and says so."""

    def __init__(self, kind: Kind, detail: str = "") -> None:
        self.kind = kind
        super().__init__(_SAYS[kind] + (f" ({detail})" if detail else ""))


def classify(error: openai.OpenAIError) -> Kind:
    """The kind of a protocol failure."""
    if isinstance(error, openai.LengthFinishReasonError):
        return "cut_off"
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return "filtered"
    if isinstance(error, openai.RateLimitError):
        return "quota" if "insufficient_quota" in str(error) else "busy"
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return "credentials"
    if isinstance(error, openai.NotFoundError):
        return "no_such_model"
    if isinstance(error, openai.BadRequestError):
        return _bad_request(str(error).lower())
    if isinstance(error, openai.InternalServerError):
        return "busy"
    if isinstance(error, openai.APIConnectionError):
        return "unreachable"
    # The client raises this subclass of its own error where `refusal` is set; it is told by its name,
    # since it lives in the adapter and not in the protocol package.
    return "refused" if "refus" in type(error).__name__.lower() else "envelope"


def _bad_request(words: str) -> Kind:
    if "context" in words and "length" in words:
        return "too_long"
    return "filtered" if "content_filter" in words else "unsupported"
