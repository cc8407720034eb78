package dev.kedge.engine.kernel;

import dev.kedge.engine.machine.Assembler;
import dev.kedge.engine.machine.MachineCode;
import dev.kedge.engine.machine.Memory;
import dev.kedge.engine.machine.Register;
import org.jspecify.annotations.Nullable;

/**
 * Asks the processor to fetch memory before a kernel comes to it. Java has no word for that: a load
 * that nobody needs yet still holds up everything behind it until its line has come, which with
 * eight tokens costs a fifth of the speed. So it is machine code, a loop around {@code PREFETCHT0},
 * called in 4 ns. The instruction changes no register and no memory and never faults, whatever the
 * address, so nothing but time can depend on it. Where there is no machine code, it is left out.
 */
final class Prefetch {
  /** Bytes of a line of the cache. */
  static final int LINE = 64;

  private static final @Nullable MachineCode STREAMS = MachineCode.of(streams()).orElse(null);

  /** Whether it does anything. */
  static final boolean ON = STREAMS != null;

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
    if (STREAMS != null) STREAMS.call(address, apart, lines);
  }

  private static byte[] streams() {
    Assembler code = new Assembler();
    int again = code.here();
    code.prefetch(Memory.at(Register.RDI));
    code.prefetch(Memory.at(Register.RDI, Register.RSI, 1));
    code.add(Register.RDI, LINE);
    code.decrement(Register.RDX);
    code.jumpIfNotZero(again);
    code.ret();
    return code.code();
  }
}
