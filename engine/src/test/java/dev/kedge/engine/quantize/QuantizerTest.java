package dev.kedge.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.kernel.PartSearch;
import dev.kedge.engine.model.SharedData;
import dev.kedge.engine.weights.Dequantizer;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizerTest {
  private static byte[] quantize(TensorType type, float... values) {
    byte[] bytes = new byte[(int) type.bytes(values.length)];
    new Quantizer(type, "t").quantize(values, 0, values.length, MemorySegment.ofArray(bytes), 0, 0);
    return bytes;
  }

  private static float[] dequantize(TensorType type, byte[] bytes) {
    float[] values = new float[bytes.length / type.blockBytes() * type.blockSize()];
    Dequantizer.dequantize(type, MemorySegment.ofArray(bytes), 0, values, 0, values.length);
    return values;
  }

  private static float[] block(float fill, float... start) {
    float[] block = new float[32];
    Arrays.fill(block, fill);
    System.arraycopy(start, 0, block, 0, start.length);
    return block;
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_0,q4_0_64_noim",
    "Q4_1,q4_1_64_noim",
    "Q5_0,q5_0_64_noim",
    "Q5_1,q5_1_64_noim",
    "Q8_0,q8_0_64_noim"
  })
  void bytesAreThoseOfTheReferenceQuantizer(TensorType type, String name) throws IOException {
    byte[] input = Files.readAllBytes(SharedData.require("quant/" + name + "_input.bin"));
    float[] values = new float[input.length / 4];
    ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    byte[] expected = Files.readAllBytes(SharedData.require("quant/" + name + "_expected.bin"));
    assertThat(quantize(type, values)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"Q4_K,q4_k_512_noim", "Q5_K,q5_k_512_noim", "Q6_K,q6_k_512_noim"})
  void theErrorOfKTypesIsNoLargerThanTheReferenceQuantizers(TensorType type, String name)
      throws IOException {
    byte[] input = Files.readAllBytes(SharedData.require("quant/" + name + "_input.bin"));
    float[] values = new float[input.length / 4];
    ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    byte[] expected = Files.readAllBytes(SharedData.require("quant/" + name + "_expected.bin"));
    double own = error(values, dequantize(type, quantize(type, values)));
    double reference = error(values, dequantize(type, expected));
    assertThat(own / reference).isLessThan(1.02);
  }

  /* Computed from integers, so that no platform's logarithm enters. */
  private static float[] bellShaped(int count) {
    SplittableRandom random = new SplittableRandom(5);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < 6; k++) values[i] += random.nextInt(1 << 16) - 0x1p15f;
      values[i] *= 0x1p-20f;
    }
    return values;
  }

  /* What a company recorded as its model's digest has to hold on the next machine and release. */
  @ParameterizedTest
  @CsvSource({"Q4_K,bf11df93", "Q5_K,139feb32", "Q6_K,3daaf074"})
  void bytesOfKTypesAreTheSameOnEveryMachine(TensorType type, String expected) {
    CRC32 digest = new CRC32();
    digest.update(quantize(type, bellShaped(1 << 16)));
    assertThat(Long.toHexString(digest.getValue())).isEqualTo(expected);
  }

  /* Blocks of every kind: tame, so small that their scale has no inverse or is stored as zero, with
  halves between two levels, with extremes of both signs, zeros. */
  private static float[] oddBlocks(int count) {
    SplittableRandom random = new SplittableRandom(7);
    float[] values = new float[count];
    for (int block = 0; block < count / 32; block++) {
      int kind = random.nextInt(6);
      for (int i = 0; i < 32; i++) {
        int n = random.nextInt(-1 << 20, 1 << 20);
        values[32 * block + i] =
            switch (kind) {
              case 0 -> n * 0x1p-24f;
              case 1 -> n * Float.MIN_VALUE;
              case 2 -> n * 0x1p-128f;
              case 3 -> (n >> 18) * 0.5f;
              case 4 -> n % 3 == 0 ? -1f : 1f;
              default -> n >> 19;
            };
      }
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_0,1e840dd7,68059804",
    "Q8_0,b0dc525f,34aea833",
    "Q4_K,3e22700c,b7281a99",
    "Q5_K,b24c44cf,e1e2efb0",
    "Q6_K,1defb7f7,aafc5f59"
  })
  void bytesOfOddBlocksStayWhatTheyWere(TensorType type, String all, String few) {
    float[] values = oddBlocks(1 << 16);
    CRC32 digest = new CRC32();
    digest.update(quantize(type, values));
    assertThat(Long.toHexString(digest.getValue())).isEqualTo(all);
    digest.reset();
    digest.update(quantize(type, Arrays.copyOfRange(values, 256, 256 * 6)));
    assertThat(Long.toHexString(digest.getValue())).isEqualTo(few);
  }

  /* Root mean square. */
  private static double error(float[] values, float[] stored) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) sum += Math.pow(stored[i] - (double) values[i], 2);
    return Math.sqrt(sum / values.length);
  }

  @Test
  void q4TakesItsScaleFromTheSignedExtreme() {
    // extreme -8: d = 1, q = x + 8 rounded; 0x3C00 is 1 as F16
    byte[] bytes = quantize(TensorType.Q4_0, block(0, -8, 7, 3.4f, 3.5f, -3.5f, 7.9f));
    assertThat(bytes).startsWith(0x00, 0x3C, 0x80, 0x8F, 0x8B, 0x8C, 0x85, 0x8F, 0x88);
    // extreme +8: d = -1 (0xBC00), q = 8 - x
    assertThat(quantize(TensorType.Q4_0, block(0, 8, -7, 1)))
        .startsWith(0x00, 0xBC, 0x80, 0x8F, 0x87, 0x88);
  }

  @Test
  void q4PutsTheSecondHalfOfABlockIntoHighNibbles() {
    float[] values = block(0, -8);
    values[16] = 4;
    values[31] = -4;
    byte[] bytes = quantize(TensorType.Q4_0, values);
    assertThat(bytes[2]).isEqualTo((byte) 0xC0);
    assertThat(bytes[17]).isEqualTo((byte) 0x48);
  }

  @Test
  void theFirstOfTwoExtremesOfOppositeSignDecidesTheSign() {
    assertThat(quantize(TensorType.Q4_0, block(0, 8, -8))[1]).isEqualTo((byte) 0xBC);
    assertThat(quantize(TensorType.Q4_0, block(0, -8, 8))[1]).isEqualTo((byte) 0x3C);
  }

  @Test
  void q8RoundsHalvesAwayFromZero() {
    // extreme 127: d = 1
    byte[] bytes = quantize(TensorType.Q8_0, block(0, 127, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 0.49f));
    assertThat(bytes).startsWith(0x00, 0x3C, 127, 1, -1, 2, 3, -3, 0, 0);
  }

  @Test
  void roundingDoesNotFailJustBelowOneHalf() {
    float below = Math.nextDown(0.5f);
    assertThat(PartSearch.roundHalfAway(below)).isZero();
    assertThat(PartSearch.roundHalfAway(-below)).isZero();
    assertThat(PartSearch.roundHalfAway(0.5f)).isEqualTo(1);
    assertThat(PartSearch.roundHalfAway(-126.5f)).isEqualTo(-127);
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0"})
  void zerosStayZero(TensorType type) {
    for (float value : dequantize(type, quantize(type, new float[64]))) assertThat(value).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0"})
  void valuesTooSmallForAnyScaleBecomeZero(TensorType type) {
    float[] values = block(Float.MIN_VALUE, -Float.MIN_VALUE, 0, 1e-40f);
    for (float value : dequantize(type, quantize(type, values))) assertThat(value).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0"})
  void theErrorStaysBelowItsBound(TensorType type) {
    SplittableRandom random = new SplittableRandom(11);
    for (int trial = 0; trial < 2000; trial++) {
      float size = (float) Math.exp(random.nextDouble(-8, 8));
      float[] values = new float[32];
      for (int i = 0; i < 32; i++) values[i] = (float) (random.nextGaussian() * size);
      float[] back = dequantize(type, quantize(type, values));
      float extreme = 0;
      for (float value : values) extreme = Math.max(extreme, Math.abs(value));
      // Q4_0: half a step, a whole one at the end of the range that -8..7 cuts off; Q8_0: half a
      // step; on top the scale's rounding to F16: relative 2^-11, or 2^-25 where subnormal.
      double bound = (type == TensorType.Q4_0 ? 1.0 / 8 : 0.5 / 127) + 1.01 / 2048;
      bound = bound * extreme + 0x1p-25 * (type == TensorType.Q4_0 ? 8 : 127);
      for (int i = 0; i < 32; i++) {
        assertThat(Math.abs((double) back[i] - values[i])).isLessThanOrEqualTo(bound);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0"})
  void quantizingADequantizedRowLosesNothingMore(TensorType type) {
    SplittableRandom random = new SplittableRandom(12);
    for (int trial = 0; trial < 500; trial++) {
      float[] values = new float[32];
      for (int i = 0; i < 32; i++) values[i] = (float) random.nextGaussian();
      float[] once = dequantize(type, quantize(type, values));
      assertThat(dequantize(type, quantize(type, once))).isEqualTo(once);
    }
  }

  @Test
  void everyFiniteHalfSurvivesTheWayToFloatAndBack() {
    for (TensorType type : new TensorType[] {TensorType.F16, TensorType.BF16}) {
      int exponent = type == TensorType.F16 ? 0x7C00 : 0x7F80;
      for (int half = 0; half < 1 << 16; half++) {
        byte[] bytes = {(byte) half, (byte) (half >> 8)};
        float value = dequantize(type, bytes)[0];
        assertThat(Float.compare(value, decode(type, half))).isZero();
        if ((half & exponent) != exponent) assertThat(quantize(type, value)).isEqualTo(bytes);
      }
    }
  }

  /* Straight from the definition: sign, exponent, fraction. */
  private static float decode(TensorType type, int half) {
    int fractionBits = type == TensorType.F16 ? 10 : 7;
    int bias = type == TensorType.F16 ? 15 : 127;
    int largest = type == TensorType.F16 ? 31 : 255;
    int exponent = half >> fractionBits & largest;
    double fraction = (half & ((1 << fractionBits) - 1)) / (double) (1 << fractionBits);
    double magnitude;
    if (exponent == largest) magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    else if (exponent == 0) magnitude = fraction * Math.pow(2, 1 - bias);
    else magnitude = (1 + fraction) * Math.pow(2, exponent - bias);
    return (float) (half >= 1 << 15 ? -magnitude : magnitude);
  }

  @Test
  void halvesAreRoundedToNearestEven() {
    assertThat(quantize(TensorType.F16, 1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 1 + 0x1.02p-11f))
        .containsExactly(0x00, 0x3C, 0x02, 0x3C, 0x01, 0x3C);
    assertThat(quantize(TensorType.BF16, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1.02p-8f))
        .containsExactly(0x80, 0x3F, 0x82, 0x3F, 0x81, 0x3F);
  }

  @ParameterizedTest
  @EnumSource
  void aWeightThatIsNotFiniteIsRefusedByTensorAndElement(TensorType type) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = new float[288];
      values[37] = bad;
      MemorySegment target = MemorySegment.ofArray(new byte[2048]);
      assertThatThrownBy(
              () -> new Quantizer(type, "blk.0.w").quantize(values, 32, 256, target, 0, 1000))
          .isInstanceOf(FormatException.class)
          .hasMessageContainingAll("'blk.0.w'", "element 1005", Float.toString(bad));
    }
  }

  @ParameterizedTest
  @CsvSource({"F16,65520", "BF16,3.4028235e38", "Q4_0,600000", "Q8_0,-9000000"})
  void aWeightTooLargeForTheTypeIsRefused(TensorType type, float value) {
    assertThatThrownBy(() -> quantize(type, block(0, value)))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("'t'", "too large for " + type);
  }

  @Test
  void rangesOutsideTheBuffersAreRefused() {
    MemorySegment small = MemorySegment.ofArray(new byte[17]);
    Quantizer quantizer = new Quantizer(TensorType.Q4_0, "t");
    assertThatThrownBy(() -> quantizer.quantize(new float[32], 0, 32, small, 0, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> quantizer.quantize(new float[32], 0, 31, small, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Dequantizer.dequantize(TensorType.Q4_0, small, 0, new float[32], 0, 32))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void floatsAreStoredLittleEndian() {
    byte[] bytes = quantize(TensorType.F32, 1.5f);
    assertThat(bytes).containsExactly(0, 0, 0xC0, 0x3F);
    assertThat(MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_BYTE, 3)).isEqualTo((byte) 0x3F);
  }
}
