/**
 * Machine code for what Java has no word for: an assembler of the few x86-64 instructions that the
 * kernels need, and the call of what it wrote. There is no library to build, to ship or to trust:
 * the code is written when the engine starts, by the Java sources that one reads, and only where
 * the processor has the instructions. Everywhere else, and with {@code -Dkedge.machine-code=false},
 * the kernels do without, and give the same bits.
 *
 * <p>What is written may only read and write what {@link dev.kedge.engine.kernel} has checked. Its
 * pages are written first and made executable then, never both at once; a system that forbids that
 * gets the kernels without.
 */
@NullMarked
package dev.kedge.engine.machine;

import org.jspecify.annotations.NullMarked;
