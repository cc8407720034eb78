package dev.kedge.engine.model;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;

/**
 * llama.cpp as an independent oracle, called at its C interface, since its bindings show no logits:
 * the library that its Java binding ({@code de.kherud:llama}) ships, and the newer one that {@code
 * bench/llama} installs for speed. Tests that need one are skipped where it cannot be loaded.
 */
public final class LlamaCpp {
  /** Which llama.cpp: the one of the Java binding, or the newer one of the Node binding. */
  public enum Release {
    JAVA_BINDING(16, 88),
    NODE_BINDING(28, 104);

    /* Where fields of llama_context_params stand, in bytes from its start. */
    private final long threads;
    private final long typeK;

    Release(long threads, long typeK) {
      this.threads = threads;
      this.typeK = typeK;
    }
  }

  /* Larger than the C structs, which stand at the start: they are passed and returned in memory. */
  private static final StructLayout PARAMETERS =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(32, JAVA_LONG));
  private static final StructLayout BATCH =
      MemoryLayout.structLayout(
          JAVA_INT.withName("count"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("tokens"),
          ADDRESS.withName("embeddings"),
          ADDRESS.withName("positions"),
          ADDRESS.withName("sequenceCounts"),
          ADDRESS.withName("sequences"),
          ADDRESS.withName("logits"));
  private static final long N_CTX = 0;
  private static final long N_BATCH = 4;
  private static final long N_UBATCH = 8;
  private static final int F32 = 0;

  private static final Map<Release, LlamaCpp> LOADED = new EnumMap<>(Release.class);
  private static final Map<Release, String> PROBLEMS = new EnumMap<>(Release.class);

  private final Release release;
  private final SymbolLookup library;

  private LlamaCpp(Release release, SymbolLookup library) {
    this.release = release;
    this.library = library;
  }

  /** The library of the Java binding, or the test is skipped with the reason. */
  public static LlamaCpp require() {
    return require(Release.JAVA_BINDING);
  }

  /** The library of this release, or the test is skipped with the reason. */
  public static synchronized LlamaCpp require(Release release) {
    if (!LOADED.containsKey(release) && !PROBLEMS.containsKey(release)) {
      try {
        LlamaCpp llama = load(release);
        llama.call("llama_backend_init", FunctionDescriptor.ofVoid());
        LOADED.put(release, llama);
      } catch (IOException | RuntimeException | Error e) {
        PROBLEMS.put(release, "llama.cpp, " + release + ", cannot be loaded: " + e);
        System.out.println("skipped: " + PROBLEMS.get(release));
      }
    }
    assumeTrue(LOADED.containsKey(release), PROBLEMS.get(release));
    return LOADED.get(release);
  }

  private static LlamaCpp load(Release release) throws IOException {
    return switch (release) {
      case JAVA_BINDING -> ofJavaBinding();
      case NODE_BINDING -> ofNodeBinding();
    };
  }

  private static LlamaCpp ofJavaBinding() throws IOException {
    String system = System.getProperty("os.name").startsWith("Linux") ? "Linux" : "none";
    String processor = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    String name = "de/kherud/llama/" + system + "/" + processor + "/libjllama.so";
    Path copy = Files.createTempFile("libjllama", ".so");
    try (InputStream in = ClassLoader.getSystemResourceAsStream(name)) {
      if (in == null) throw new IOException(name + " is not on the class path");
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      LlamaCpp llama =
          new LlamaCpp(Release.JAVA_BINDING, SymbolLookup.libraryLookup(copy, Arena.global()));
      llama.silence();
      return llama;
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static LlamaCpp ofNodeBinding() throws IOException {
    Path folder =
        Path.of(
            System.getProperty("kedge.root", ".."),
            "bench/llama/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64");
    if (!Files.isDirectory(folder)) throw new IOException("npm ci was not run in bench/llama");
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "libllama.v*.so");
        Arena arena = Arena.ofConfined()) {
      Path file = found.iterator().next();
      LlamaCpp llama =
          new LlamaCpp(Release.NODE_BINDING, SymbolLookup.libraryLookup(file, Arena.global()));
      llama.silence();
      llama.call(
          "ggml_backend_load_all_from_path",
          FunctionDescriptor.ofVoid(ADDRESS),
          arena.allocateFrom(folder.toString()));
      return llama;
    }
  }

  @SuppressWarnings("unused") // called from C
  private static void ignore(int level, MemorySegment text, MemorySegment data) {}

  private void silence() {
    try {
      FunctionDescriptor log = FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS);
      MethodHandle ignore =
          MethodHandles.lookup()
              .findStatic(
                  LlamaCpp.class,
                  "ignore",
                  MethodType.methodType(
                      void.class, int.class, MemorySegment.class, MemorySegment.class));
      MemorySegment stub = Linker.nativeLinker().upcallStub(ignore, log, Arena.global());
      call("llama_log_set", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS), stub, MemorySegment.NULL);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object call(String function, FunctionDescriptor type, Object... arguments) {
    MethodHandle handle =
        Linker.nativeLinker().downcallHandle(library.find(function).orElseThrow(), type);
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }

  private MemorySegment pointer(String function, FunctionDescriptor type, Object... arguments) {
    return (MemorySegment) call(function, type, arguments);
  }

  /** Logits at every position of one sequence, keys and values kept as floats. */
  public float[][] logits(Path file, int[] tokens) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment model = model(arena, file);
      MemorySegment context = context(arena, model, tokens.length);
      int size =
          (int)
              call(
                  "llama_vocab_n_tokens",
                  FunctionDescriptor.of(JAVA_INT, ADDRESS),
                  pointer("llama_model_get_vocab", FunctionDescriptor.of(ADDRESS, ADDRESS), model));
      int failed =
          (int)
              call(
                  "llama_decode",
                  FunctionDescriptor.of(JAVA_INT, ADDRESS, BATCH),
                  context,
                  batch(arena, tokens));
      if (failed != 0) throw new IllegalStateException("llama_decode gave " + failed);
      float[][] logits = new float[tokens.length][];
      for (int i = 0; i < tokens.length; i++) {
        logits[i] =
            pointer(
                    "llama_get_logits_ith",
                    FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT),
                    context,
                    i)
                .reinterpret(4L * size)
                .toArray(JAVA_FLOAT);
      }
      call("llama_free", FunctionDescriptor.ofVoid(ADDRESS), context);
      call("llama_model_free", FunctionDescriptor.ofVoid(ADDRESS), model);
      return logits;
    }
  }

  private MemorySegment model(Arena arena, Path file) {
    MemorySegment parameters =
        pointer(
            "llama_model_default_params",
            FunctionDescriptor.of(PARAMETERS),
            (SegmentAllocator) arena);
    MemorySegment model =
        pointer(
            "llama_model_load_from_file",
            FunctionDescriptor.of(ADDRESS, ADDRESS, PARAMETERS),
            arena.allocateFrom(file.toString()),
            parameters);
    if (model.address() == 0) throw new IllegalStateException("llama.cpp refuses " + file);
    return model;
  }

  private MemorySegment context(Arena arena, MemorySegment model, int tokens) {
    MemorySegment parameters =
        pointer(
            "llama_context_default_params",
            FunctionDescriptor.of(PARAMETERS),
            (SegmentAllocator) arena);
    if (parameters.get(JAVA_INT, N_CTX) != 512
        || parameters.get(JAVA_INT, release.threads) != 4
        || parameters.get(JAVA_INT, release.threads + 4) != 4
        || parameters.get(JAVA_INT, release.typeK) != 1) {
      throw new IllegalStateException("llama_context_params is laid out in another way");
    }
    int room = Math.ceilDiv(tokens, 256) * 256;
    parameters.set(JAVA_INT, N_CTX, room);
    parameters.set(JAVA_INT, N_BATCH, room);
    parameters.set(JAVA_INT, N_UBATCH, room);
    parameters.set(JAVA_INT, release.threads, 1);
    parameters.set(JAVA_INT, release.threads + 4, 1); // the same for prompts
    parameters.set(JAVA_INT, release.typeK, F32);
    parameters.set(JAVA_INT, release.typeK + 4, F32); // the same for values
    MemorySegment context =
        pointer(
            "llama_init_from_model",
            FunctionDescriptor.of(ADDRESS, ADDRESS, PARAMETERS),
            model,
            parameters);
    if (context.address() == 0) throw new IllegalStateException("llama.cpp gives no context");
    return context;
  }

  private static MemorySegment batch(Arena arena, int[] tokens) {
    int n = tokens.length;
    MemorySegment sequence = arena.allocateFrom(JAVA_INT, 0);
    MemorySegment positions = arena.allocate(JAVA_INT, n);
    MemorySegment counts = arena.allocate(JAVA_INT, n);
    MemorySegment sequences = arena.allocate(ADDRESS, n);
    MemorySegment wanted = arena.allocate(JAVA_BYTE, n);
    for (int i = 0; i < n; i++) {
      positions.setAtIndex(JAVA_INT, i, i);
      counts.setAtIndex(JAVA_INT, i, 1);
      sequences.setAtIndex(ADDRESS, i, sequence);
      wanted.set(JAVA_BYTE, i, (byte) 1);
    }
    MemorySegment batch = arena.allocate(BATCH);
    batch.set(JAVA_INT, 0, n);
    batch.set(ADDRESS, 8, arena.allocateFrom(ValueLayout.JAVA_INT, tokens));
    batch.set(ADDRESS, 24, positions);
    batch.set(ADDRESS, 32, counts);
    batch.set(ADDRESS, 40, sequences);
    batch.set(ADDRESS, 48, wanted);
    return batch;
  }

  /**
   * The bytes that llama.cpp stores for these rows.
   *
   * @param type its number in GGUF files
   */
  public byte[] quantize(int type, float[] values, int columns, int bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(bytes, 64);
      long written =
          (long)
              call(
                  "ggml_quantize_chunk",
                  FunctionDescriptor.of(
                      JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                      ADDRESS),
                  type,
                  arena.allocateFrom(JAVA_FLOAT, values),
                  out,
                  0L,
                  (long) values.length / columns,
                  (long) columns,
                  MemorySegment.NULL);
      if (written != bytes) throw new IllegalStateException(written + " bytes, not " + bytes);
      return out.toArray(JAVA_BYTE);
    }
  }
}
