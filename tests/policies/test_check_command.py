"""`vallum check`: every kind of file, folders, standard input, batches, exit codes and SARIF."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from campaign.errors import BadInput, Unreadable
from tests.policies.checked_files import BLOCKED, CLEAN, FOOTER, LENDER, case, rules, run, write


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.markdown", "a.html", "a.htm"])
def test_plain_files_are_bodies(tmp_path: Path, name: str) -> None:
    passed = run(write(tmp_path, name, CLEAN))
    assert (passed.exit_code, passed.document["verdict"]) == (0, "pass")
    stopped = run(write(tmp_path, name, BLOCKED))
    assert (stopped.exit_code, stopped.document["verdict"]) == (1, "block")
    assert "udaap.guaranteed-approval" in rules(stopped)


def test_a_letter_is_read_with_its_subject(tmp_path: Path) -> None:
    letter = (
        f"From: home@cedarandmain.example\nSubject: Re: your application\nContent-Type: text/plain\n\n{CLEAN}"
    )
    answer = run(write(tmp_path, "letter.eml", letter))
    assert answer.exit_code == 1
    (finding,) = [
        one for one in answer.document["pieces"][0]["findings"] if one["rule"] == "can-spam.deceptive-subject"
    ]
    assert finding["field"] == "subject"


def test_rows_of_a_csv_are_pieces(tmp_path: Path) -> None:
    rows = 'id,channel,states,body\n"r1",web,ID,"{}"\n"r2",web,ID;CA,"{}"\n'
    answer = run(write(tmp_path, "ads.csv", rows.format(CLEAN, CLEAN)))
    assert [one["id"] for one in answer.document["pieces"]] == ["r1", "r2"]
    assert "ca.license-legend" not in rules(answer, 0)
    assert "ca.license-legend" in rules(answer, 1)


def test_cases_bring_their_own_channel_and_moment(tmp_path: Path) -> None:
    consent = {"sms_written": True, "send_at": "2026-11-24T22:15:00", "timezone": "America/Boise"}
    text = "Cedar & Main, NMLS ID #1999901: coffee? Equal Housing Opportunity. Reply STOP to opt out."
    late = case(text, channel="sms", consent=consent)
    assert "tcpa.quiet-hours" in rules(run(write(tmp_path, "one.json", late)))
    lines = f"{case('Talk to us about buying.')}\n\n{late}\n"
    answer = run(write(tmp_path, "two.jsonl", lines))
    assert len(answer.document["pieces"]) == 2
    assert answer.exit_code == 1


def test_a_folder_is_walked_and_knows_its_kinds(tmp_path: Path) -> None:
    (tmp_path / "drafts/old").mkdir(parents=True)
    write(tmp_path / "drafts", "b.md", CLEAN)
    write(tmp_path / "drafts/old", "a.txt", BLOCKED)
    write(tmp_path / "drafts", "logo.svg", "<svg/>")
    answer = run(tmp_path / "drafts")
    assert [Path(one["id"]).name for one in answer.document["pieces"]] == ["b.md", "a.txt"]
    assert answer.exit_code == 1
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BadInput, match="holds no text"):
        run(empty)


def test_standard_input_is_a_file_called_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BLOCKED.encode())))
    answer = run("-", form="json")
    assert (answer.exit_code, answer.document["pieces"][0]["id"]) == (1, "-")


def test_lines_lead_to_line_and_column(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", f"One line.\nWe offer guaranteed approval.\n\n{FOOTER}\n")
    shown = [str(line) for line in run(file).view()]
    assert any(line.startswith(f"{file}:2:10: block udaap.guaranteed-approval") for line in shown)
    assert shown[-1].startswith("1 checked: 1 blocked, 0 to look at, 0 pass (")


def test_a_warning_alone_exits_0(tmp_path: Path) -> None:
    text = CLEAN.replace("Equal Housing Opportunity. ", "")
    answer = run(write(tmp_path, "a.txt", text))
    assert (answer.exit_code, answer.document["verdict"]) == (0, "warn")
    assert "equal-housing.missing" in rules(answer)


def test_nothing_or_two_things_to_check_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", CLEAN)
    with pytest.raises(BadInput, match="Nothing to check"):
        run()
    with pytest.raises(BadInput, match="two things"):
        run(file, batch=str(file))
    with pytest.raises(BadInput, match="is no format"):
        run(file, form="xml")
    with pytest.raises(BadInput, match="neither a file nor a folder"):
        run(tmp_path / "absent.txt")
    with pytest.raises(BadInput, match="is no file"):
        run(file, lender=tmp_path / "absent.toml")
    with pytest.raises(Unreadable):
        run(file, channel="billboard")
    (tmp_path / "odd.txt").write_bytes(b"caf\x81")
    with pytest.raises(Unreadable, match=r"no UTF-8 text \(line 1 holds the byte 0x81\)"):
        run(tmp_path / "odd.txt")


def test_a_batch_answers_every_line_and_no_unreadable_line_passes(tmp_path: Path) -> None:
    lines = [
        case("Talk to us about buying."),
        "not json",
        "",
        '{"id": "c-4", "channel": "web"}',
        '{"id": "c-5", "channel": "web", "fields": {"body": "x"}, "states": ["ZZ"]}',
        "[1, 2]",
        '{"id": "c-7", "chanel": "web", "channel": "web", "fields": {"body": "x"}}',
        "[" * 20_000,
        case("Guaranteed approval for all.", id="c-9"),
    ]
    answer = run(batch=str(write(tmp_path, "cases.jsonl", "\n".join(lines) + "\n")))
    assert answer.lines
    assert answer.exit_code == 1
    assert [one["id"] for one in answer.document] == ["c-1", 2, 3, "c-4", "c-5", 6, "c-7", 8, "c-9"]
    assert [one["verdict"] for one in answer.document] == ["pass", *["block"] * 8]
    unreadable = [one for one in answer.document if one["findings"][0]["rule"] == "engine.unreadable"]
    assert len(unreadable) == 7
    assert all(finding["citation"] for one in answer.document for finding in one["findings"])


def test_only_a_line_feed_ends_a_line_of_a_batch(tmp_path: Path) -> None:
    text = "".join(f"One{sign}two. " for sign in "\u2028\u2029\x85\x0b\x0c\x1c")
    whole = json.loads(case(text))
    line = json.dumps(whole, ensure_ascii=False).replace("\\u000b", "\u2028")
    lines = [line, case("Talk to us.", id="c-2")]
    for ending in ("\n", "\r\n"):
        answer = run(batch=str(write(tmp_path, "cases.jsonl", ending.join(lines) + ending)))
        assert [one["id"] for one in answer.document] == ["c-1", "c-2"]
    assert len(run(write(tmp_path, "more.jsonl", "\n".join(lines) + "\n")).document["pieces"]) == 2


def test_half_a_character_is_said_in_a_sentence(tmp_path: Path) -> None:
    answer = run(batch=str(write(tmp_path, "cases.jsonl", case("\ud800") + "\n")))
    (found,) = answer.document
    assert (found["id"], found["verdict"]) == ("c-1", "block")
    assert "lone surrogate" in found["findings"][0]["message"]


def test_a_text_without_end_blocks_at_once(tmp_path: Path) -> None:
    answer = run(batch=str(write(tmp_path, "cases.jsonl", case("lowest rate " * 200_000) + "\n")))
    (finding,) = answer.document[0]["findings"]
    assert (finding["rule"], finding["severity"]) == ("engine.unreadable", "block")


def test_a_lender_whose_licences_have_all_lapsed_may_advertise_nowhere(tmp_path: Path) -> None:
    answer = run(write(tmp_path, "a.txt", CLEAN), state=None, as_of="2027-05-01")
    assert "state.unlicensed" in rules(answer)
    assert answer.exit_code == 1


def test_a_batch_without_blocks_exits_0(tmp_path: Path) -> None:
    answer = run(batch=str(write(tmp_path, "cases.jsonl", case("Talk to us about buying.") + "\n")))
    assert (answer.exit_code, len(answer.document)) == (0, 1)


def test_the_same_text_gives_the_same_report(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", BLOCKED)
    assert run(file).document == run(file).document


def test_sarif_places_findings_in_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", BLOCKED)
    log = run(file, form="sarif").document
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (only,) = log["runs"]
    declared = only["tool"]["driver"]["rules"]
    assert only["tool"]["driver"]["name"] == "vallum"
    assert {result["level"] for result in only["results"]} <= {"error", "warning", "note"}
    for result in only["results"]:
        assert declared[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == file.as_uri()
    (found,) = [one for one in only["results"] if one["ruleId"] == "udaap.guaranteed-approval"]
    region = found["locations"][0]["physicalLocation"]["region"]
    start = region["charOffset"]
    assert BLOCKED[start : start + region["charLength"]] == "Guaranteed approval"
    assert found["level"] == "error"
    assert json.loads(json.dumps(log)) == log


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    cases = write(tmp_path, "cases.jsonl", case("Talk to us.") + "\n")
    for options in ({"batch": str(cases), "fix": True}, {"batch": str(cases), "form": "sarif"}):
        with pytest.raises(BadInput):
            run(**options)
    with pytest.raises(BadInput, match="mends files"):
        run("-", fix=True)


def test_a_batch_comes_through_standard_input_too(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\ufeff" + case("Talk to us about buying.") + "\r\n" + case("Guaranteed approval.", id="c-2")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    answer = run(batch="-")
    assert [(one["id"], one["verdict"]) for one in answer.document] == [("c-1", "pass"), ("c-2", "block")]


def test_sarif_stays_sarif_where_json_is_asked_for_as_well(tmp_path: Path) -> None:
    file = write(tmp_path, "a.txt", CLEAN)
    assert run(file, form="sarif", as_json=True).document["version"] == "2.1.0"
    assert run(file, as_json=True).as_json


def test_a_lender_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    marked = tmp_path / "lender.toml"
    marked.write_bytes(b"\xef\xbb\xbf" + LENDER.read_bytes())
    assert run(write(tmp_path, "a.txt", CLEAN), lender=marked).exit_code == 0
