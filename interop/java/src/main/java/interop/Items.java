package interop;

import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Items to and from JSON: DynamoDB's own form, with bytes in Base64. */
final class Items {
  private Items() {}

  static Map<String, AttributeValue> fromJson(JsonNode item) {
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    item.fields().forEachRemaining(field -> attributes.put(field.getKey(), valueFromJson(field.getValue())));
    return attributes;
  }

  static ObjectNode toJson(Map<String, AttributeValue> item) {
    ObjectNode json = Main.JSON.createObjectNode();
    item.forEach((name, value) -> json.set(name, valueToJson(value)));
    return json;
  }

  private static AttributeValue valueFromJson(JsonNode value) {
    Map.Entry<String, JsonNode> field = value.fields().next();
    JsonNode content = field.getValue();
    AttributeValue result = new AttributeValue();
    switch (field.getKey()) {
      case "S" -> result.setS(content.asText());
      case "N" -> result.setN(content.asText());
      case "B" -> result.setB(bytes(content));
      case "SS" -> result.setSS(list(content, JsonNode::asText));
      case "NS" -> result.setNS(list(content, JsonNode::asText));
      case "BS" -> result.setBS(list(content, Items::bytes));
      case "L" -> result.setL(list(content, Items::valueFromJson));
      case "M" -> result.setM(fromJson(content));
      case "BOOL" -> result.setBOOL(content.asBoolean());
      case "NULL" -> result.setNULL(content.asBoolean());
      default -> throw new IllegalArgumentException("no such type: " + field.getKey());
    }
    return result;
  }

  private static ObjectNode valueToJson(AttributeValue value) {
    ObjectNode json = Main.JSON.createObjectNode();
    if (value.getS() != null) json.put("S", value.getS());
    if (value.getN() != null) json.put("N", value.getN());
    if (value.getB() != null) json.put("B", base64(value.getB()));
    if (value.getSS() != null) value.getSS().forEach(json.putArray("SS")::add);
    if (value.getNS() != null) value.getNS().forEach(json.putArray("NS")::add);
    if (value.getBS() != null) {
      ArrayNode members = json.putArray("BS");
      value.getBS().forEach(member -> members.add(base64(member)));
    }
    if (value.getL() != null) {
      ArrayNode members = json.putArray("L");
      value.getL().forEach(member -> members.add(valueToJson(member)));
    }
    if (value.getM() != null) json.set("M", toJson(value.getM()));
    if (value.getBOOL() != null) json.put("BOOL", value.getBOOL());
    if (value.getNULL() != null) json.put("NULL", value.getNULL());
    return json;
  }

  private static <T> List<T> list(JsonNode members, Function<JsonNode, T> member) {
    List<T> list = new ArrayList<>(members.size());
    members.forEach(each -> list.add(member.apply(each)));
    return list;
  }

  private static ByteBuffer bytes(JsonNode base64) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(base64.asText()));
  }

  private static String base64(ByteBuffer bytes) {
    ByteBuffer all = bytes.asReadOnlyBuffer();
    all.rewind();
    byte[] copy = new byte[all.remaining()];
    all.get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }
}
