package dev.kedge.engine.token;

import static java.util.Map.entry;

import dev.kedge.engine.weights.FormatException;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * The pre-tokenizers that {@code tokenizer.ggml.pre} names.
 *
 * @param splitter cuts a text into words
 * @param wholeWords whether a word that is a token is taken without looking at merges
 * @param addsBeginning whether texts begin with the beginning-of-text token where the file does not
 *     say
 */
record PreTokenizers(PreTokenizer splitter, boolean wholeWords, boolean addsBeginning) {
  /** What a file without a name gets. */
  static final String DEFAULT_NAME = "default";

  private static final PreTokenizer GPT2 = new WordScanner(0);
  private static final PreTokenizers LLAMA3 = new PreTokenizers(new WordScanner(3), true, true);
  private static final PreTokenizers LLAMA3_MERGES = plain(new WordScanner(3));
  private static final PreTokenizers QWEN2 = plain(new WordScanner(1));
  private static final PreTokenizers DIGITS_THEN_GPT2 =
      plain(isolate(CharacterKind::isNumber, 1, 1).then(GPT2));
  private static final PreTokenizers DEFAULT =
      plain(
          isolate(PreTokenizers::isMark, 1, Integer.MAX_VALUE)
              .then(GPT2)
              .then(isolate(CharacterKind::isNumber, 1, Integer.MAX_VALUE))
              .then(isolate(point -> point >= '0' && point <= '9', 3, 3)));

  private static final Map<String, PreTokenizers> KNOWN =
      Map.ofEntries(
          entry(DEFAULT_NAME, DEFAULT),
          entry("llama3", LLAMA3),
          entry("llama-v3", LLAMA3),
          entry("llama-bpe", LLAMA3),
          entry("falcon3", LLAMA3),
          entry("pixtral", LLAMA3),
          entry("tekken", new PreTokenizers(new CasedWordScanner(), true, false)),
          entry("dbrx", LLAMA3_MERGES),
          entry("smaug-bpe", LLAMA3_MERGES),
          entry("qwen2", QWEN2),
          entry("deepseek-r1-qwen", QWEN2),
          entry("stablelm2", QWEN2),
          entry("gpt-2", plain(GPT2)),
          entry("phi-2", plain(GPT2)),
          entry("mpt", plain(GPT2)),
          entry("olmo", plain(GPT2)),
          entry("smollm", DIGITS_THEN_GPT2),
          entry("starcoder", DIGITS_THEN_GPT2),
          entry("refact", DIGITS_THEN_GPT2),
          entry("command-r", DIGITS_THEN_GPT2),
          entry("codeshell", DIGITS_THEN_GPT2));

  /** The pre-tokenizer of this name; a {@link FormatException} lists the known ones. */
  static PreTokenizers named(String name) {
    PreTokenizers known = KNOWN.get(name);
    if (known != null) return known;
    throw new FormatException(
        -1,
        "unknown pre-tokenizer '"
            + (name.length() > 40 ? name.substring(0, 40) + "…" : name)
            + "' in tokenizer.ggml.pre; known are "
            + String.join(", ", new TreeSet<>(KNOWN.keySet())));
  }

  private static PreTokenizers plain(PreTokenizer splitter) {
    return new PreTokenizers(splitter, false, false);
  }

  /** {@code [\p{P}$+<=>^~|]}. */
  private static boolean isMark(int point) {
    return switch (point) {
      case '$', '+', '<', '=', '>', '^', '~', '|' -> true;
      default -> CharacterKind.isPunctuation(point);
    };
  }

  /**
   * Runs of {@code least} to {@code most} such characters become words, so does what is between.
   */
  private static PreTokenizer isolate(IntPredicate kind, int least, int most) {
    return (text, from, to, words) -> {
      int gap = from;
      int at = from;
      while (at < to) {
        int end = at;
        int count = 0;
        int stop = to;
        while (end < to && count < most) {
          int point = end + 1 < to ? text.codePointAt(end) : text.charAt(end);
          if (!kind.test(point)) {
            stop = end + Character.charCount(point);
            break;
          }
          end += Character.charCount(point);
          count++;
        }
        if (count >= least) {
          if (gap < at) words.accept(gap, at);
          words.accept(at, end);
          gap = end;
          at = end;
        } else {
          at = stop;
        }
      }
      if (gap < to) words.accept(gap, to);
    };
  }
}
