package interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads a request a line and answers a line, in order: {@code {"ok": ...}} or {@code {"error": ...}}. What is asked is in interop/README.md.
 * One process serves thousands of items: starting one costs a second.
 */
public final class Main {
  static final ObjectMapper JSON = new ObjectMapper();

  /** What a request asks for, by its {@code do}. */
  private interface Operation {
    Object answer(JsonNode request) throws Exception;
  }

  private final Keys keys = new Keys();
  private final Stores stores = new Stores();
  private final Providers providers = new Providers(keys, stores);
  private final ItemWork work = new ItemWork(providers);
  private final Mapper mapper = new Mapper(providers);

  private final Map<String, Operation> operations =
      Map.of(
          "key", keys::add,
          "provider", providers::keep,
          "refresh", providers::refresh,
          "encrypt", work::encrypt,
          "decrypt", work::decrypt,
          "bench", work::bench,
          "store", request -> stores.open(request, providers),
          "newVersion", stores::newVersion,
          "maxVersion", stores::maxVersion,
          "helper", mapper::call);

  public static void main(String[] args) throws Exception {
    // A hostile item can make the client read for ever: then nobody notices here that the input has ended.
    ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
    new Main().serve();
  }

  private void serve() throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16);
    PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever a library prints must not stand between the answers
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.write(JSON.writeValueAsBytes(answer(line)));
      out.write('\n');
      if (!in.ready()) out.flush();
    }
    out.flush();
  }

  /** Also what should not happen is an answer: stack overflows and exhausted memory are how the client refuses some items. */
  private ObjectNode answer(String line) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      JsonNode request = JSON.readTree(line);
      Operation operation = operations.get(request.path("do").asText());
      if (operation == null) throw new IllegalArgumentException("no such operation");
      answer.set("ok", JSON.valueToTree(operation.answer(request)));
    } catch (Throwable error) {
      answer.put("error", text(error));
    }
    return answer;
  }

  private static String text(Throwable error) {
    StringBuilder text = new StringBuilder();
    for (Throwable each = error; each != null && text.length() < 1000; each = each.getCause()) {
      text.append(each == error ? "" : " <- ").append(each.getClass().getSimpleName()).append(": ").append(each.getMessage());
    }
    return text.toString();
  }
}
