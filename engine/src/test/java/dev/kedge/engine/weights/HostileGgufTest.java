package dev.kedge.engine.weights;

import static dev.kedge.engine.weights.RawGguf.ARRAY;
import static dev.kedge.engine.weights.RawGguf.INT32;
import static dev.kedge.engine.weights.RawGguf.STRING;
import static dev.kedge.engine.weights.RawGguf.UINT32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One test for each class of malformed file known to have broken a loader. */
class HostileGgufTest {
  private static final int F32 = 0;
  private static final int Q4_0 = 2;
  private static final long HUGE = 1L << 60;

  private static void refused(RawGguf file, long position, String... reason) {
    FormatException e = catchThrowableOfType(FormatException.class, file::read);
    assertThat(e).as("the file must be refused").isNotNull();
    assertThat(e).hasMessageContainingAll(reason);
    assertThat(e.position()).isEqualTo(position);
  }

  @Test
  void aWellFormedFileIsRead() {
    GgufFile file =
        RawGguf.header(2, 1)
            .string("general.alignment")
            .int32(UINT32)
            .int32(32)
            .tensor("a", F32, 0, 8)
            .tensor("b", Q4_0, 32, 32, 2)
            .data(32 + 36)
            .read();
    assertThat(file.tensors()).extracting(TensorInfo::name).containsExactly("a", "b");
    assertThat(file.data(file.require("b")).byteSize()).isEqualTo(36);
  }

  @Test
  void aDimensionOfZeroIsRefused() {
    refused(
        RawGguf.header(1, 0).tensor("t", F32, 0, 4, 0).data(64), 24 + 9 + 4 + 8, "dimension of 0");
  }

  @Test
  void aNegativeDimensionIsRefused() {
    refused(RawGguf.header(1, 0).tensor("t", F32, 0, -1).data(64), 37, "18446744073709551615");
  }

  @Test
  void aProductOfDimensionsBeyond63BitsIsRefused() {
    long wraps = (1L << 42) + 1;
    refused(RawGguf.header(1, 0).tensor("t", F32, 0, 1L << 22, wraps).data(64), 45, "2^63");
  }

  @Test
  void aSizeInBytesBeyond63BitsIsRefused() {
    refused(
        RawGguf.header(1, 0).tensor("t", F32, 0, 1L << 62).data(64),
        49,
        "'t'",
        "beyond the end of the file");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 9, -1, Integer.MIN_VALUE})
  void fewerThanOneOrMoreThanFourDimensionsAreRefused(int dimensions) {
    RawGguf file = RawGguf.header(1, 0).string("t").int32(dimensions).data(256);
    refused(file, 33, "'t'", Integer.toUnsignedString(dimensions) + " dimensions", "1 to 4");
  }

  @ParameterizedTest
  @ValueSource(longs = {HUGE, -1, Long.MIN_VALUE, 100_000})
  void aCountBeyondTheFileIsRefusedBeforeAnythingIsAllocated(long count) {
    refused(
        RawGguf.header(count, 0).data(64), 8, "number of tensors", Long.toUnsignedString(count));
    refused(RawGguf.header(0, count).data(64), 16, "metadata keys", Long.toUnsignedString(count));
  }

  @Test
  void anArrayOfAnUnknownTypeIsRefused() {
    RawGguf file = RawGguf.header(0, 1).string("k").int32(ARRAY).int32(99).int64(HUGE).data(64);
    refused(file, 37, "'k'", "unknown value type 99");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 7, STRING, ARRAY, 12})
  void anArrayLongerThanTheFileIsRefused(int elementType) {
    RawGguf file =
        RawGguf.header(0, 1).string("k").int32(ARRAY).int32(elementType).int64(1000).data(64);
    refused(file, 41, "'k'", "1000");
  }

  @Test
  void anUnknownValueTypeIsRefused() {
    refused(RawGguf.header(0, 1).string("k").int32(13).data(64), 33, "unknown value type 13");
  }

  @Test
  void deeplyNestedArraysAreRefused() {
    RawGguf file = RawGguf.header(0, 1).string("k").int32(ARRAY);
    for (int i = 0; i < 10_000; i++) file.int32(ARRAY).int64(1);
    refused(file.data(64), 37 + 4 * 12, "'k'", "nest deeper");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -9, Long.MAX_VALUE, 1L << 24, 100})
  void aStringLengthBeyondTheFileIsRefused(long length) {
    String digits = Long.toUnsignedString(length);
    refused(RawGguf.header(0, 1).int64(length).text("key").int32(0).data(64), 24, digits);
    refused(RawGguf.header(0, 1).string("k").int32(STRING).int64(length).data(64), 37, digits);
    refused(RawGguf.header(1, 0).int64(length).data(64), 24, digits);
  }

  @Test
  void aKeyThatIsNotUtf8IsRefused() {
    RawGguf file = RawGguf.header(0, 1).int64(2).int8(0xC3).int8(0x28).int32(0).int8(1).data(64);
    refused(file, 32, "metadata key 0 is not valid UTF-8");
  }

  @Test
  void anEmptyKeyIsRefused() {
    refused(RawGguf.header(0, 1).string("").int32(UINT32).int32(1).data(64), 24, "key 0 is empty");
  }

  @Test
  void aKeyThatOccursTwiceIsRefused() {
    RawGguf file = RawGguf.header(0, 2);
    for (int i = 0; i < 2; i++) file.string("twin").int32(UINT32).int32(1);
    refused(file.data(64), 44, "'twin' occurs twice");
  }

  @Test
  void aTruthValueOtherThanZeroOrOneIsRefused() {
    refused(RawGguf.header(0, 1).string("k").int32(7).int8(2).data(64), 37, "0 or 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 24, 33, -1, Integer.MAX_VALUE})
  void anAlignmentThatIsNoPowerOfTwoOfAtLeastEightIsRefused(int alignment) {
    RawGguf file =
        RawGguf.header(0, 1).string("general.alignment").int32(UINT32).int32(alignment).data(64);
    refused(file, 49, "general.alignment", Integer.toUnsignedString(alignment), "power of two");
  }

  @Test
  void anAlignmentOfAnotherTypeIsRefused() {
    RawGguf file = RawGguf.header(0, 1).string("general.alignment").int32(INT32).int32(32).data(64);
    refused(file, 49, "int32 32", "uint32");
  }

  @Test
  void anAlignmentLargerThanTheFileLeavesNoRoomForData() {
    RawGguf file =
        RawGguf.header(1, 1)
            .string("general.alignment")
            .int32(UINT32)
            .int32(1 << 31)
            .tensor("t", F32, 0, 8)
            .data(64);
    refused(file, 24 + 33 + 33 - 8, "'t'", "beyond the end", "in 0 bytes");
  }

  @ParameterizedTest
  @ValueSource(longs = {64, 1L << 40, Long.MAX_VALUE - 31})
  void anOffsetBeyondTheEndIsRefused(long offset) {
    RawGguf file = RawGguf.header(1, 0).tensor("t", F32, offset, 8).data(64);
    refused(file, 49, "'t'", "beyond the end", Long.toString(offset));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 16, -32, Long.MIN_VALUE})
  void anOffsetThatIsNegativeOrNotAlignedIsRefused(long offset) {
    RawGguf file = RawGguf.header(1, 0).tensor("t", F32, offset, 4).data(64);
    refused(file, 49, "'t'", Long.toUnsignedString(offset), "multiple of 32");
  }

  @Test
  void tensorsThatOverlapAreRefused() {
    RawGguf file = RawGguf.header(2, 0).tensor("a", F32, 32, 8).tensor("b", F32, 0, 9).data(64);
    refused(file, 96 + 32, "'b' and 'a' overlap");
    RawGguf same = RawGguf.header(2, 0).tensor("a", F32, 0, 8).tensor("b", F32, 0, 8).data(64);
    refused(same, 96, "'a' and 'b' overlap");
  }

  @Test
  void aTensorNameThatOccursTwiceIsRefused() {
    RawGguf file = RawGguf.header(2, 0).tensor("t", F32, 0, 8).tensor("t", F32, 32, 8).data(64);
    refused(file, 57, "tensor 't' occurs twice");
  }

  @Test
  void anEmptyTensorNameIsRefused() {
    refused(RawGguf.header(1, 0).tensor("", F32, 0, 8).data(64), 24, "tensor 0 is empty");
  }

  @Test
  void aRowThatDoesNotFillItsBlocksIsRefused() {
    // Two rows of one and a half blocks: the sum fills whole blocks, the rows do not.
    RawGguf file = RawGguf.header(1, 0).tensor("t", Q4_0, 0, 48, 2).data(64);
    refused(file, 57, "'t'", "rows of 48", "multiple of 32");
  }

  @Test
  void aTypeThatKedgeDoesNotRunIsNamed() {
    refused(RawGguf.header(1, 0).tensor("t", 10, 0, 256).data(256), 45, "'t'", "10 (Q2_K)");
    refused(RawGguf.header(1, 0).tensor("t", 777, 0, 256).data(256), 45, "'t'", "777 (unknown)");
    refused(RawGguf.header(1, 0).tensor("t", -1, 0, 256).data(256), 45, "4294967295");
  }

  @Test
  void aModelWithoutBlocksIsRefused() {
    RawGguf file = RawGguf.header(0, 1).string("llama.block_count").int32(UINT32).int32(0).data(8);
    refused(file, 49, "llama.block_count", "at least 1");
  }

  @Test
  void anotherMagicIsRefused() {
    refused(new RawGguf().text("GGML").int32(3).data(64), 0, "not a GGUF file");
    refused(new RawGguf().text("FUGG").int32(3).data(64), 0, "not a GGUF file");
  }

  @Test
  void aBigEndianFileIsRefused() {
    refused(new RawGguf().text("GGUF").int32(3 << 24).data(64), 4, "big-endian");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, -1})
  void anotherVersionIsRefused(int version) {
    refused(new RawGguf().text("GGUF").int32(version).data(64), 4, "version", "2 or 3");
  }

  @Test
  void versionTwoIsRead() {
    GgufFile file = new RawGguf().text("GGUF").int32(2).int64(0).int64(0).read();
    assertThat(file.version()).isEqualTo(2);
  }

  @Test
  void truncationAtAnyByteIsRefused() {
    byte[] whole = GgufFuzzTest.sample().bytes();
    GgufFile.of(MemorySegment.ofArray(whole));
    for (int length = 0; length < whole.length; length++) {
      MemorySegment part = MemorySegment.ofArray(whole).asSlice(0, length);
      FormatException e = catchThrowableOfType(FormatException.class, () -> GgufFile.of(part));
      assertThat(e).as("%d of %d bytes", length, whole.length).isNotNull();
      assertThat(e.position()).isBetween(0L, (long) length);
    }
  }

  @Test
  void anEmptyFileAndAFolderAreRefused(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.gguf"));
    assertThatThrownBy(() -> GgufFile.open(empty)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> GgufFile.open(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void aHeaderThatWouldFillTheHeapIsRefusedHoweverLargeTheFile(@TempDir Path folder)
      throws IOException {
    RawGguf header = RawGguf.header(0, 1).string("k").int32(ARRAY).int32(10).int64((1L << 24) + 1);
    Path sparse = folder.resolve("sparse.gguf");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.write(header.bytes());
      file.setLength(1L << 30);
    }
    assertThatThrownBy(() -> GgufFile.open(sparse))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("bytes that a header may have");
  }

  @ParameterizedTest
  @ValueSource(ints = {STRING, ARRAY})
  void moreStringsOrInnerArraysThanAnyModelHasAreRefused(int elementType, @TempDir Path folder)
      throws IOException {
    RawGguf header =
        RawGguf.header(0, 1).string("k").int32(ARRAY).int32(elementType).int64((1 << 22) + 1);
    Path sparse = folder.resolve("sparse.gguf");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.write(header.bytes());
      file.setLength(1L << 30);
    }
    assertThatThrownBy(() -> GgufFile.open(sparse))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("strings or arrays in all");
  }

  @Test
  void aStringValueThatIsNotUtf8IsRefused() {
    RawGguf file = RawGguf.header(0, 1).string("k").int32(STRING).int64(1).int8(0xFF).data(64);
    refused(file, 45, "the value of 'k' is not valid UTF-8");
  }
}
