"""Materials providers, from what a request says of them."""
from dynamodb_encryption_sdk.material_providers.aws_kms import AwsKmsCryptographicMaterialsProvider
from dynamodb_encryption_sdk.material_providers.most_recent import CachingMostRecentProvider
from dynamodb_encryption_sdk.material_providers.static import StaticCryptographicMaterialsProvider
from dynamodb_encryption_sdk.material_providers.wrapped import WrappedCryptographicMaterialsProvider
from dynamodb_encryption_sdk.materials.raw import RawDecryptionMaterials, RawEncryptionMaterials

from . import clients, keys

_KEPT = {}


def keep(request):
    """For providers that remember something between items."""
    _KEPT[request["name"]] = made(request["provider"])
    return True


def refresh(request):
    _KEPT[request["name"]].refresh()
    return True


def made(spec):
    return _KINDS[spec["kind"]](spec)


def _static(spec):
    signer = keys.named(spec["signingKey"])
    content_key = keys.named(spec["encryptionKey"]).outward if "encryptionKey" in spec else None
    return StaticCryptographicMaterialsProvider(
        encryption_materials=RawEncryptionMaterials(signer.outward, content_key, spec.get("description", {})),
        decryption_materials=RawDecryptionMaterials(signer.inward, content_key),
    )


def _wrapped(spec):
    wrapper = keys.named(spec["wrappingKey"])
    signer = keys.named(spec["signingKey"])
    return WrappedCryptographicMaterialsProvider(
        # The one key is to sign and to verify; a private key does both.
        signing_key=signer.outward,
        wrapping_key=wrapper.outward,
        unwrapping_key=wrapper.inward,
        material_description=spec.get("description", {}),
    )


def _kms(spec):
    return AwsKmsCryptographicMaterialsProvider(
        key_id=spec["keyId"],
        material_description=spec.get("description", {}),
        regional_clients={"us-east-1": clients.kms(spec["endpoint"])},
    )


def _most_recent(spec):
    from . import stores  # pylint: disable=import-outside-toplevel,cyclic-import

    return CachingMostRecentProvider(stores.named(spec["store"]), spec["materialName"], spec["ttl"] / 1000.0)


_KINDS = {
    "kept": lambda spec: _KEPT[spec["name"]],
    "static": _static,
    "wrapped": _wrapped,
    "kms": _kms,
    "mostRecent": _most_recent,
}
