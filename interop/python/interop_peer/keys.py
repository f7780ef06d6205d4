"""Keys by name: AES and HMACs as bytes, RSA pairs as SPKI and PKCS#8."""
import base64
from dataclasses import dataclass

from dynamodb_encryption_sdk.delegated_keys.jce import JceNameLocalDelegatedKey
from dynamodb_encryption_sdk.identifiers import EncryptionKeyType, KeyEncodingType


@dataclass(frozen=True)
class Key:
    """Signs or encrypts with `outward`, verifies or decrypts with `inward`; for a secret they are one."""

    outward: JceNameLocalDelegatedKey
    inward: JceNameLocalDelegatedKey


_KEYS = {}


def add(request):
    _KEYS[request["name"]] = _key_from(request)
    return True


def named(name):
    return _KEYS[name]


def _key_from(request):
    algorithm = request["algorithm"]
    if "secret" in request:
        secret = JceNameLocalDelegatedKey(
            base64.b64decode(request["secret"]), algorithm, EncryptionKeyType.SYMMETRIC, KeyEncodingType.RAW
        )
        return Key(secret, secret)
    public, private = (
        JceNameLocalDelegatedKey(base64.b64decode(request[half]), algorithm, kind, KeyEncodingType.DER)
        for half, kind in (("public", EncryptionKeyType.PUBLIC), ("private", EncryptionKeyType.PRIVATE))
    )
    # A wrapping key's public half wraps; a signing key's private half signs.
    return Key(outward=public, inward=private) if algorithm == "RSA" else Key(outward=private, inward=public)
