package interop;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys by name: {@code AES} and HMACs as bytes, pairs as SPKI and PKCS#8. */
final class Keys {
  /** {@code algorithm}: the JCA name of a signing key's algorithm, or of the kind of a wrapping key. */
  record Key(String algorithm, SecretKey secret, KeyPair pair) {}

  private final Map<String, Key> keys = new HashMap<>();

  Object add(JsonNode request) throws Exception {
    keys.put(request.path("name").asText(), keyFrom(request));
    return true;
  }

  Key named(JsonNode name) {
    Key key = keys.get(name.asText());
    if (key == null) throw new IllegalArgumentException("no such key: " + name);
    return key;
  }

  private static Key keyFrom(JsonNode request) throws Exception {
    String algorithm = request.path("algorithm").asText();
    if (request.has("secret")) return new Key(algorithm, new SecretKeySpec(bytes(request, "secret"), algorithm), null);
    KeyFactory factory = KeyFactory.getInstance(algorithm.endsWith("ECDSA") ? "EC" : "RSA");
    PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(bytes(request, "public")));
    PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(bytes(request, "private")));
    return new Key(algorithm, null, new KeyPair(publicKey, privateKey));
  }

  private static byte[] bytes(JsonNode request, String name) {
    return Base64.getDecoder().decode(request.path(name).asText());
  }
}
