/**
 * The arithmetic of the forward pass, of training and of quantizing; the only package that sees the
 * Vector API.
 *
 * <p>{@link dev.kedge.engine.kernel.ScalarKernels} is the specification, {@link
 * dev.kedge.engine.kernel.VectorKernels} gives the same bits faster, {@link
 * dev.kedge.engine.kernel.Kernels#best} chooses once and says why. The rules that make bits
 * independent of machine, batch and threads:
 *
 * <ul>
 *   <li>Float dot products run in 16 virtual lanes, lane j takes the elements whose index is j
 *       modulo 16, then a fixed tree adds the lanes: one 512-bit, two 256-bit or four 128-bit
 *       registers.
 *   <li>Quantized weights meet activations of 8 bits; the sum of a block of 32 is an integer, hence
 *       exact in any order, and blocks are added by one fused multiply-add each, in order.
 *   <li>Attention scores and value sums run in order of position; softmax uses our own polynomial
 *       exponential ({@link dev.kedge.engine.kernel.Exponential}), never a platform's.
 *   <li>Training's matrix products ({@link dev.kedge.engine.kernel.Gemm}) are one chain per element
 *       of the result.
 *   <li>The search for scales of K types ({@link dev.kedge.engine.kernel.PartSearch}) has a part of
 *       a block in every lane and adds nothing across lanes.
 * </ul>
 *
 * <p>Quantized weights are repacked once, see {@link dev.kedge.engine.kernel.Packer}: rows in
 * lanes, integer sums modulo 2¹⁶, memory read in few long streams. One token takes all panels of a
 * thread in one pass ({@link dev.kedge.engine.kernel.OneToken}) over four streams, read evenly: a
 * pause in reading or a vector across two lines of the cache is lost time. On Zen 5 a loop in C of
 * twelve vector operations per line reads 91 to 93 % of what reading alone reaches.
 *
 * <p>Java's vectors have no products of bytes. Where the processor has (VPDPBUSD, VNNI), {@link
 * dev.kedge.engine.kernel.VnniProducts} runs machine code from {@link dev.kedge.engine.machine}:
 * the same integers, the same floats in the same order, hence the same bits. On Zen 4 its products
 * of 8 tokens reach 164·10⁹ multiply-adds per second and core (Q4_0, from the second-level cache),
 * where vectors reach 73: a loop in C of the vectors' operations does 82, with bytes 144 ({@code
 * bench/limits}). {@link dev.kedge.engine.kernel.AttentionCode} does attention over pages of halves
 * so, for the sake of memory that is asked for in time.
 *
 * <p>By vectors several tokens pass spans of 256 columns in small kernels, for C2 keeps no more in
 * registers. Memory is read unchecked, after one check of the whole range. Every kernel is tested
 * bit by bit against the scalar one at awkward sizes, extreme values and every vector width.
 */
@NullMarked
package dev.kedge.engine.kernel;

import org.jspecify.annotations.NullMarked;
