"""One OpenAI-compatible endpoint: ask in the strictest form it honours, parse and validate ourselves.

`with_structured_output` is not used: over its modes a refusal, a cut-off answer or prose come back as None,
or lose the text that a repair would need. The mode that worked is remembered: json_schema, then json_object,
then plain words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import openai
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr, ValidationError

from agents.llm.failures import ENVELOPE_ERRORS, NoAnswer, classify

if TYPE_CHECKING:
    from agents.llm.answers import ModelAnswer

Mode = Literal["json_schema", "json_object", "plain"]
MODES: tuple[Mode, ...] = ("json_schema", "json_object", "plain")
DEFAULT_MODEL = "gpt-5-mini"
SECONDS = 45
RETRIES = 1
UNMETERED_TOKENS = 2_000  # charged where an endpoint reports no usage, so that a budget always ends
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)
A = TypeVar("A", bound="ModelAnswer")


class Endpoint:
    """A metered way to one model.

    Args:
        environment: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `VALLUM_MODEL`.
        tokens: how many tokens may be spent before `over_budget` answers every question.
        seconds: how long one answer may take.
    """

    def __init__(
        self, environment: Mapping[str, str], *, tokens: int = 400_000, seconds: float = SECONDS
    ) -> None:
        self.model = environment.get("VALLUM_MODEL") or DEFAULT_MODEL
        self.tokens_left = tokens
        self._mode = 0
        self._chat = ChatOpenAI(
            model=self.model,
            api_key=SecretStr(environment.get("OPENAI_API_KEY") or "none"),
            base_url=environment.get("OPENAI_BASE_URL") or None,
            timeout=seconds,
            max_retries=RETRIES,
        )

    def ask(self, instruction: str, material: Mapping[str, Any], shape: type[A]) -> A:
        """Ask once, repair once.

        Args:
            instruction: what to do, ours. material: what it is about, as JSON; data, never instruction.
            shape: what the answer must be.

        Raises:
            NoAnswer: nothing usable came, with the kind of failure.
        """
        asked: list[BaseMessage] = [
            SystemMessage(
                f"{instruction}\n\nThe answer's JSON schema:\n{json.dumps(shape.model_json_schema())}"
            ),
            HumanMessage(json.dumps(material, ensure_ascii=False)),
        ]
        text = self._say(asked, shape)
        try:
            return shape.model_validate_json(_json_in(text))
        except ValidationError as wrong:
            repair = HumanMessage(
                f"That does not fit: {_first_fault(wrong)} Answer again with the JSON alone."
            )
            again = self._say([*asked, AIMessage(text), repair], shape)
        try:
            return shape.model_validate_json(_json_in(again))
        except ValidationError as wrong:
            raise NoAnswer("unusable", _first_fault(wrong)) from wrong

    def _say(self, messages: list[BaseMessage], shape: type[ModelAnswer]) -> str:
        """One exchange, stepping down a mode where the endpoint does not take the stricter one."""
        if self.tokens_left <= 0:
            raise NoAnswer("over_budget")
        while True:
            try:
                return self._exchange(messages, shape)
            except openai.OpenAIError as error:
                kind = classify(error)
                if kind != "unsupported" or self._mode == len(MODES) - 1:
                    raise NoAnswer(kind, _short(error)) from error
                self._mode += 1
            except ValidationError as error:
                # In json_schema mode the client itself parses; prose or fences there mean that the
                # endpoint ignores the schema, and a looser mode leaves the text to us.
                if self._mode == len(MODES) - 1:
                    raise NoAnswer("unusable", _first_fault(error)) from error
                self._mode += 1
            except ENVELOPE_ERRORS as error:
                raise NoAnswer("envelope", type(error).__name__) from error

    def _exchange(self, messages: list[BaseMessage], shape: type[ModelAnswer]) -> str:
        answer = self._chat.bind(**_response_format(MODES[self._mode], shape)).invoke(messages)
        used = answer.usage_metadata["total_tokens"] if answer.usage_metadata else 0
        self.tokens_left -= used or UNMETERED_TOKENS
        finish = answer.response_metadata.get("finish_reason")
        if answer.additional_kwargs.get("refusal"):
            raise NoAnswer("refused")
        if finish == "length":
            raise NoAnswer("cut_off")
        if finish == "content_filter":
            raise NoAnswer("filtered")
        text = answer.text if isinstance(answer.text, str) else str(answer.text)
        if not text.strip():
            raise NoAnswer("envelope", "empty content")
        return text


def _response_format(mode: Mode, shape: type[ModelAnswer]) -> dict[str, Any]:
    if mode == "plain":
        return {}
    if mode == "json_object":
        return {"response_format": {"type": "json_object"}}
    schema = {"name": shape.__name__, "schema": shape.model_json_schema(), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _json_in(text: str) -> str:
    """The JSON object inside an answer: without thoughts, inside fences where there are any."""
    spoken = _THOUGHT.sub("", text)
    fenced = _FENCE.search(spoken)
    body = fenced[1] if fenced else spoken
    start, end = body.find("{"), body.rfind("}")
    return body[start : end + 1] if 0 <= start < end else body


def _first_fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'the answer'}: {first['msg']}."


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
