package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VPDPBUSD;

import dev.kedge.engine.machine.Assembler;
import dev.kedge.engine.machine.MachineCode;
import dev.kedge.engine.machine.Register;
import org.jspecify.annotations.Nullable;

/** As many multiply-adds of bytes as VPDPBUSD can do when it has nothing to wait for. */
final class VnniPeak {
  /* More than a product takes cycles, times what a processor begins in one. */
  private static final int CHAINS = 16;
  private static final int PRODUCTS = 64;
  private static final int STEPS = 20_000;

  private static final @Nullable MachineCode CODE =
      VnniProducts.ON ? MachineCode.of(assemble()).orElse(null) : null;

  private VnniPeak() {}

  /** Computes for some microseconds. Returns how many multiply-adds that were; 0 without VNNI. */
  static long compute() {
    if (CODE == null) return 0;
    CODE.call(STEPS, 0, 0);
    return (long) STEPS * CHAINS * PRODUCTS;
  }

  private static byte[] assemble() {
    Assembler code = new Assembler();
    int step = code.here();
    for (int chain = 0; chain < CHAINS; chain++) code.emit(VPDPBUSD, chain, CHAINS, CHAINS + 1);
    code.decrement(Register.RDI);
    code.jumpIfNotZero(step);
    code.vzeroupper();
    code.ret();
    return code.code();
  }
}
