"""Python's helpers for applications: EncryptedTable over native values, EncryptedClient over DynamoDB's own form."""
from boto3.dynamodb.conditions import Key
from dynamodb_encryption_sdk.encrypted.client import EncryptedClient
from dynamodb_encryption_sdk.encrypted.table import EncryptedTable
from dynamodb_encryption_sdk.transform import ddb_to_dict, dict_to_ddb

from . import clients, items, providers
from .item_work import actions_from


def call(request):
    helper = {"table": _TABLE, "client": _CLIENT}[request["helper"]]
    return helper[request["call"]](request, items.from_json(request["item"]))


def _encrypted_table(request):
    return EncryptedTable(
        table=clients.dynamodb_resource(request["endpoint"]).Table(request["tableName"]),
        materials_provider=providers.made(request["provider"]),
        attribute_actions=actions_from(request["actions"]),
    )


def _encrypted_client(request):
    return EncryptedClient(
        client=clients.dynamodb(request["endpoint"]),
        materials_provider=providers.made(request["provider"]),
        attribute_actions=actions_from(request["actions"]),
    )


def _table_put(request, item):
    _encrypted_table(request).put_item(Item=ddb_to_dict(item))
    return True


def _table_get(request, key):
    found = _encrypted_table(request).get_item(Key=ddb_to_dict(key), ConsistentRead=True)
    return items.to_json(dict_to_ddb(found["Item"]))


def _table_batch_put(request, item):
    with _encrypted_table(request).batch_writer() as writer:
        writer.put_item(Item=ddb_to_dict(item))
    return True


def _table_query(request, key):
    (name,) = key
    found = _encrypted_table(request).query(KeyConditionExpression=Key(name).eq(ddb_to_dict(key)[name]), ConsistentRead=True)
    return [items.to_json(dict_to_ddb(item)) for item in found["Items"]]


def _client_put(request, item):
    _encrypted_client(request).put_item(TableName=request["tableName"], Item=item)
    return True


def _client_get(request, key):
    found = _encrypted_client(request).get_item(TableName=request["tableName"], Key=key, ConsistentRead=True)
    return items.to_json(found["Item"])


def _client_batch_put(request, item):
    answer = _encrypted_client(request).batch_write_item(
        RequestItems={request["tableName"]: [{"PutRequest": {"Item": item}}]}
    )
    if answer["UnprocessedItems"]:
        raise RuntimeError("not everything was written")
    return True


def _client_query(request, key):
    ((name, value),) = key.items()
    found = _encrypted_client(request).query(
        TableName=request["tableName"],
        KeyConditionExpression="#k = :v",
        ExpressionAttributeNames={"#k": name},
        ExpressionAttributeValues={":v": value},
        ConsistentRead=True,
    )
    return [items.to_json(item) for item in found["Items"]]


_TABLE = {"put": _table_put, "get": _table_get, "batchPut": _table_batch_put, "query": _table_query}
_CLIENT = {"put": _client_put, "get": _client_get, "batchPut": _client_batch_put, "query": _client_query}
