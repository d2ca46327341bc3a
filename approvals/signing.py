"""The workspace's own signature (Ed25519): made at first use, kept where only its owner reads it."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.errors import BadInput, Refused, Unreadable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE, PUBLIC = "signing.pem", "public.pem"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What everyone may hold, and what tells whether a signature is the workspace's.

    Attributes:
        pem: as it stands in `public.pem`.
        key_id: first 16 hex digits of the hash of its 32 bytes, how anchors and packages name it.
    """

    pem: str
    key_id: str
    _key: Ed25519PublicKey

    def signed(self, purpose: str, content: str, signature: str) -> bool:
        """Whether a signature is this key's over that content, for that purpose."""
        from cryptography.exceptions import InvalidSignature

        try:
            raw = base64.b64decode(signature, validate=True)
            self._key.verify(raw, _framed(purpose, content))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private half; it never leaves `VALLUM_HOME/keys`."""

    public: PublicKey
    _key: Ed25519PrivateKey

    def sign(self, purpose: str, content: str) -> str:
        """A signature as text; a purpose in front keeps one kind of document from passing for another."""
        return base64.b64encode(self._key.sign(_framed(purpose, content))).decode()


def signing_key(folder: Path) -> SigningKey:
    """The workspace's key, made where there is none.

    Args:
        folder: `VALLUM_HOME/keys`.

    Raises:
        BadInput: the folder cannot be written or the key not read. Unreadable: the file holds no such key.
        Refused: others on this machine can read it.
    """
    path = folder / PRIVATE
    try:
        if not path.exists():
            _make(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise Refused(f"`{path}` can be read by others.", f"Run `chmod 600 {path}`.")
        return _opened(path.read_bytes(), path)
    except OSError as error:
        raise BadInput(
            f"`{path}` cannot be read or written: {error.strerror}.", "Mend its permissions."
        ) from error


def public_key(path: Path) -> PublicKey:
    """The key in a `public.pem`.

    Raises:
        Unreadable: there is none, or it holds no Ed25519 key.
    """
    try:
        return public_key_of(path.read_bytes(), str(path))
    except OSError as error:
        raise Unreadable(str(path), "cannot be read.", "Take it from a copy of the anchors.") from error


def public_key_of(content: bytes, place: str) -> PublicKey:
    """The key in some bytes; raises as `public_key`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unreadable(place, "is no public key.", "Take it from a copy of the anchors.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Unreadable(place, "is a key of another kind than Ed25519.", "Take it from a copy.")
    return _public(key)


def _make(path: Path) -> None:
    """Write a new key whole or not at all; of two that begin at once the first one's stands."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            os.link(beside, path)
    except FileExistsError:
        return
    finally:
        beside.unlink()


def _opened(content: bytes, path: Path) -> SigningKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Unreadable(str(path), "holds no key that can be read.", "Restore it from a copy.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Unreadable(str(path), "holds a key of another kind than Ed25519.", "Restore it from a copy.")
    return SigningKey(_public(key.public_key()), key)


def _public(key: Ed25519PublicKey) -> PublicKey:
    from cryptography.hazmat.primitives import serialization

    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return PublicKey(pem.decode(), sha256(raw).hexdigest()[:16], key)


def _framed(purpose: str, content: str) -> bytes:
    return f"vallum {purpose}\n{content}".encode("utf-8", "surrogateescape")
