package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VFMADD213PS;
import static dev.kedge.engine.machine.Instruction.VFMADD231PS;
import static dev.kedge.engine.machine.Instruction.VMOVDQU16;
import static dev.kedge.engine.machine.Instruction.VMOVDQU32;
import static dev.kedge.engine.machine.Instruction.VMULPS;
import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Instruction.VPBROADCASTD;
import static dev.kedge.engine.machine.Instruction.VPXORD;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R10;
import static dev.kedge.engine.machine.Register.R11;
import static dev.kedge.engine.machine.Register.R12;
import static dev.kedge.engine.machine.Register.R13;
import static dev.kedge.engine.machine.Register.R14;
import static dev.kedge.engine.machine.Register.R15;
import static dev.kedge.engine.machine.Register.R8;
import static dev.kedge.engine.machine.Register.R9;
import static dev.kedge.engine.machine.Register.RAX;
import static dev.kedge.engine.machine.Register.RBP;
import static dev.kedge.engine.machine.Register.RBX;
import static dev.kedge.engine.machine.Register.RCX;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Register.RDX;
import static dev.kedge.engine.machine.Register.RSI;
import static dev.kedge.engine.machine.Shift.VPSLLD;
import static dev.kedge.engine.machine.Shift.VPSRAD;
import static dev.kedge.engine.machine.Shift.VPSRLD;

import dev.kedge.engine.machine.Assembler;
import dev.kedge.engine.machine.Memory;
import dev.kedge.engine.machine.Register;
import java.util.List;

/**
 * Machine code for products of up to 8 tokens with panels of quantized weights (see {@link
 * PackedLayout}), by VPDPBUSD: the sum of four products of bytes, added to an int, for 16 rows at
 * once. The arithmetic is that of {@link ScalarProducts}.
 *
 * <p>Panel after panel, span after span, block after block, group of 32 rows after group, and all
 * tokens: so each group's integers are a stream that is read once, and a group's sums are all that
 * must stay in registers. What the scales make of them is added to in memory. Several panels are
 * for one token only: the results of the next stand where those of the next token would.
 *
 * <p>Registers: RDI what the argument points to (see {@link VnniMemory}), RSI the block's integers
 * of the first group, RDX from there to the next group's, RAX its scales, RBX what its sums are
 * added to, R8 and R11 the records of tokens 0 and 4, R9 from a token's to the next, R10 three
 * times that, R12 to R14 as RSI, RAX and RBX for a group, R15, RCX and RBP the groups, blocks and
 * spans that are left.
 */
abstract class VnniCode {
  /** Most tokens at once: their sums take half of the registers. */
  static final int TOKENS = 8;

  /* From one token's results to the next one's, and to the next group's. */
  static final int TOKEN = PackedLayout.PANEL * 4;
  static final int GROUP = PackedLayout.GROUP * 4;
  static final int HALF = GROUP / 2;

  /** A group's scales of a block. */
  static final int VECTOR = 64;

  private static final int ODD_WORDS = 1;
  private static final int EVEN_WORDS = 2;
  private static final int VECTORS = PackedLayout.GROUPS * VECTOR;
  private static final List<Register> KEPT = List.of(RBX, RBP, R12, R13, R14, R15);

  final Assembler code = new Assembler();
  final int tokens;
  private final int ahead;

  /**
   * @param ahead blocks ahead of what is read that memory is asked for; 0 for not at all
   */
  VnniCode(int tokens, int ahead) {
    this.tokens = tokens;
    this.ahead = ahead;
  }

  /** Bytes of a group's integers of a block. */
  abstract int groupBytes();

  /** What a function needs once: constants. */
  abstract void begin();

  /** Adds a block of a group. */
  abstract void group();

  /** Vectors of scales per group that stand behind those of a span's blocks. */
  abstract int outerVectors();

  /** Adds a span of a group to the results at R12, from what was added up at R14. */
  abstract void outer();

  final byte[] assemble() {
    KEPT.forEach(code::push);
    code.load(RSI, at(RDI, VnniMemory.INTEGERS));
    code.load(RDX, at(RDI, VnniMemory.APART));
    code.load(RAX, at(RDI, VnniMemory.SCALES));
    code.load(R9, at(RDI, VnniMemory.STRIDE));
    code.address(R10, at(R9, R9, 2));
    begin();
    int panel = code.here();
    code.load(R8, at(RDI, VnniMemory.RECORDS));
    code.address(R11, at(R8, R9, 4));
    code.load(RBP, at(RDI, VnniMemory.SPANS));
    int span = code.here();
    span();
    code.decrement(RBP);
    code.jumpIfNotZero(span);
    code.load(RBX, at(RDI, VnniMemory.RESULTS));
    code.add(RBX, TOKEN);
    code.store(at(RDI, VnniMemory.RESULTS), RBX);
    code.decrement(at(RDI, VnniMemory.PANELS));
    code.jumpIfNotZero(panel);
    code.vzeroupper();
    KEPT.reversed().forEach(code::pop);
    code.ret();
    return code.code();
  }

  private void span() {
    code.load(RBX, at(RDI, outerVectors() == 0 ? VnniMemory.RESULTS : VnniMemory.SUMS));
    code.load(RCX, at(RDI, VnniMemory.BLOCKS));
    int block = code.here();
    code.move(R12, RSI);
    groups(this::group, RDX);
    code.add(RSI, groupBytes());
    code.add(RAX, VECTORS);
    code.add(R8, ByteRecords.BYTES);
    code.add(R11, ByteRecords.BYTES);
    code.decrement(RCX);
    code.jumpIfNotZero(block);
    if (outerVectors() == 0) return;
    code.load(R12, at(RDI, VnniMemory.RESULTS));
    code.set(RCX, GROUP);
    groups(this::outer, RCX);
    code.add(RAX, outerVectors() * VECTORS);
  }

  private void groups(Runnable each, Register apart) {
    code.move(R13, RAX);
    code.move(R14, RBX);
    code.set(R15, PackedLayout.GROUPS);
    int group = code.here();
    each.run();
    code.add(R12, apart);
    code.add(R13, VECTOR);
    code.add(R14, GROUP);
    code.decrement(R15);
    code.jumpIfNotZero(group);
  }

  /** In a token's record of the block. */
  static Memory record(int token, int offset) {
    Register first = token < 4 ? R8 : R11;
    return switch (token & 3) {
      case 0 -> at(first, offset);
      case 1 -> at(first, R9, 1).plus(offset);
      case 2 -> at(first, R9, 2).plus(offset);
      default -> at(first, R10, 1).plus(offset);
    };
  }

  /** A token's sums or results of one half of the group, at R14 or R12. */
  static Memory rows(Register where, int token, int half) {
    return at(where, token * TOKEN + half * HALF);
  }

  /** The scales of a group's vector of the block before this one, and so on. */
  static Memory scalesBefore(int blocks) {
    return at(R13, -blocks * VECTORS);
  }

  /** Asks for the lines from so many bytes of the block on, some blocks later. */
  final void fetch(int from, int lines) {
    if (ahead == 0) return;
    for (int i = 0; i < lines; i++) {
      code.prefetch(at(R12, ahead * groupBytes() + from + i * 64));
    }
  }

  final void fetchScales() {
    if (ahead != 0) code.prefetch(at(R13, ahead * VECTORS));
  }

  /** A vector of the same bytes in each int, {@code further} more in every second one. */
  static byte[] vector(int[] bytes, int further) {
    byte[] vector = new byte[VECTOR];
    for (int i = 0; i < VECTOR; i++) vector[i] = (byte) (bytes[i % 4] + i % 8 / 4 * further);
    return vector;
  }

  /** What {@link #rowsApart} needs. */
  final void wordMasks() {
    code.set(RBX, 0xAAAAAAAA);
    code.mask(ODD_WORDS, RBX);
    code.set(RBX, 0x55555555);
    code.mask(EVEN_WORDS, RBX);
  }

  /**
   * Of two vectors with two rows in an int makes one with the even rows and one with the odd rows:
   * first's lower half, then second's.
   */
  final void rowsApart(int first, int second, int free, int alsoFree) {
    code.shift(VPSLLD, free, second, 16);
    code.shift(VPSRLD, alsoFree, first, 16);
    code.emitMasked(VMOVDQU16, first, ODD_WORDS, free);
    code.emitMasked(VMOVDQU16, second, EVEN_WORDS, alsoFree);
  }

  final void load(int to, Memory from) {
    code.emit(VMOVDQU32, to, from);
  }

  final void loadEach(int to, Memory from) {
    code.emit(VPBROADCASTD, to, from);
  }

  final void zero(int to) {
    code.emit(VPXORD, to, to, to);
  }

  /**
   * The F16 numbers in the lower and upper halves of a vector as floats: exponent and fraction are
   * moved to their places, which leaves a factor. Constants in registers {@code bits} and {@code
   * power}.
   */
  final void halves(int low, int high, int bits, int power) {
    code.shift(VPSRAD, high, low, 3);
    code.shift(VPSLLD, low, low, 16);
    code.shift(VPSRAD, low, low, 3);
    code.emit(VPANDD, high, high, bits);
    code.emit(VPANDD, low, low, bits);
    code.emit(VMULPS, high, high, power);
    code.emit(VMULPS, low, low, power);
  }

  /** sum · by + memory, to memory. */
  final void addTo(Memory memory, int sum, int by) {
    code.emit(VFMADD213PS, sum, by, memory);
    code.store(memory, sum);
  }

  /** to += first · second. */
  final void multiplyAdd(int to, int first, int second) {
    code.emit(VFMADD231PS, to, first, second);
  }
}
