package dev.kedge.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model in the answer of {@code GET /v1/models}.
 *
 * @param created seconds since 1970
 */
public record ModelEntry(String id, String object, long created, String ownedBy) {
  public ModelEntry(String id, long created) {
    this(id, "model", created, "kedge");
  }

  /** All models. */
  public record Listing(String object, List<ModelEntry> data) {
    public Listing(List<ModelEntry> data) {
      this("list", data);
    }
  }

  /** A model in Anthropic's form. */
  public record Anthropic(String type, String id, String displayName, String createdAt) {
    public static Anthropic of(ModelEntry entry) {
      return new Anthropic(
          "model", entry.id, entry.id, Instant.ofEpochSecond(entry.created).toString());
    }
  }

  /** All models in Anthropic's form, as one page. */
  public record AnthropicListing(
      List<Anthropic> data, boolean hasMore, @Nullable String firstId, @Nullable String lastId) {
    public static AnthropicListing of(List<ModelEntry> entries) {
      List<Anthropic> data = entries.stream().map(Anthropic::of).toList();
      return data.isEmpty()
          ? new AnthropicListing(data, false, null, null)
          : new AnthropicListing(data, false, data.getFirst().id, data.getLast().id);
    }
  }
}
