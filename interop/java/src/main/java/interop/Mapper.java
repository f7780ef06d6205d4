package interop;

import com.amazonaws.services.dynamodbv2.datamodeling.AttributeEncryptor;
import com.amazonaws.services.dynamodbv2.datamodeling.ConversionSchemas;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapper;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperConfig;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperTableModel;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBQueryExpression;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DynamoDBEncryptor;
import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import java.util.Map;

/** Java's helper for applications: DynamoDBMapper with the AttributeEncryptor, over the class {@link Visit}. */
final class Mapper {
  private final Providers providers;

  Mapper(Providers providers) {
    this.providers = providers;
  }

  Object call(JsonNode request) {
    DynamoDBMapperConfig config =
        DynamoDBMapperConfig.builder()
            .withSaveBehavior(DynamoDBMapperConfig.SaveBehavior.PUT)
            .withTableNameOverride(DynamoDBMapperConfig.TableNameOverride.withTableNameReplacement(request.path("tableName").asText()))
            .withConversionSchema(ConversionSchemas.V2)
            .withConsistentReads(DynamoDBMapperConfig.ConsistentReads.CONSISTENT)
            .build();
    DynamoDBEncryptor encryptor = DynamoDBEncryptor.getInstance(providers.made(request.path("provider"), "amzn-ddb-map-", true));
    DynamoDBMapper mapper =
        new DynamoDBMapper(Clients.dynamoDb(request.path("endpoint").asText()), config, new AttributeEncryptor(encryptor));
    DynamoDBMapperTableModel<Visit> model = mapper.getTableModel(Visit.class);
    Map<String, AttributeValue> item = Items.fromJson(request.path("item"));
    return switch (request.path("call").asText()) {
      case "put" -> {
        mapper.save(model.unconvert(item));
        yield true;
      }
      case "get" -> Items.toJson(model.convert(mapper.load(model.unconvert(item))));
      case "batchPut" -> {
        List<DynamoDBMapper.FailedBatch> failed = mapper.batchSave(model.unconvert(item));
        if (!failed.isEmpty()) throw new IllegalStateException("not everything was saved", failed.get(0).getException());
        yield true;
      }
      case "query" -> {
        Visit key = new Visit();
        key.setPatientId(item.get("patientId").getS());
        ArrayNode found = Main.JSON.createArrayNode();
        mapper
            .query(Visit.class, new DynamoDBQueryExpression<Visit>().withHashKeyValues(key))
            .forEach(visit -> found.add(Items.toJson(model.convert(visit))));
        yield found;
      }
      default -> throw new IllegalArgumentException("no such call");
    };
  }
}
