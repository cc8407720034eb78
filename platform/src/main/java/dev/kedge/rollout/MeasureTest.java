package dev.kedge.rollout;

import dev.kedge.eval.stats.ConfidenceSequence;
import dev.kedge.eval.stats.Interval;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The sequential test of one measure. Values are from 0 (right) to 1 (wrong). For one thread.
 *
 * <p>Unpaired values are gathered in a block until both sides have one; the block counts as one
 * difference of means. When a block ends depends on who was called, never on how it went.
 */
final class MeasureTest {
  private final ConfidenceSequence sequence;
  private final long[] calls = new long[2];
  private final double[] sums = new double[2];
  private final long[] blockCalls = new long[2];
  private final double[] blockSums = new double[2];

  MeasureTest(double level) {
    this(new ConfidenceSequence(level));
  }

  private MeasureTest(ConfidenceSequence sequence) {
    this.sequence = sequence;
  }

  /** A call of one side. */
  void add(Arm arm, double wrong) {
    int side = arm == Arm.CURRENT ? 0 : 1;
    count(side, wrong);
    blockCalls[side]++;
    blockSums[side] += wrong;
    if (blockCalls[0] == 0 || blockCalls[1] == 0) return;
    sequence.add(blockSums[1] / blockCalls[1] - blockSums[0] / blockCalls[0]);
    for (int i = 0; i < 2; i++) {
      blockCalls[i] = 0;
      blockSums[i] = 0;
    }
  }

  /** One call that both sides answered. */
  void pair(double current, double candidate) {
    count(0, current);
    count(1, candidate);
    sequence.add(candidate - current);
  }

  private void count(int side, double wrong) {
    calls[side]++;
    sums[side] += wrong;
  }

  private double share(int side) {
    return calls[side] == 0 ? 0 : sums[side] / calls[side];
  }

  /** Compared calls. */
  long compared() {
    return sequence.seen();
  }

  Figure figure(RolloutSpec.Rule rule) {
    Interval interval = sequence.interval();
    Figure.Verdict verdict = Figure.Verdict.UNDECIDED;
    if (interval.high() < rule.margin()) verdict = Figure.Verdict.NOT_WORSE;
    if (interval.low() > rule.margin()) verdict = Figure.Verdict.WORSE;
    return new Figure(
        rule.measure(),
        calls[0],
        share(0),
        calls[1],
        share(1),
        sequence.seen(),
        sequence.mean(),
        interval.low(),
        interval.high(),
        rule.margin(),
        verdict);
  }

  void write(DataOutput out) throws IOException {
    for (int i = 0; i < 2; i++) {
      out.writeLong(calls[i]);
      out.writeDouble(sums[i]);
      out.writeLong(blockCalls[i]);
      out.writeDouble(blockSums[i]);
    }
    sequence.write(out);
  }

  static MeasureTest read(DataInput in) throws IOException {
    long[] longs = new long[4];
    double[] doubles = new double[4];
    for (int i = 0; i < 4; i++) {
      longs[i] = in.readLong();
      doubles[i] = in.readDouble();
    }
    MeasureTest test = new MeasureTest(ConfidenceSequence.read(in));
    for (int i = 0; i < 2; i++) {
      test.calls[i] = longs[2 * i];
      test.sums[i] = doubles[2 * i];
      test.blockCalls[i] = longs[2 * i + 1];
      test.blockSums[i] = doubles[2 * i + 1];
    }
    return test;
  }
}
