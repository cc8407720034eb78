package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** What stands where weights were expected, as far as its first bytes tell, and what to do. */
public final class OtherFile {
  private static final int LOOKED_AT = 64;

  private OtherFile() {}

  /** Empty where it is nothing that people commonly have by mistake. */
  static Optional<String> seen(MemorySegment file) {
    byte[] start =
        file.asSlice(0, Math.min(file.byteSize(), LOOKED_AT)).toArray(ValueLayout.JAVA_BYTE);
    return seen(start);
  }

  /** The same of a file's first bytes. */
  public static Optional<String> seen(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (text.isEmpty()) return Optional.of("the file is empty: get it again");
    if (text.startsWith("version https://git-lfs")) {
      return Optional.of(
          "a pointer of Git LFS, not the file that it stands for: get that with 'git lfs pull'");
    }
    if (text.startsWith("<!doctype") || text.startsWith("<html")) {
      return Optional.of("a web page: the download got an error or a login instead of the file");
    }
    if (text.startsWith("pk\u0003\u0004") || text.startsWith("\u0080")) {
      return Optional.of(
          "an archive or pickle, which can carry code: take the model as GGUF or safetensors");
    }
    return Optional.empty();
  }
}
