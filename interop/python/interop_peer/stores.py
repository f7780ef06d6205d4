"""MetaStores by name. Their tables exist already."""
from dynamodb_encryption_sdk.exceptions import NoKnownVersionError
from dynamodb_encryption_sdk.material_providers.store.meta import MetaStore

from . import clients, providers

_STORES = {}


def open_store(request):
    table = clients.dynamodb_resource(request["endpoint"]).Table(request["tableName"])
    _STORES[request["name"]] = MetaStore(table=table, materials_provider=providers.made(request["provider"]))
    return True


def named(name):
    return _STORES[name]


def new_version(request):
    store = named(request["store"])
    store.new_provider(request["materialName"])
    return store.max_version(request["materialName"])


def max_version(request):
    try:
        return named(request["store"]).max_version(request["materialName"])
    except NoKnownVersionError:
        return -1
