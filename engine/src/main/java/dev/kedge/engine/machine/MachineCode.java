package dev.kedge.engine.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A function of machine code. There is such on Linux and x86-64, where memory may be made
 * executable and {@code -Dkedge.machine-code=false} does not forbid it. Pages are never writable
 * and executable at once, and stay until the process ends.
 *
 * <p>Any thread may call it, if the code allows that.
 */
public final class MachineCode {
  private static final int READ_WRITE = 3;
  private static final int READ_EXECUTE = 5;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final long PAGE = 4096;
  /* Functions begin where a line of the cache does. */
  private static final long LINE = 64;

  /** Linked when it is needed first, for not every system and not every start of Java allows it. */
  private static final class Native {
    static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.critical(false));
    static final MethodHandle CALL_WITH_ARRAY =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.critical(true));
    static final MethodHandle CALL_WITH_ARRAYS =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.ofVoid(
                    ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.critical(true));
    static final MethodHandle MMAP =
        function(
            "mmap",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    static final MethodHandle PROTECT =
        function("mprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    static final MethodHandle UNMAP =
        function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
  }

  private final MemorySegment entry;

  private MachineCode(MemorySegment entry) {
    this.entry = entry;
  }

  /** As below, for a single function. */
  public static Optional<MachineCode> of(byte[] function) {
    return of(List.of(function)).stream().findFirst();
  }

  /** Maps these functions; none at all if that is forbidden or the system refuses. */
  public static List<MachineCode> of(List<byte[]> functions) {
    if (!known()) return List.of();
    try {
      return map(functions);
    } catch (Throwable e) {
      return List.of(); // native access is not allowed, or the system has no such calls
    }
  }

  private static boolean known() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("amd64")
        && !System.getProperty("kedge.machine-code", "true").equals("false");
  }

  /**
   * Runs it, with arguments in RDI, RSI and RDX, after a few nanoseconds. Meanwhile nothing
   * collects garbage in this process, so it must be short.
   */
  public void call(long first, long second, long third) {
    try {
      Native.CALL.invokeExact(entry, first, second, third);
    } catch (Throwable e) {
      throw new IllegalStateException("machine code throws nothing", e);
    }
  }

  /** As above; the first argument, in RDI, may lie in an array, and RCX is the fourth. */
  public void call(MemorySegment first, long second, long third, long fourth) {
    try {
      Native.CALL_WITH_ARRAY.invokeExact(entry, first, second, third, fourth);
    } catch (Throwable e) {
      throw new IllegalStateException("machine code throws nothing", e);
    }
  }

  /**
   * As above with four that may lie in arrays, in RDI, RSI, RDX and RCX; then R8, R9 and what is on
   * the stack behind the address to return to.
   */
  public void call(
      MemorySegment first,
      MemorySegment second,
      MemorySegment third,
      MemorySegment fourth,
      long fifth,
      long sixth,
      long seventh) {
    try {
      Native.CALL_WITH_ARRAYS.invokeExact(
          entry, first, second, third, fourth, fifth, sixth, seventh);
    } catch (Throwable e) {
      throw new IllegalStateException("machine code throws nothing", e);
    }
  }

  long address() {
    return entry.address();
  }

  private static List<MachineCode> map(List<byte[]> functions) throws Throwable {
    long bytes = 0;
    for (byte[] function : functions) bytes += Math.ceilDiv(function.length, LINE) * LINE;
    bytes = Math.ceilDiv(bytes, PAGE) * PAGE;
    long address = (long) Native.MMAP.invokeExact(0L, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    if (address == -1) return List.of();
    MemorySegment pages = MemorySegment.ofAddress(address).reinterpret(bytes);
    List<MachineCode> mapped = new ArrayList<>();
    long at = 0;
    for (byte[] function : functions) {
      MemorySegment.copy(function, 0, pages, JAVA_BYTE, at, function.length);
      mapped.add(new MachineCode(pages.asSlice(at)));
      at += Math.ceilDiv(function.length, LINE) * LINE;
    }
    if ((int) Native.PROTECT.invokeExact(address, bytes, READ_EXECUTE) != 0) {
      int _ = (int) Native.UNMAP.invokeExact(address, bytes);
      return List.of();
    }
    return List.copyOf(mapped);
  }
}
