package interop;

import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.CachingMostRecentProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.DirectKmsMaterialProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.EncryptionMaterialsProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.SymmetricStaticProvider;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.providers.WrappedMaterialsProvider;
import com.fasterxml.jackson.databind.JsonNode;
import java.security.Key;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.SecretKey;

/** Materials providers, from what a request says of them. */
final class Providers {
  private static final String SIGNING_ALGORITHM = "signingAlg";
  private static final String DEFAULT_PREFIX = "amzn-ddb-map-";

  private final Keys keys;
  private final Stores stores;
  private final Map<String, EncryptionMaterialsProvider> kept = new HashMap<>();

  Providers(Keys keys, Stores stores) {
    this.keys = keys;
    this.stores = stores;
  }

  /** For providers that remember something between items. */
  Object keep(JsonNode request) {
    kept.put(request.path("name").asText(), made(request.path("provider"), DEFAULT_PREFIX, true));
    return true;
  }

  Object refresh(JsonNode request) {
    named(request.path("name")).refresh();
    return true;
  }

  /**
   * @param prefix of the names that the encryptor itself writes into the material description
   * @param writing on reading the Static provider demands what it would request for writing
   */
  EncryptionMaterialsProvider made(JsonNode spec, String prefix, boolean writing) {
    Map<String, String> description = new HashMap<>();
    if (writing) spec.path("description").fields().forEachRemaining(field -> description.put(field.getKey(), field.getValue().asText()));
    return switch (spec.path("kind").asText()) {
      case "kept" -> named(spec.path("name"));
      case "static" -> staticProvider(spec, description, prefix, writing);
      case "wrapped" -> wrappedProvider(spec, description, prefix, writing);
      case "kms" -> new DirectKmsMaterialProvider(Clients.kms(spec.path("endpoint").asText()), spec.path("keyId").asText(), description);
      case "mostRecent" ->
          new CachingMostRecentProvider(
              stores.named(spec.path("store")), spec.path("materialName").asText(), spec.path("ttl").asLong());
      default -> throw new IllegalArgumentException("no such kind of provider");
    };
  }

  private EncryptionMaterialsProvider named(JsonNode name) {
    EncryptionMaterialsProvider provider = kept.get(name.asText());
    if (provider == null) throw new IllegalArgumentException("no such provider: " + name);
    return provider;
  }

  private EncryptionMaterialsProvider staticProvider(JsonNode spec, Map<String, String> description, String prefix, boolean writing) {
    SecretKey encryptionKey = spec.has("encryptionKey") ? keys.named(spec.path("encryptionKey")).secret() : null;
    Keys.Key signer = signer(spec, description, prefix, writing);
    return signer.pair() == null
        ? new SymmetricStaticProvider(encryptionKey, signer.secret(), description)
        : new SymmetricStaticProvider(encryptionKey, signer.pair(), description);
  }

  private EncryptionMaterialsProvider wrappedProvider(JsonNode spec, Map<String, String> description, String prefix, boolean writing) {
    Keys.Key wrapper = keys.named(spec.path("wrappingKey"));
    Key wraps = wrapper.pair() == null ? wrapper.secret() : wrapper.pair().getPublic();
    Key unwraps = wrapper.pair() == null ? wrapper.secret() : wrapper.pair().getPrivate();
    Keys.Key signer = signer(spec, description, prefix, writing);
    return signer.pair() == null
        ? new WrappedMaterialsProvider(wraps, unwraps, signer.secret(), description)
        : new WrappedMaterialsProvider(wraps, unwraps, signer.pair(), description);
  }

  /** The encryptor learns the algorithm of an asymmetric key from the requested description alone. */
  private Keys.Key signer(JsonNode spec, Map<String, String> description, String prefix, boolean writing) {
    Keys.Key signer = keys.named(spec.path("signingKey"));
    if (writing && signer.pair() != null) description.putIfAbsent(prefix + SIGNING_ALGORITHM, signer.algorithm());
    return signer;
  }
}
