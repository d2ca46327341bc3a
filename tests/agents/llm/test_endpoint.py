"""Every failure of the measured table becomes an answer or a named kind, never a None and never a crash."""

from __future__ import annotations

import json

import pytest

from agents.llm.answers import ProposedThemes
from agents.llm.endpoint import Endpoint
from agents.llm.failures import NoAnswer

GOOD = {"themes": [{"segment_id": "a", "theme": "equity", "why": "They have equity."}]}
BROKEN = {"themes": [{"segment_id": "a", "theme": "lottery", "why": "x"}]}
UNSUPPORTED = (400, {"error": {"message": "response_format is not supported", "code": "unsupported"}})


def ask(server, **settings):
    return Endpoint(server.environment, **settings).ask("Choose.", {"groups": []}, ProposedThemes)


def test_asks_in_the_strict_form_and_reads_the_answer(model_server):
    model_server.script = [model_server.says(GOOD)]
    assert ask(model_server).themes[0].theme == "equity"
    assert model_server.requests[0]["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    "content",
    [
        f"<think>let me see</think>{json.dumps(GOOD)}",
        f"Here you are:\n```json\n{json.dumps(GOOD)}\n```\nGood luck",
        f"Sure. {json.dumps(GOOD)}",
    ],
    ids=["thoughts", "fences", "prose"],
)
def test_reads_json_out_of_what_gateways_put_around_it(model_server, content):
    model_server.script = [model_server.says(content)]
    assert ask(model_server).themes[0].segment_id == "a"


def test_steps_down_a_mode_where_the_endpoint_takes_no_schema_and_remembers_it(model_server):
    def only_plain(request):
        return UNSUPPORTED if "response_format" in request else model_server.says(GOOD)

    model_server.script = [only_plain]
    endpoint = Endpoint(model_server.environment)
    endpoint.ask("Choose.", {}, ProposedThemes)
    before = len(model_server.requests)
    endpoint.ask("Choose.", {}, ProposedThemes)
    assert len(model_server.requests) == before + 1


def test_one_repair_turn_shows_the_fault(model_server):
    def mended(request):
        told = request["messages"][-1]["content"]
        return model_server.says(GOOD if "does not fit" in told else "{}")

    model_server.script = [mended]
    assert ask(model_server).themes
    assert "themes" in model_server.requests[-1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda s: s.says(None, refusal="I cannot help with that."), "refused"),
        (lambda s: s.says('{"themes": [', finish="length"), "cut_off"),
        (lambda s: s.says("", finish="content_filter"), "filtered"),
        (lambda s: s.says("no json here at all"), "unusable"),
        (lambda s: s.says(BROKEN), "unusable"),
        (lambda s: s.says(""), "envelope"),
        (lambda s: {**s.says(GOOD), "choices": []}, "envelope"),
        (lambda s: {**s.says(GOOD), "choices": None}, "envelope"),
        (lambda s: {"error": {"message": "overloaded"}}, "envelope"),
        (lambda s: "<html>gateway</html>", "envelope"),
        (lambda s: (401, {"error": {"message": "bad key"}}), "credentials"),
        (lambda s: (404, {"error": {"message": "no such model"}}), "no_such_model"),
        (lambda s: (400, {"error": {"message": "maximum context length exceeded"}}), "too_long"),
        (
            lambda s: (429, {"error": {"message": "insufficient_quota", "code": "insufficient_quota"}}),
            "quota",
        ),
        (lambda s: (429, {"error": {"message": "slow down"}}), "busy"),
        (lambda s: (503, "<html>down</html>"), "busy"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_failure_is_named(model_server, answer, kind):
    model_server.script = [answer(model_server)]
    with pytest.raises(NoAnswer) as nothing:
        ask(model_server)
    assert nothing.value.kind == kind


def test_an_endpoint_that_is_not_there_is_unreachable(model_server):
    environment = {**model_server.environment, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    with pytest.raises(NoAnswer) as nothing:
        Endpoint(environment).ask("Choose.", {}, ProposedThemes)
    assert nothing.value.kind == "unreachable"


def test_a_spent_budget_asks_nothing_more(model_server):
    model_server.script = [model_server.says(GOOD)]
    endpoint = Endpoint(model_server.environment, tokens=15)
    endpoint.ask("Choose.", {}, ProposedThemes)
    with pytest.raises(NoAnswer) as nothing:
        endpoint.ask("Choose.", {}, ProposedThemes)
    assert nothing.value.kind == "over_budget"
    assert len(model_server.requests) == 1
