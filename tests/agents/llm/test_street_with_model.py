"""A whole run with a model: its proposals are used, its failures leave a note, and no person's data reaches it."""

from __future__ import annotations

import json

import pytest

from agents.planning_runs import start_planning
from agents.running import advance
from approvals import queue, runs
from tests.agents.briefs import BRIEF

LETTER = (
    "Hi {{first_name}},\n\nA loan officer here can look at your loan with you and say plainly whether anything is "
    "worth changing. If nothing is, you will hear that too. Reply to this letter and we will find a time that suits "
    "you, and you keep whatever we work out on paper."
)
WORDS = {
    "subject": "A plain look at your loan",
    "preheader": "Reply, and we will find a time",
    "body": LETTER,
    "cta": "Find a time to talk",
}


def answers(server):
    """A model that answers each kind of question well enough; everything it was asked is kept."""

    def answer(request):
        schema = request["messages"][0]["content"]
        material = json.loads(request["messages"][1]["content"])
        if '"cuts"' in schema:
            cut = {"column": "note_rate", "operator": "at_least", "number": 6.5, "words": []}
            forbidden = {"column": "zip", "operator": "is", "number": None, "words": ["83702"]}
            return server.says({"cuts": [cut, forbidden]})
        if '"names"' in schema:
            names = [
                {"segment_id": group["segment_id"], "name": f"Group {chr(65 + i)}", "needs": "A plain talk."}
                for i, group in enumerate(material["groups"])
            ]
            return server.says({"names": names})
        if '"themes"' in schema:
            return server.says({"themes": []})
        fields = [
            {"field": name, "entries": [WORDS[name]]} for name in material["fields_wanted"] if name in WORDS
        ]
        return server.says({"drafts": [{"fields": fields, "angle": "a plain look"}] * 2})

    return answer


@pytest.fixture
def spoken(opened, workspace, model_server):
    model_server.script = [answers(model_server)]
    street = opened(environment=model_server.environment)
    run = start_planning(street, BRIEF)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    return street, run, model_server


def test_the_models_proposals_are_used_where_they_stand(spoken):
    street, run, _ = spoken
    parted = runs.load_segmentation(street.engine, run.run_id)
    assert parted is not None
    assert parted.mind == "model"
    assert parted.segments[0].name.startswith("Group ")
    letters = [
        item for item in queue.queue(street.engine, run_id=run.run_id) if item.piece.channel == "email"
    ]
    assert {author for item in letters for author in item.piece.authors} >= {"model loopback"}
    assert any("zip" in note for note in parted.notes), "the forbidden cut was dropped with a note"


def test_no_personal_field_ever_leaves(spoken):
    street, _, server = spoken
    sent = json.dumps(server.requests).casefold()
    with street.open_book() as book:
        contacts = book.table("contacts").select("first_name", "last_name", "email", "phone").limit(400)
        people = contacts.to_pyarrow().to_pylist()
        ids = book.table("loans").select("loan_id").limit(400).to_pyarrow().to_pylist()
        officers = book.table("loan_officers").select("name", "email").to_pyarrow().to_pylist()
    assert server.requests
    for person in people:
        whole = f"{person['first_name']} {person['last_name']}".casefold()
        for secret in (whole, person["email"], person["phone"]):
            assert not secret or secret.casefold() not in sent, secret
    for row in ids:
        assert row["loan_id"].casefold() not in sent
    for officer in officers:
        assert officer["name"].casefold() not in sent


def test_a_model_that_fails_leaves_the_house_answer_and_a_note(opened, workspace, model_server):
    from dataclasses import replace

    model_server.script = [(401, {"error": {"message": "bad key"}})]
    told: list[str] = []
    street = opened(environment=model_server.environment)
    from agents.opening import choose_minds

    street = replace(street, minds=choose_minds(model_server.environment, told.append), progress=told.append)
    run = start_planning(street, BRIEF)
    advance(street, run.run_id, checkpoints=workspace.checkpoints)
    pieces = queue.queue(street.engine, run_id=run.run_id)
    assert pieces
    assert {author for item in pieces for author in item.piece.authors} == {"vallum house writer"}
    assert any("the key was refused" in line for line in told)
