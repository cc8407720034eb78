package dev.kedge.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Asks the processor to fetch memory before a kernel comes to it. Java has no word for that: a load
 * that nobody needs yet still holds up everything behind it until its line has come, which with
 * eight tokens costs a fifth of the speed. So here are the only bytes of machine code of Kedge, a
 * loop around x86-64's {@code PREFETCHT0}, called through the foreign-function interface in 4 ns.
 * The instruction changes no register and no memory and never faults, whatever the address, so
 * nothing but time can depend on it.
 *
 * <p>Elsewhere than on Linux and x86-64, where memory may not be made executable, or with {@code
 * -Dkedge.prefetch=false}, it is left out.
 */
final class Prefetch {
  /** Bytes of a line of the cache. */
  static final int LINE = 64;

  private static final MethodHandle NOTHING =
      MethodHandles.empty(MethodType.methodType(void.class, long.class, long.class, long.class));
  private static final MethodHandle STREAMS = code();

  /** Whether it does anything. */
  @SuppressWarnings("ReferenceEquality")
  static final boolean ON = STREAMS != NOTHING;

  private static final int READ_WRITE = 3;
  private static final int READ_EXECUTE = 5;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final long PAGE = 4096;

  private Prefetch() {}

  /**
   * Asks for the next lines of two streams.
   *
   * @param address of the first stream
   * @param apart from there to the second
   * @param lines of each, at least 1; more than a processor has open requests for, about 16, make
   *     it wait
   */
  static void streams(long address, long apart, long lines) {
    try {
      STREAMS.invokeExact(address, apart, lines);
    } catch (Throwable e) {
      throw new IllegalStateException("a prefetch throws nothing", e);
    }
  }

  private static MethodHandle code() {
    boolean known =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("amd64");
    if (!known || System.getProperty("kedge.prefetch", "true").equals("false")) return NOTHING;
    try {
      return map();
    } catch (Throwable e) {
      return NOTHING; // native access is not allowed, or there is no such function
    }
  }

  private static MethodHandle map() throws Throwable {
    byte[] code =
        HexFormat.of()
            .parseHex(
                "0f180f" // again: prefetcht0 [rdi]
                    + "0f180c37" // prefetcht0 [rdi + rsi]
                    + "4883c740" // add rdi, 64
                    + "48ffca" // dec rdx
                    + "75f0" // jnz again
                    + "c3"); // ret
    MethodHandle mmap =
        function(
            "mmap",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    MethodHandle protect =
        function("mprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    MethodHandle unmap = function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    long address = (long) mmap.invokeExact(0L, PAGE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    if (address == -1) return NOTHING;
    MemorySegment page = MemorySegment.ofAddress(address).reinterpret(PAGE);
    MemorySegment.copy(code, 0, page, JAVA_BYTE, 0, code.length);
    // Never both writable and executable.
    if ((int) protect.invokeExact(address, PAGE, READ_EXECUTE) != 0) {
      int _ = (int) unmap.invokeExact(address, PAGE);
      return NOTHING;
    }
    return Linker.nativeLinker()
        .downcallHandle(
            page,
            FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.critical(false));
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }
}
