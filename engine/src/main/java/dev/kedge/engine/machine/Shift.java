package dev.kedge.engine.machine;

/** Shifts of ints by a constant, and what the opcode's register field says. */
public enum Shift {
  VPSRLD(2),
  VPSRAD(4),
  VPSLLD(6);

  static final int OPCODE = 0x72;

  final int extension;

  Shift(int extension) {
    this.extension = extension;
  }
}
