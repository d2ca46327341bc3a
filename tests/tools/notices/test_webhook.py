"""Notices by webhook: signed as Standard Webhooks says, sent to one address and nowhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from campaign.errors import BadInput, Refused
from tests.conformance.web_servers import Receiver, web_server
from tools.notices.webhook import ATTEMPTS, Webhook, signature, webhook

AT = datetime(2026, 3, 2, 16, 0, 0, 999, tzinfo=UTC)
NAMES = ("HOOK_URL", "HOOK_SECRET")
SECRET = "a secret of many words"


def post(receiver: Receiver, path: str = "", key: str = "digest 1") -> tuple[str, list[float]]:
    waits: list[float] = []
    with web_server(receiver) as address:
        hook = webhook(address + path, SECRET, names=NAMES, wait=waits.append)
        return hook.post({"type": "t", "text": "Grüße"}, key=key, at=AT), waits


@pytest.mark.server
def test_a_receiver_can_prove_who_sent_it_and_when():
    receiver = Receiver()
    evidence, _ = post(receiver, "/in/coming?x=1")
    ((path, headers, body),) = receiver.posts
    assert evidence == "204 from 127.0.0.1"
    assert path == "/in/coming?x=1"
    assert json.loads(body) == {"type": "t", "text": "Grüße"}
    assert headers["webhook-timestamp"] == str(int(AT.timestamp()))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


def test_the_signature_is_that_of_the_published_example():
    """The vector that the Standard Webhooks libraries test their own signing with."""
    secret = webhook("https://x.example", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", names=NAMES).secret
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.server
def test_the_same_matter_carries_the_same_id_and_another_does_not():
    receiver = Receiver()
    for key in ("digest 1", "digest 1", "digest 2"):
        post(receiver, key=key)
    first, again, other = (headers["webhook-id"] for _, headers, _ in receiver.posts)
    assert first == again != other


@pytest.mark.server
@pytest.mark.parametrize("faults", [[503], [0], [500, 0]])
def test_a_server_in_trouble_is_asked_again_with_the_same_bytes(faults):
    receiver = Receiver(answers=list(faults))
    evidence, waits = post(receiver)
    assert evidence == "204 from 127.0.0.1"
    assert len(receiver.posts) == len(faults) + 1
    assert len({(headers["webhook-id"], body) for _, headers, body in receiver.posts}) == 1
    assert waits == [2.0, 4.0][: len(faults)]


@pytest.mark.server
def test_it_is_not_asked_for_ever():
    receiver = Receiver(answers=[503] * 10)
    with pytest.raises(Refused, match="answered 503, 3 times"):
        post(receiver)
    assert len(receiver.posts) == ATTEMPTS


@pytest.mark.server
@pytest.mark.parametrize("status", [400, 401, 404, 410, 429])
def test_a_refusal_is_a_sentence_and_not_asked_again(status):
    receiver = Receiver(answers=[status])
    with pytest.raises(Refused, match=rf"refused the notice \({status}\)"):
        post(receiver)
    assert len(receiver.posts) == 1


@pytest.mark.server
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(status):
    elsewhere = Receiver()
    with web_server(elsewhere) as other, pytest.raises(Refused, match="way to another address"):
        post(Receiver(answers=[status], location=other + "/steal"))
    assert elsewhere.posts == []


@pytest.mark.server
def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    proxy = Receiver()
    with web_server(proxy) as address:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, address)
        receiver = Receiver()
        post(receiver)
    assert proxy.posts == []
    assert len(receiver.posts) == 1


def test_nobody_there_is_a_sentence():
    waits: list[float] = []
    hook = webhook("http://127.0.0.1:1/", SECRET, names=NAMES, wait=waits.append)
    with pytest.raises(Refused, match="cannot be reached"):
        hook.post({}, key="k", at=AT)
    assert waits == [2.0, 4.0]


@pytest.mark.parametrize(
    ("address", "secret", "said"),
    [
        ("", SECRET, "`HOOK_URL`.*is not set"),
        ("https://x.example", " ", "`HOOK_SECRET`.*is not set"),
        ("http://x.example/a", SECRET, "leads to `x.example` without https"),
        ("http://127.0.0.1@x.example/", SECRET, "without https"),
        ("http://localhost.x.example/", SECRET, "without https"),
        ("http://[::ffff:8.8.8.8]/", SECRET, "without https"),
        ("file:///etc/passwd", SECRET, "no web address"),
        ("ftp://localhost/", SECRET, "no web address"),
        ("https://", SECRET, "no web address"),
        ("https://x.example:port/", SECRET, "no web address"),
        ("https://x.example/\r\nHost: y", SECRET, "no web address"),
        ("https://x.example", "short", "holds 5 bytes"),
        ("https://x.example", "whsec_!!!", "no base64"),
    ],
)  # fmt: skip
def test_what_cannot_be_posted_to_safely_is_refused_and_no_value_shown(address, secret, said):
    with pytest.raises(BadInput, match=said) as refused:
        webhook(address, secret, names=NAMES)
    if len(secret) > 5:
        assert secret not in str(refused.value)
    assert "passwd" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["http://localhost:8000/x", "http://127.9.9.9/", "http://[::1]:9/", "https://x.example/s/secret"],
)
def test_this_machine_and_https_will_do(address):
    hook = webhook(address, SECRET, names=NAMES)
    assert isinstance(hook, Webhook)
    assert "secret" not in repr(hook)
