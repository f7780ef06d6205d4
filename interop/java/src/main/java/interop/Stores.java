package interop;

import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DynamoDBEncryptor;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.store.MetaStore;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** MetaStores by name. Their tables exist already. */
final class Stores {
  private final Map<String, MetaStore> stores = new HashMap<>();

  Object open(JsonNode request, Providers providers) {
    DynamoDBEncryptor encryptor = DynamoDBEncryptor.getInstance(providers.made(request.path("provider"), "amzn-ddb-map-", true));
    stores.put(
        request.path("name").asText(),
        new MetaStore(Clients.dynamoDb(request.path("endpoint").asText()), request.path("tableName").asText(), encryptor));
    return true;
  }

  Object newVersion(JsonNode request) {
    MetaStore store = named(request.path("store"));
    String materialName = request.path("materialName").asText();
    store.newProvider(materialName);
    return store.getMaxVersion(materialName);
  }

  Object maxVersion(JsonNode request) {
    return named(request.path("store")).getMaxVersion(request.path("materialName").asText());
  }

  MetaStore named(JsonNode name) {
    MetaStore store = stores.get(name.asText());
    if (store == null) throw new IllegalArgumentException("no such store: " + name);
    return store;
  }
}
