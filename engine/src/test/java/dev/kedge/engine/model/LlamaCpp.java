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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * llama.cpp as an independent oracle: the library that its Java binding ({@code de.kherud:llama})
 * ships, called at its C interface, since the binding shows no logits. Tests that need it are
 * skipped where it cannot be loaded.
 */
public final class LlamaCpp {
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
  /* llama_context_params, in bytes from its start. */
  private static final long N_CTX = 0;
  private static final long N_BATCH = 4;
  private static final long N_UBATCH = 8;
  private static final long N_THREADS = 16;
  private static final long N_THREADS_BATCH = 20;
  private static final long TYPE_K = 88;
  private static final long TYPE_V = 92;
  private static final int F32 = 0;

  private static Optional<LlamaCpp> loaded = Optional.empty();
  private static String problem = "";

  private final SymbolLookup library;

  private LlamaCpp(SymbolLookup library) {
    this.library = library;
  }

  /** The library, or the test is skipped with the reason. */
  public static synchronized LlamaCpp require() {
    if (loaded.isEmpty() && problem.isEmpty()) {
      try {
        loaded = Optional.of(load());
      } catch (IOException | RuntimeException | Error e) {
        problem = "llama.cpp cannot be loaded: " + e;
        System.out.println("skipped: " + problem);
      }
    }
    assumeTrue(loaded.isPresent(), problem);
    return loaded.orElseThrow();
  }

  private static LlamaCpp load() throws IOException {
    String system = System.getProperty("os.name").startsWith("Linux") ? "Linux" : "none";
    String processor = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    String name = "de/kherud/llama/" + system + "/" + processor + "/libjllama.so";
    Path copy = Files.createTempFile("libjllama", ".so");
    try (InputStream in = ClassLoader.getSystemResourceAsStream(name)) {
      if (in == null) throw new IOException(name + " is not on the class path");
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      LlamaCpp library = new LlamaCpp(SymbolLookup.libraryLookup(copy, Arena.global()));
      library.silence();
      library.call("llama_backend_init", FunctionDescriptor.ofVoid());
      return library;
    } finally {
      Files.deleteIfExists(copy);
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
    if (parameters.get(JAVA_INT, N_CTX) != 512 || parameters.get(JAVA_INT, TYPE_K) != 1) {
      throw new IllegalStateException("llama_context_params is laid out in another way");
    }
    int room = Math.ceilDiv(tokens, 256) * 256;
    parameters.set(JAVA_INT, N_CTX, room);
    parameters.set(JAVA_INT, N_BATCH, room);
    parameters.set(JAVA_INT, N_UBATCH, room);
    parameters.set(JAVA_INT, N_THREADS, 1);
    parameters.set(JAVA_INT, N_THREADS_BATCH, 1);
    parameters.set(JAVA_INT, TYPE_K, F32);
    parameters.set(JAVA_INT, TYPE_V, F32);
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
