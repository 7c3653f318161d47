"""The record's signing key and signed heads in C2SP tlog-checkpoint form (an Ed25519 signed note)."""

import base64
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.files import write_whole

ORIGIN = "socrates/record"
ED25519 = b"\x01"


@dataclass(frozen=True)
class RecordKey:
    """The private key never leaves the data folder; an auditor gets the ``verifier``."""

    private: Ed25519PrivateKey

    @classmethod
    def load(cls, path: Path) -> "RecordKey":
        """Read the key, or make one (owner-readable only) on the first start."""
        if not path.exists():
            private = Ed25519PrivateKey.generate()
            pem = private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            write_whole(path, pem)
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path} is not an Ed25519 key")
        return cls(key)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        """The note verifier key: name, key id and public key (c2sp.org/signed-note)."""
        return f"{ORIGIN}+{key_id(self.public).hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def sign(self, size: int, root: str) -> str:
        """A signed checkpoint over a tree of ``size`` with ``root`` (hex)."""
        body = checkpoint_body(size, root)
        signature = key_id(self.public) + self.private.sign(body.encode())
        return signed_note(body, signature)


def checkpoint_body(size: int, root: str) -> str:
    return f"{ORIGIN}\n{size}\n{base64.b64encode(bytes.fromhex(root)).decode()}\n"


def signed_note(body: str, signature: bytes) -> str:
    return f"{body}\n\u2014 {ORIGIN} {base64.b64encode(signature).decode()}\n"


def key_id(public: bytes) -> bytes:
    return sha256(ORIGIN.encode() + b"\n" + ED25519 + public).digest()[:4]


def signed_by(note: str, size: int, root: str, public: bytes) -> bool:
    """Whether ``note`` is this key's checkpoint over exactly this size and root (hex)."""
    try:
        body = checkpoint_body(size, root)
        signature = base64.b64decode(note.rpartition(" ")[2])
        if signature[:4] != key_id(public) or note != signed_note(body, signature):
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], body.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
