package dev.kedge.eval.holdout;

import dev.kedge.eval.data.Entry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A holdout that was built.
 *
 * @param entries in the order of the inputs
 * @param values what was masked, by placeholder; for a {@link dev.kedge.eval.mask.Vault}
 * @param report what was done
 */
public record Holdout(List<Entry> entries, Map<String, String> values, HoldoutReport report) {
  public Holdout {
    entries = List.copyOf(entries);
    values = new TreeMap<>(values);
  }
}
