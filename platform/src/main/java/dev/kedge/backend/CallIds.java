package dev.kedge.backend;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Ids of calls of tools: made from the call they belong to, so they need no chance. */
final class CallIds {
  private static final int SHORT = 9;

  private CallIds() {}

  /** The id of one call of one choice of an answer. */
  static String of(String context, int choice, int call) {
    return "call_" + hash(context + "/" + choice + "/" + call).substring(0, 24);
  }

  /** Nine letters and digits for any id, the same for the same; nine of these stay as they are. */
  static String shortened(String id) {
    boolean fits = id.length() == SHORT && id.chars().allMatch(CallIds::letterOrDigit);
    return fits ? id : hash(id).substring(0, SHORT);
  }

  private static boolean letterOrDigit(int c) {
    return c < 0x80 && Character.isLetterOrDigit(c);
  }

  private static String hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(bytes).toString().replace("-", "");
  }
}
