package dev.kedge.app;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The types that Kubernetes publishes, as its Java client carries them, made from the OpenAPI
 * document of its servers. They are read by reflection, so that none of the client's own libraries
 * is needed. Stricter than a server: a field that is not known is a fault, not a warning.
 */
final class KubernetesTypes {
  private static final String MODELS = "io.kubernetes.client.openapi.models.";
  private static final String QUANTITY = "io.kubernetes.client.custom.Quantity";
  private static final String INT_OR_STRING = "io.kubernetes.client.custom.IntOrString";

  private final List<String> faults = new ArrayList<>();

  private KubernetesTypes() {}

  /** What is wrong with a manifest, each with its place; empty where nothing is. */
  static List<String> faults(JsonNode manifest) {
    KubernetesTypes types = new KubernetesTypes();
    String version = manifest.path("apiVersion").stringValue("");
    String name =
        version.substring(version.indexOf('/') + 1) + manifest.path("kind").stringValue("");
    try {
      String first = name.isEmpty() ? "" : name.substring(0, 1).toUpperCase(java.util.Locale.ROOT);
      Class<?> type = Class.forName(MODELS + first + name.substring(first.length()));
      types.object(type, manifest, manifest.path("kind").stringValue(""));
    } catch (ClassNotFoundException e) {
      types.faults.add("no such type: " + version + " " + manifest.path("kind"));
    }
    return types.faults;
  }

  private void object(Class<?> type, JsonNode node, String place) {
    if (!expect(node.isObject(), node, place, "an object")) return;
    for (String required : names(type, "openapiRequiredFields")) {
      if (!node.has(required)) faults.add(place + "." + required + " is missing");
    }
    Set<String> known = names(type, "openapiFields");
    for (var field : node.properties()) {
      String inner = place + "." + field.getKey();
      if (!known.contains(field.getKey())) faults.add(inner + " is unknown");
      else value(declared(type, field.getKey()), field.getValue(), inner);
    }
  }

  @SuppressWarnings("unchecked")
  private static Set<String> names(Class<?> type, String constant) {
    try {
      return (Set<String>) type.getField(constant).get(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the client of Kubernetes is made otherwise now", e);
    }
  }

  /* Words that Java keeps for itself have an underscore before them. */
  private static Type declared(Class<?> type, String field) {
    for (Field one : type.getDeclaredFields()) {
      if (one.getName().equals(field) || one.getName().equals("_" + field)) {
        return one.getGenericType();
      }
    }
    throw new LinkageError(type.getSimpleName() + " has no field for " + field);
  }

  private void value(Type type, JsonNode node, String place) {
    if (type instanceof ParameterizedType generic) {
      values(generic, node, place);
      return;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.getName().startsWith(MODELS)) {
      object(plain, node, place);
      return;
    }
    switch (plain.getName()) {
      case "java.lang.Integer" -> expect(node.isInt(), node, place, "a whole number");
      case "java.lang.Long" ->
          expect(node.isIntegralNumber() && node.canConvertToLong(), node, place, "a whole number");
      case "java.lang.Boolean" -> expect(node.isBoolean(), node, place, "true or false");
      case QUANTITY -> quantity(plain, node, place);
      case INT_OR_STRING -> expect(node.isInt() || node.isString(), node, place, "a port or name");
      case "java.lang.String" -> expect(node.isString(), node, place, "a text");
      default -> faults.add(place + " has the type " + plain + ", which no rule here knows");
    }
  }

  /* Lists, and maps whose keys are the writer's own. */
  private void values(ParameterizedType type, JsonNode node, String place) {
    boolean list = type.getRawType() == List.class;
    if (!expect(list ? node.isArray() : node.isObject(), node, place, list ? "a list" : "a map")) {
      return;
    }
    Type[] arguments = type.getActualTypeArguments();
    Type element = arguments[arguments.length - 1];
    if (list) {
      for (int i = 0; i < node.size(); i++) value(element, node.get(i), place + "[" + i + "]");
    } else {
      node.properties().forEach(one -> value(element, one.getValue(), place + "." + one.getKey()));
    }
  }

  private void quantity(Class<?> type, JsonNode node, String place) {
    @Nullable String text = node.isString() || node.isNumber() ? node.asString() : null;
    try {
      if (text != null) type.getConstructor(String.class).newInstance(text);
    } catch (InvocationTargetException e) {
      text = null;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the client of Kubernetes is made otherwise now", e);
    }
    expect(text != null, node, place, "a quantity");
  }

  private boolean expect(boolean fits, JsonNode node, String place, String expected) {
    if (!fits) faults.add(place + " must be " + expected + ", not " + node);
    return fits;
  }
}
