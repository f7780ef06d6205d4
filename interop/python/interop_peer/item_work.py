"""An item through the item encryptor, each way."""
import time

from dynamodb_encryption_sdk.encrypted import CryptoConfig
from dynamodb_encryption_sdk.encrypted.item import decrypt_dynamodb_item, encrypt_dynamodb_item
from dynamodb_encryption_sdk.identifiers import CryptoAction
from dynamodb_encryption_sdk.structures import AttributeActions, EncryptionContext

from . import items, providers


def encrypt(request):
    item, config = _arguments(request)
    return items.to_json(encrypt_dynamodb_item(item, config))


def decrypt(request):
    item, config = _arguments(request)
    return items.to_json(decrypt_dynamodb_item(item, config))


def bench(request):
    """The same item over and over for some time; the answer is how often, and in how many nanoseconds."""
    item, config = _arguments(request)
    call = encrypt_dynamodb_item if request["direction"] == "encrypt" else decrypt_dynamodb_item
    end = request["milliseconds"] * 1_000_000
    count = 0
    took = 0
    began = time.perf_counter_ns()
    while took < end:
        for _ in range(4):
            call(item.copy(), config)  # decryption takes attributes out of the item that it is given
        count += 4
        took = time.perf_counter_ns() - began
    return {"count": count, "nanoseconds": took}


def actions_from(actions):
    return AttributeActions(
        default_action=CryptoAction[actions["default"]],
        attribute_actions={name: CryptoAction[action] for name, action in actions["attributes"].items()},
    )


def _arguments(request):
    item = items.from_json(request["item"])
    context = request["context"]
    encryption_context = EncryptionContext(
        table_name=context.get("tableName"),
        partition_key_name=context.get("partitionKeyName"),
        sort_key_name=context.get("sortKeyName"),
        attributes=item,
    )
    return item, CryptoConfig(providers.made(request["provider"]), encryption_context, actions_from(request["actions"]))
