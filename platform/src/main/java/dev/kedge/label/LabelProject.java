package dev.kedge.label;

import dev.kedge.base.KedgeException;
import java.time.Instant;

/**
 * A piece of labelling work.
 *
 * @param name short: letters, digits, '-', '_', '.'
 * @param form of its labels
 * @param guide what people need to know to label alike; plain text
 * @param dataset where the items came from, NAME@VERSION; empty for items of other origin
 * @param perItem how many people answer each item independently, 1 to 5
 * @param created when
 * @param createdBy whom
 */
public record LabelProject(
    String name,
    Form form,
    String guide,
    String dataset,
    int perItem,
    Instant created,
    String createdBy) {
  private static final int MOST_PER_ITEM = 5;
  private static final int LONGEST_GUIDE = 1 << 18;

  public LabelProject {
    if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
      throw KedgeException.invalid(
          "a labelling project's name has 1 to 64 letters, digits, '.', '_' and '-'");
    }
    if (perItem < 1 || perItem > MOST_PER_ITEM) {
      throw KedgeException.invalid("between 1 and 5 people answer each item, not " + perItem);
    }
    if (guide.length() > LONGEST_GUIDE) throw KedgeException.invalid("the guide is too long");
  }
}
