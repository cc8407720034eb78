package dev.kedge.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DequantizerTest {
  private static float[] decode(TensorType type, byte[] bytes) {
    float[] values = new float[bytes.length / type.blockBytes() * type.blockSize()];
    Dequantizer.dequantize(type, MemorySegment.ofArray(bytes), 0, values, 0, values.length);
    return values;
  }

  /* A wrong bit order would be off by many steps somewhere among the 128 to 1,024 values. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0,q4_0_64,0.13",
    "Q4_1,q4_1_64,0.07",
    "Q5_0,q5_0_64,0.07",
    "Q5_1,q5_1_64,0.035",
    "Q8_0,q8_0_64,0.005",
    "Q4_K,q4_k_512,0.12",
    "Q5_K,q5_k_512,0.06",
    "Q6_K,q6_k_512,0.045"
  })
  void whatAnotherQuantizerStoredIsReadBackCloseToItsInput(
      TensorType type, String name, float within) throws IOException {
    byte[] input = Files.readAllBytes(SharedData.file("quant/" + name + "_noim_input.bin"));
    float[] expected = new float[input.length / 4];
    ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(expected);
    byte[] stored = Files.readAllBytes(SharedData.file("quant/" + name + "_noim_expected.bin"));
    assertThat(decode(type, stored)).containsExactly(expected, within(within));
  }

  private static byte[] block(TensorType type, int... bytesAt) {
    byte[] block = new byte[type.blockBytes()];
    for (int i = 0; i < bytesAt.length; i += 2) block[bytesAt[i]] = (byte) bytesAt[i + 1];
    return block;
  }

  /* 0x3C00 is 1 as F16, 0x4000 is 2. */
  @Test
  void minimaOfFourAndFiveBitsAreAdded() {
    float[] four = decode(TensorType.Q4_1, block(TensorType.Q4_1, 1, 0x3C, 3, 0x40, 4, 0xF3));
    assertThat(four[0]).isEqualTo(5);
    assertThat(four[16]).isEqualTo(17);
    assertThat(four[1]).isEqualTo(2);
    float[] five =
        decode(TensorType.Q5_1, block(TensorType.Q5_1, 1, 0x3C, 3, 0x40, 4, 1, 6, 1, 8, 0xF3));
    assertThat(five[0]).isEqualTo(21);
    assertThat(five[16]).isEqualTo(33);
    float[] signed = decode(TensorType.Q5_0, block(TensorType.Q5_0, 1, 0x3C, 2, 1, 4, 1, 6, 0xF3));
    assertThat(signed[0]).isEqualTo(3);
    assertThat(signed[16]).isEqualTo(15);
    assertThat(signed[1]).isEqualTo(-16);
  }

  @Test
  void theSixBitScalesOfTheLaterPartsAreJoinedFromTwoBytes() {
    // Part 5: low bits of its scale in byte 9's low nibble, high bits in byte 1's top bits.
    byte[] bytes = block(TensorType.Q4_K, 1, 0x3C, 3, 0x3C, 4 + 9, 0x2B, 4 + 1, 0x80, 4 + 5, 0x40);
    bytes[16 + 64 + 3] = 0x70; // group 2, byte 3, high nibble: part 5, element 3
    float[] values = decode(TensorType.Q4_K, bytes);
    int scale = 0xB | 2 << 4;
    int minimum = 2 | 1 << 4;
    assertThat(values[32 * 5 + 3]).isEqualTo(7 * scale - minimum);
    assertThat(values[32 * 5 + 4]).isEqualTo(-minimum);
  }

  @Test
  void theFifthBitOfPartSevenIsTheTopBitOfItsByte() {
    byte[] bytes = block(TensorType.Q5_K, 1, 0x3C, 4 + 11, 1, 16 + 31, 0x80, 48 + 96 + 31, 0x20);
    assertThat(decode(TensorType.Q5_K, bytes)[255]).isEqualTo(18);
  }

  @Test
  void sixBitsAreJoinedFromNibbleAndPair() {
    byte[] bytes = block(TensorType.Q6_K, 209, 0x3C, 192 + 15, -3, 64 + 63, 0x50, 128 + 63, 0x80);
    assertThat(decode(TensorType.Q6_K, bytes)[255]).isEqualTo(-3 * (5 + 32 - 32));
    assertThat(decode(TensorType.Q6_K, bytes)[254]).isEqualTo(-3 * -32);
  }
}
