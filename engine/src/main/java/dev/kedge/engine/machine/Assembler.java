package dev.kedge.engine.machine;

import java.io.ByteArrayOutputStream;

/**
 * Writes x86-64 machine code: the few instructions that kernels need. Vector registers go by their
 * numbers, 0 to 31, and have 512 bits. Encodings follow Intel's manual, volume 2, chapter 2; a test
 * compares every form with what another assembler makes of it.
 */
public final class Assembler {
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();

  /** What has been written. */
  public byte[] code() {
    return code.toByteArray();
  }

  /** Where the next instruction begins; for {@link #jumpIfNotZero}. */
  public int here() {
    return code.size();
  }

  // ---- vectors

  /** {@code to = first op second}; where {@code to} is an operand, too, it is the third. */
  public void emit(Instruction i, int to, int first, int second) {
    vector(i.map, i.prefix, i.w, i.opcode, to, first, second, 0);
  }

  public void emit(Instruction i, int to, int first, Memory second) {
    vector(i, to, first, second, false);
  }

  /** The int or float in memory stands for sixteen. */
  public void emitEach(Instruction i, int to, int first, Memory second) {
    vector(i, to, first, second, true);
  }

  /** For instructions with one operand. */
  public void emit(Instruction i, int to, int from) {
    vector(i.map, i.prefix, i.w, i.opcode, to, 0, from, 0);
  }

  public void emit(Instruction i, int to, Memory from) {
    vector(i, to, 0, from, false);
  }

  public void store(Memory to, int from) {
    vector(Instruction.STORE32, from, 0, to, false);
  }

  /** Only what a mask register, 1 to 7, selects; the rest of {@code to} stays. */
  public void emitMasked(Instruction i, int to, int mask, int from) {
    vector(i.map, i.prefix, i.w, i.opcode, to, 0, from, mask);
  }

  public void shift(Shift s, int to, int from, int count) {
    vector(1, 1, 0, Shift.OPCODE, s.extension, to, from, 0);
    code.write(count);
  }

  /**
   * {@code to}'s bits where a, b and c are bits of {@code to}, first and second: table[4a+2b+c].
   */
  public void ternary(int to, int first, int second, int table) {
    vector(3, 1, 0, 0x25, to, first, second, 0);
    code.write(table);
  }

  /** As above; the int in memory stands for sixteen. */
  public void ternaryEach(int to, int first, Memory second, int table) {
    vector(3, 1, 0, 0x25, to, first, second, 1, 4);
    code.write(table);
  }

  /** Each 128 bits' ints in the order of four pairs of bits. */
  public void shuffleInts(int to, int from, int order) {
    vector(1, 1, 0, 0x70, to, 0, from, 0);
    code.write(order);
  }

  /** Four parts of 128 bits: two of first's, then two of second's, by four pairs of bits. */
  public void shuffleQuarters(int to, int first, int second, int order) {
    vector(3, 1, 0, 0x23, to, first, second, 0);
    code.write(order);
  }

  /** The register's lower 32 bits in each int. */
  public void broadcast(int to, Register from) {
    vector(2, 1, 0, 0x7C, to, 0, from.number, 0);
  }

  /** Sets a mask register of 32 bits. */
  public void mask(int mask, Register from) {
    if (from.high() != 0) throw new IllegalArgumentException(from + " is not among the first 8");
    if (mask < 1 || mask > 7) throw new IllegalArgumentException("there is no mask " + mask);
    bytes(0xC5, 0xFB, 0x92, 0xC0 | mask << 3 | from.low());
  }

  /** Before code returns to such that does not know of wide registers. */
  public void vzeroupper() {
    bytes(0xC5, 0xF8, 0x77);
  }

  // ---- general registers, 64 bits

  public void load(Register to, Memory from) {
    general(0x8B, to, from);
  }

  public void store(Memory to, Register from) {
    general(0x89, from, to);
  }

  /** The address itself. */
  public void address(Register to, Memory of) {
    general(0x8D, to, of);
  }

  public void move(Register to, Register from) {
    general(0x89, from.number, to);
  }

  public void add(Register to, Register from) {
    general(0x01, from.number, to);
  }

  public void add(Register to, int constant) {
    general(0x81, 0, to);
    word(constant);
  }

  public void subtract(Register to, Register from) {
    general(0x29, from.number, to);
  }

  /** Sets the upper half to 0. */
  public void set(Register to, int constant) {
    if (to.high() != 0) code.write(0x41);
    code.write(0xB8 | to.low());
    word(constant);
  }

  /** One less; then {@link #jumpIfNotZero} sees whether it is 0. */
  public void decrement(Register of) {
    general(0xFF, 1, of);
  }

  /** Of 64 bits. */
  public void decrement(Memory of) {
    rex(1, 0, of);
    code.write(0xFF);
    operand(1, of, 1);
  }

  public void push(Register from) {
    if (from.high() != 0) code.write(0x41);
    code.write(0x50 | from.low());
  }

  public void pop(Register to) {
    if (to.high() != 0) code.write(0x41);
    code.write(0x58 | to.low());
  }

  /** Back to where {@link #here} was. */
  public void jumpIfNotZero(int target) {
    bytes(0x0F, 0x85);
    word(target - (code.size() + 4));
  }

  public void ret() {
    code.write(0xC3);
  }

  /** Asks for the line in the first-level cache, whatever the address. */
  public void prefetch(Memory line) {
    prefetch(line, 1);
  }

  /** As above, in the second-level cache, which can wait for more lines at a time. */
  public void prefetchSecond(Memory line) {
    prefetch(line, 2);
  }

  private void prefetch(Memory line, int level) {
    if (line.base().high() != 0 || (line.index() != null && line.index().high() != 0)) {
      rex(0, 0, line);
    }
    bytes(0x0F, 0x18);
    operand(level, line, 1);
  }

  // ---- encoding

  private void vector(Instruction i, int to, int first, Memory second, boolean each) {
    int unit = each ? 4 : i.unit;
    vector(i.map, i.prefix, i.w, i.opcode, to, first, second, each ? 1 : 0, unit);
  }

  private void vector(
      int map,
      int prefix,
      int w,
      int opcode,
      int to,
      int first,
      Memory second,
      int each,
      int unit) {
    int index = second.index() == null ? 0 : second.index().high();
    prefix(map, prefix, w, to, first, second.base().high(), index, each, 0);
    code.write(opcode);
    operand(to & 7, second, unit);
  }

  private void vector(
      int map, int prefix, int w, int opcode, int to, int first, int second, int mask) {
    if ((second & ~31) != 0) throw new IllegalArgumentException("no vector register " + second);
    prefix(map, prefix, w, to, first, second >> 3 & 1, second >> 4, 0, mask);
    code.write(opcode);
    code.write(0xC0 | (to & 7) << 3 | (second & 7));
  }

  /* EVEX: four bytes, in which the upper bits of registers are inverted. */
  private void prefix(
      int map, int prefix, int w, int to, int first, int b, int x, int each, int mask) {
    if (((to | first) & ~31) != 0) {
      throw new IllegalArgumentException("vector registers are 0 to 31, not " + to + ", " + first);
    }
    int r = to >> 3 & 1;
    int upper = to >> 4;
    bytes(
        0x62,
        (r ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | (upper ^ 1) << 4 | map,
        w << 7 | (~first & 15) << 3 | 4 | prefix,
        2 << 5 | each << 4 | (first >> 4 ^ 1) << 3 | mask);
  }

  private void general(int opcode, Register register, Memory memory) {
    rex(1, register.high(), memory);
    code.write(opcode);
    operand(register.low(), memory, 1);
  }

  private void general(int opcode, int field, Register register) {
    bytes(0x48 | (field >> 3) << 2 | register.high(), opcode);
    code.write(0xC0 | (field & 7) << 3 | register.low());
  }

  private void rex(int w, int register, Memory memory) {
    int index = memory.index() == null ? 0 : memory.index().high();
    code.write(0x40 | w << 3 | register << 2 | index << 1 | memory.base().high());
  }

  /* ModRM, SIB where needed, and the displacement, short where it is a multiple of the unit. */
  private void operand(int field, Memory memory, int unit) {
    int low = memory.base().low();
    int displacement = memory.displacement();
    int shorter = displacement / unit;
    boolean small = displacement % unit == 0 && shorter == (byte) shorter;
    int mode = displacement == 0 && low != 5 ? 0 : small ? 1 : 2;
    Register index = memory.index();
    if (index == null && low != 4) {
      code.write(mode << 6 | field << 3 | low);
    } else {
      code.write(mode << 6 | field << 3 | 4);
      int scale = Integer.numberOfTrailingZeros(memory.scale());
      code.write(scale << 6 | (index == null ? 4 : index.low()) << 3 | low);
    }
    if (mode == 1) code.write(shorter);
    if (mode == 2) word(displacement);
  }

  private void word(int value) {
    bytes(value, value >> 8, value >> 16, value >> 24);
  }

  private void bytes(int... values) {
    for (int value : values) code.write(value);
  }
}
