"""Keys of ed25519 in PEM, by the library `cryptography`."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class BadKey(Exception):
    """A file holds no key that is of use here; the message says why, in one sentence."""


class Locked(BadKey):
    """A private key is encrypted, and its passphrase is missing or another one."""


def new_key() -> Ed25519PrivateKey:
    """A new private key."""
    return Ed25519PrivateKey.generate()


def private_pem(key: Ed25519PrivateKey, passphrase: str) -> bytes:
    """A private key as PEM (PKCS 8), encrypted where there is a passphrase."""
    encryption: KeySerializationEncryption = NoEncryption()
    if passphrase:
        encryption = BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_private(data: bytes, passphrase: str) -> Ed25519PrivateKey:
    """The private key in a PEM text; raises `BadKey`, and of its kind `Locked`."""
    try:
        key = load_pem_private_key(data, passphrase.encode() or None)
    except TypeError:
        if not passphrase:
            raise Locked("the key is encrypted, and there is no passphrase") from None
        return read_private(data, "")  # a passphrase for a key that has none
    except (ValueError, UnsupportedAlgorithm):
        if passphrase and b"ENCRYPTED" in data:
            raise Locked("the passphrase does not open the key") from None
        hint = ": it is a public one" if b"PUBLIC KEY" in data else ""
        raise BadKey(f"this is no private key in PEM{hint}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("this is no key of ed25519")
    return key


def read_public(data: bytes) -> Ed25519PublicKey:
    """The public key in a PEM text; raises `BadKey`."""
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        hint = ": it is a private one, to be kept to yourself" if b"PRIVATE KEY" in data else ""
        raise BadKey(f"this is no public key in PEM{hint}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("this is no key of ed25519")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a key: the SHA-256 of the public key in DER."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def is_signed_by(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether a signature is that of the key over the data."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
