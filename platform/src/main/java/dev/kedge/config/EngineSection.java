package dev.kedge.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A model that runs in this process, under {@code engine}.
 *
 * @param name under which callers ask for it
 * @param file a GGUF file, relative to the configuration
 * @param sha256 of the file; another file is not loaded; default: any
 * @param sequences answers at a time; default 16
 * @param context longest prompt plus answer in tokens; 0, the default: the model's own
 * @param threads compute threads; 0, the default: one per processor
 * @param cache how keys and values are kept: {@code f16}, the default, or {@code q8}, which takes
 *     half the memory and gives slightly other answers
 * @param verify when the file is read to compare its SHA-256: {@code after}, the default, reads a
 *     file that is unchanged since it was last verified while the engine already answers, and stops
 *     it on a difference; {@code before} reads it at every start before anything else
 * @param prefixes who shares what was computed for equal beginnings of prompts: {@code tenant}, the
 *     default, the calls of one tenant; {@code all} every call, so that the time to the first token
 *     tells one tenant what another has sent
 * @param price what its tokens cost, for metering; default nothing
 */
public record EngineSection(
    String name,
    Path file,
    Optional<String> sha256,
    Integer sequences,
    Integer context,
    Integer threads,
    CacheType cache,
    Verify verify,
    Prefixes prefixes,
    UpstreamSection.Price price) {
  /** How an engine keeps keys and values. */
  public enum CacheType {
    /** Half-precision floats. */
    F16,
    /** Eight bits and a scale per position and head. */
    Q8
  }

  /** When a known file is read again. */
  public enum Verify {
    /** While the engine answers already. */
    AFTER,
    /** Before it starts. */
    BEFORE
  }

  /** Who shares beginnings of prompts. */
  public enum Prefixes {
    /** The calls of one tenant. */
    TENANT,
    /** All calls. */
    ALL
  }

  public EngineSection {
    name = Check.name(name, "name");
    file = Check.required(file, "file");
    sha256 = Check.or(sha256, Optional.empty());
    if (sha256.isPresent() && !sha256.get().matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("sha256 has 64 digits of 0-9 and a-f");
    }
    sequences = Check.range(sequences, 16, 1, 4_096, "sequences");
    context = Check.range(context, 0, 0, Integer.MAX_VALUE, "context");
    threads = Check.range(threads, 0, 0, 4_096, "threads");
    cache = Check.or(cache, CacheType.F16);
    verify = Check.or(verify, Verify.AFTER);
    prefixes = Check.or(prefixes, Prefixes.TENANT);
    price = Check.or(price, UpstreamSection.Price.FREE);
  }
}
