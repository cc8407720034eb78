package dev.kedge.cli;

import dev.kedge.access.ApiKey;
import dev.kedge.access.KeyTerms;
import dev.kedge.access.NewKey;
import dev.kedge.config.BudgetLimit;
import dev.kedge.config.RateLimits;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keys without their secrets, for people and for scripts. */
final class KeyListing implements Listing {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> HEAD =
      List.of(
          "KEY", "NAME", "TENANT", "ROLES", "STATE", "EXPIRES", "LAST USED", "MAY CALL", "LIMITS");

  private final List<ApiKey> keys;

  KeyListing(List<ApiKey> keys) {
    this.keys = keys;
  }

  @Override
  public void print(PrintWriter out) {
    if (keys.isEmpty()) {
      out.println("There are no keys; kedge keys create makes one.");
      return;
    }
    TextTable table = new TextTable(HEAD.size()).row(HEAD);
    for (ApiKey key : keys) {
      table.row(
          List.of(
              key.id(),
              key.name(),
              key.tenant(),
              names(key.terms().roles()),
              state(key),
              minute(key.expires(), "never"),
              minute(key.lastUsed(), "never"),
              scope(key.terms()),
              limits(key.terms())));
    }
    table.print(out);
  }

  private static String state(ApiKey key) {
    if (key.revoked()) return "revoked";
    return key.previousUntil()
        .map(until -> "rotated; old one valid until " + minute(Optional.of(until), ""))
        .orElse("valid");
  }

  private static String scope(KeyTerms terms) {
    List<String> parts = new ArrayList<>();
    parts.add(terms.models().isEmpty() ? "all models" : String.join(" ", terms.models()));
    if (!terms.apis().isEmpty()) parts.add(names(terms.apis()));
    return String.join(", ", parts);
  }

  private static String limits(KeyTerms terms) {
    List<String> parts = new ArrayList<>();
    RateLimits limits = terms.limits();
    limits.requestsPerMinute().ifPresent(n -> parts.add(n + " req/min"));
    limits.tokensPerMinute().ifPresent(n -> parts.add(n + " tok/min"));
    limits.concurrency().ifPresent(n -> parts.add(n + " at a time"));
    terms.budgets().forEach(budget -> parts.add(budget(budget)));
    return String.join(", ", parts);
  }

  private static String budget(BudgetLimit budget) {
    String model = budget.model().isEmpty() ? "" : " on " + budget.model();
    return "$" + budget.dollars().toPlainString() + "/" + budget.per() + model;
  }

  private static String minute(Optional<Instant> time, String none) {
    return time.map(at -> at.truncatedTo(ChronoUnit.MINUTES).toString()).orElse(none);
  }

  private static String names(Collection<? extends Enum<?>> values) {
    return values.stream()
        .map(value -> value.name().toLowerCase(Locale.ROOT))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  @Override
  public String json() {
    ArrayNode list = JSON.createArrayNode();
    keys.forEach(key -> put(list.addObject(), key));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(list);
  }

  /** A new key with its secret. */
  static String json(NewKey made) {
    ObjectNode node = JSON.createObjectNode();
    node.put("secret", made.text());
    put(node, made.key());
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node);
  }

  private static void put(ObjectNode node, ApiKey key) {
    KeyTerms terms = key.terms();
    node.put("key", key.id());
    node.put("name", key.name());
    node.put("tenant", key.tenant());
    node.put("revoked", key.revoked());
    node.put("created", key.created().toString());
    key.expires().ifPresent(at -> node.put("expires", at.toString()));
    key.lastUsed().ifPresent(at -> node.put("last_used", at.toString()));
    key.previousUntil().ifPresent(at -> node.put("previous_secret_until", at.toString()));
    ArrayNode roles = node.putArray("roles");
    terms.roles().stream().map(role -> role.toString()).sorted().forEach(roles::add);
    ArrayNode models = node.putArray("models");
    terms.models().forEach(models::add);
    ArrayNode apis = node.putArray("apis");
    terms.apis().stream()
        .map(api -> api.name().toLowerCase(Locale.ROOT))
        .sorted()
        .forEach(apis::add);
    RateLimits limits = terms.limits();
    limits.requestsPerMinute().ifPresent(n -> node.put("requests_per_minute", n));
    limits.tokensPerMinute().ifPresent(n -> node.put("tokens_per_minute", n));
    limits.concurrency().ifPresent(n -> node.put("concurrency", n));
    ArrayNode budgets = node.putArray("budgets");
    for (BudgetLimit budget : terms.budgets()) {
      ObjectNode each = budgets.addObject();
      each.put("per", budget.per().toString());
      each.put("dollars", budget.dollars());
      each.put("model", budget.model());
    }
    ObjectNode tags = node.putObject("tags");
    terms.tags().forEach(tags::put);
  }
}
