package dev.kedge.engine.machine;

/**
 * Vector instructions of AVX-512 in the form with 512 bits, by Intel's names: opcode map, mandatory
 * prefix, W, opcode and the bytes by which a short displacement counts (Intel's manual, volume 2,
 * chapters 2.7 and 5). In memory all stand without need of alignment.
 */
public enum Instruction {
  /** Adds to ints the products of four unsigned bytes with four signed ones (VNNI). */
  VPDPBUSD(0x0F38, 0x66, 0, 0x50, 64),
  /** Takes a byte from each of the eight places of 64 bits that the first operand names (VBMI). */
  VPMULTISHIFTQB(0x0F38, 0x66, 1, 0x83, 64),
  VPANDD(0x0F, 0x66, 0, 0xDB, 64),
  VPXORD(0x0F, 0x66, 0, 0xEF, 64),
  VPADDD(0x0F, 0x66, 0, 0xFE, 64),
  VPSUBD(0x0F, 0x66, 0, 0xFA, 64),
  VPMAXSD(0x0F38, 0x66, 0, 0x3D, 64),
  VPMAXUD(0x0F38, 0x66, 0, 0x3F, 64),
  VPMINUD(0x0F38, 0x66, 0, 0x3B, 64),
  /** Ints to words, within 128 bits: first's, then second's; then words to bytes. */
  VPACKSSDW(0x0F, 0x66, 0, 0x6B, 64),
  VPACKSSWB(0x0F, 0x66, 0, 0x63, 64),
  /** The second operand's ints that the first names. */
  VPERMD(0x0F38, 0x66, 0, 0x36, 64),
  /** The first operand's bytes that the second names, within 128 bits. */
  VPSHUFB(0x0F38, 0x66, 0, 0x00, 64),
  VADDPS(0x0F, 0, 0, 0x58, 64),
  VMULPS(0x0F, 0, 0, 0x59, 64),
  VDIVPS(0x0F, 0, 0, 0x5E, 64),
  /** to = first · to + second, rounded once. */
  VFMADD213PS(0x0F38, 0x66, 0, 0xA8, 64),
  /** to = first · second + to, rounded once. */
  VFMADD231PS(0x0F38, 0x66, 0, 0xB8, 64),
  VCVTDQ2PS(0x0F, 0, 0, 0x5B, 64),
  VPBROADCASTD(0x0F38, 0x66, 0, 0x58, 4),
  VMOVDQU32(0x0F, 0xF3, 0, 0x6F, 64),
  /** Under a mask of words; others of {@code to} stay. */
  VMOVDQU16(0x0F, 0xF2, 1, 0x6F, 64),
  /** To memory. */
  STORE32(0x0F, 0xF3, 0, 0x7F, 64);

  final int map;
  final int prefix;
  final int w;
  final int opcode;
  final int unit;

  Instruction(int map, int prefix, int w, int opcode, int unit) {
    this.map = map == 0x0F ? 1 : 2;
    this.prefix =
        switch (prefix) {
          case 0 -> 0;
          case 0x66 -> 1;
          case 0xF3 -> 2;
          default -> 3;
        };
    this.w = w;
    this.opcode = opcode;
    this.unit = unit;
  }
}
