package dev.kedge.wire;

import java.util.List;

/** A model in the answer of {@code GET /v1/models}. */
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
}
