package dev.kedge.route.tier;

import java.util.List;

/**
 * What is known of the caller.
 *
 * @param key id or name of the key; empty for none
 * @param tenant its name; empty for none
 * @param tags of the call
 */
public record TierFacts(String key, String tenant, List<String> tags) {
  /** Nothing is known. */
  public static final TierFacts NONE = new TierFacts("", "", List.of());

  public TierFacts {
    tags = List.copyOf(tags);
  }
}
