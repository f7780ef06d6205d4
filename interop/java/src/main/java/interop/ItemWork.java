package interop;

import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DynamoDBEncryptor;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.EncryptionContext;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.EncryptionFlags;
import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** An item through the item encryptor, each way. */
final class ItemWork {
  private static final Map<String, Set<EncryptionFlags>> FLAGS =
      Map.of(
          "ENCRYPT_AND_SIGN", EnumSet.of(EncryptionFlags.ENCRYPT, EncryptionFlags.SIGN),
          "SIGN_ONLY", EnumSet.of(EncryptionFlags.SIGN),
          "DO_NOTHING", EnumSet.noneOf(EncryptionFlags.class));

  private final Providers providers;

  ItemWork(Providers providers) {
    this.providers = providers;
  }

  /** A call of the item encryptor, its arguments ready. */
  private interface Call {
    Map<String, AttributeValue> item() throws Exception;
  }

  Object encrypt(JsonNode request) throws Exception {
    return Items.toJson(encryption(request).item());
  }

  Object decrypt(JsonNode request) throws Exception {
    return Items.toJson(decryption(request).item());
  }

  /** The same item over and over for some time; the answer is how often, and in how many nanoseconds. */
  Object bench(JsonNode request) throws Exception {
    Call call = "encrypt".equals(request.path("direction").asText()) ? encryption(request) : decryption(request);
    long end = request.path("milliseconds").asLong() * 1_000_000;
    long count = 0;
    long began = System.nanoTime();
    long took = 0;
    while (took < end) {
      for (int at = 0; at < 8; at++) call.item();
      count += 8;
      took = System.nanoTime() - began;
    }
    ObjectNode result = Main.JSON.createObjectNode();
    result.put("count", count);
    result.put("nanoseconds", took);
    return result;
  }

  private Call encryption(JsonNode request) {
    DynamoDBEncryptor encryptor = encryptor(request, true);
    Map<String, AttributeValue> item = Items.fromJson(request.path("item"));
    Map<String, Set<EncryptionFlags>> flags = flags(request.path("actions"), item, encryptor);
    EncryptionContext context = context(request.path("context"));
    return () -> encryptor.encryptRecord(item, flags, context);
  }

  private Call decryption(JsonNode request) {
    DynamoDBEncryptor encryptor = encryptor(request, false);
    Map<String, AttributeValue> item = Items.fromJson(request.path("item"));
    Map<String, Set<EncryptionFlags>> flags = flags(request.path("actions"), item, encryptor);
    EncryptionContext context = context(request.path("context"));
    return () -> encryptor.decryptRecord(item, flags, context);
  }

  private DynamoDBEncryptor encryptor(JsonNode request, boolean writing) {
    JsonNode names = request.path("names");
    String prefix = names.path("descriptionPrefix").asText("amzn-ddb-map-");
    DynamoDBEncryptor encryptor = DynamoDBEncryptor.getInstance(providers.made(request.path("provider"), prefix, writing), prefix);
    if (names.has("signatureAttribute")) encryptor.setSignatureFieldName(names.path("signatureAttribute").asText());
    if (names.has("materialDescriptionAttribute")) {
      encryptor.setMaterialDescriptionFieldName(names.path("materialDescriptionAttribute").asText());
    }
    return encryptor;
  }

  /** The encryptor has no default action: each attribute of the item gets its own. */
  private static Map<String, Set<EncryptionFlags>> flags(JsonNode actions, Map<String, ?> item, DynamoDBEncryptor encryptor) {
    Map<String, Set<EncryptionFlags>> flags = new HashMap<>();
    for (String name : item.keySet()) {
      if (name.equals(encryptor.getSignatureFieldName()) || name.equals(encryptor.getMaterialDescriptionFieldName())) continue;
      JsonNode own = actions.path("attributes").path(name);
      flags.put(name, FLAGS.get((own.isMissingNode() ? actions.path("default") : own).asText()));
    }
    return flags;
  }

  private static EncryptionContext context(JsonNode context) {
    EncryptionContext.Builder builder = new EncryptionContext.Builder();
    if (context.has("tableName")) builder.withTableName(context.path("tableName").asText());
    if (context.has("partitionKeyName")) builder.withHashKeyName(context.path("partitionKeyName").asText());
    if (context.has("sortKeyName")) builder.withRangeKeyName(context.path("sortKeyName").asText());
    return builder.build();
  }
}
