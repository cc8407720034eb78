package dev.kedge.engine.weights;

import static dev.kedge.engine.weights.RawSafetensors.HEADER;
import static dev.kedge.engine.weights.RawSafetensors.file;
import static dev.kedge.engine.weights.RawSafetensors.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One test for each class of malformed file known to have broken a loader. */
class HostileSafetensorsTest {
  private static final String GOOD = tensor("t", "F32", "2", "0,8");

  private static void refused(byte[] file, long position, String... reason) {
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> RawSafetensors.read(file));
    assertThat(e).as("the file must be refused").isNotNull();
    assertThat(e).hasMessageContainingAll(reason);
    assertThat(e.position()).as(e.getMessage()).isEqualTo(position);
  }

  private static byte[] header(byte... header) {
    return file(header.length, header, 0);
  }

  private static byte[] latin1(String header) {
    return header(header.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aHeaderLengthBeyondTheFileIsRefused() {
    byte[] json = ("{" + GOOD + "}").getBytes(StandardCharsets.UTF_8);
    refused(
        file(json.length + 9, json, 8),
        0,
        "length of the header",
        "takes at least " + (json.length + 9) + " bytes",
        "only " + (json.length + 8) + " are left");
  }

  @Test
  void aHeaderLengthThatReachesIntoTheDataIsRefused() {
    byte[] json = ("{" + GOOD + "}").getBytes(StandardCharsets.UTF_8);
    refused(file(json.length + 4, json, 12), HEADER + json.length, "header", "after its end");
  }

  @Test
  void aHeaderLengthThatEndsWithinTheHeaderIsRefused() {
    byte[] json = ("{" + GOOD + "}").getBytes(StandardCharsets.UTF_8);
    for (int length = 1; length < json.length; length++) {
      refused(file(length, json, 8), HEADER + length, "the header ends within");
    }
  }

  @Test
  void aHeaderLengthOfZeroIsRefused() {
    refused(file("", 0), 0, "length of the header is 0");
    refused(file(0, "{}".getBytes(StandardCharsets.UTF_8), 8), 0, "length of the header is 0");
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000_001, 1L << 31, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8})
  void aHugeHeaderLengthIsRefused(long length) {
    byte[] json = ("{" + GOOD + "}").getBytes(StandardCharsets.UTF_8);
    refused(file(length, json, 8), 0, Long.toUnsignedString(length), "at most 100000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"", ""})
  void aLongHeaderIsRefusedWhereItBreaks(String start, @TempDir Path folder) throws IOException {
    Path sparse = folder.resolve("sparse.safetensors");
    try (RandomAccessFile raw = new RandomAccessFile(sparse.toFile(), "rw")) {
      raw.write(file(100_000_000, start.getBytes(StandardCharsets.UTF_8), 0));
      raw.setLength(1L << 30);
    }
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> SafetensorsFile.open(sparse));
    assertThat(e.position()).isEqualTo(HEADER + start.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,9", "8,16", "0,9223372036854775807"})
  void dataOffsetsBeyondTheEndAreRefused(String offsets) {
    byte[] file = file("{" + tensor("t", "F32", "2", offsets) + "}", 8);
    refused(file, HEADER + 47, "'t' lies beyond the end of the file", "of 8 bytes of data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808,9223372036854775816", "0,18446744073709551624"})
  void dataOffsetsBeyond63BitsAreRefused(String offsets) {
    byte[] file = file("{" + tensor("t", "F32", "2", offsets) + "}", 8);
    long second = offsets.startsWith("0,") ? 2 : 0;
    refused(file, HEADER + 48 + second, "data_offsets of tensor 't'", "larger than 2^63 - 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1,7", "0.0,8", "0e0,8", "00,8", "\"0\",8", "true,8", "+0,8", "0x0,8"})
  void dataOffsetsThatAreNoWholeNumbersAreRefused(String offsets) {
    FormatException e =
        catchThrowableOfType(
            FormatException.class,
            () -> RawSafetensors.read(file("{" + tensor("t", "F32", "2", offsets) + "}", 8)));
    assertThat(e).hasMessageContaining("data_offsets of tensor 't'");
    assertThat(e.position()).isBetween(HEADER + 48L, HEADER + 49L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "0,8,8"})
  void anotherNumberOfDataOffsetsIsRefused(String offsets) {
    byte[] file = file("{" + tensor("t", "F32", "2", offsets) + "}", 8);
    int at = HEADER + (offsets.length() > 3 ? 52 : 47);
    refused(file, at, "tensor 't'", "data_offsets");
  }

  @Test
  void tensorsThatOverlapAreRefused() {
    String second = tensor("u", "F32", "2", "4,12");
    byte[] file = file("{" + GOOD + "," + second + "}", 12);
    refused(file, file.length - 8, "'t' and tensor 'u' overlap");
    byte[] same = file("{" + GOOD + "," + tensor("u", "F32", "2", "0,8") + "}", 8);
    refused(same, same.length - 8, "'t' and tensor 'u' overlap");
  }

  @Test
  void anEmptyTensorWithinAnotherIsRefused() {
    byte[] file = file("{" + GOOD + "," + tensor("u", "F32", "0", "4,4") + "}", 8);
    refused(file, file.length - 4, "'t' and tensor 'u' overlap");
  }

  @Test
  void holesBetweenTensorsAreRefused() {
    byte[] file = file("{" + tensor("u", "F32", "1", "12,16") + "," + GOOD + "}", 16);
    refused(file, file.length - 8, "a hole of 4 bytes between tensor 't' and tensor 'u'");
    byte[] first = file("{" + tensor("u", "F32", "1", "4,8") + "}", 8);
    refused(first, first.length - 8, "a hole of 4 bytes between the header and tensor 'u'");
  }

  @Test
  void trailingBytesAreRefused() {
    byte[] file = file("{" + GOOD + "}", 11);
    refused(file, file.length - 3, "3 bytes after tensor 't' belong to no tensor");
    refused(file("{}", 1), HEADER + 2, "1 bytes after the header belong to no tensor");
  }

  @Test
  void dataThatEndsBeforeItBeginsIsRefused() {
    byte[] file = file("{" + tensor("t", "F32", "2", "8,0") + "}", 8);
    refused(file, HEADER + 47, "'t' has data that ends at 0, before its begin 8");
  }

  @ParameterizedTest
  @CsvSource({"F32,'3',12", "F32,'1',4", "F32,'0',0", "F32,'',4", "F64,'2',16", "F16,'2,1',4"})
  void aSizeThatIsNotThatOfShapeAndDtypeIsRefused(String dtype, String shape, int bytes) {
    byte[] file = file("{" + tensor("t", dtype, shape, "0,8") + "}", 8);
    refused(
        file, HEADER + 46 + shape.length(), "'t' has data_offsets for 8 bytes", "takes " + bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775807",
        "4294967296,4294967296",
        "4398046511105,4194304",
        "576460752303423489",
        "0,4294967296,4294967296",
        "4294967296,4294967296,0"
      })
  void aShapeWhoseProductOverflowsIsRefused(String shape) {
    byte[] file = file("{" + tensor("t", "F32", shape, "0,0") + "}", 0);
    refused(file, HEADER + 28, "'t' has the shape", "less than 2^63 bits");
  }

  @Test
  void aShapeThatDoesNotFillItsLastByteIsRefused() {
    refused(file("{" + tensor("t", "F4", "3", "0,1") + "}", 1), HEADER + 27, "takes 12 bits");
  }

  @Test
  void aShapeOfMoreDimensionsThanAnyTensorHasIsRefused() {
    String shape = "1" + ",1".repeat(64);
    byte[] file = file("{" + tensor("t", "U8", shape, "0,1") + "}", 1);
    refused(file, HEADER + 28 + 128, "the shape of tensor 't' has more than 64 elements");
  }

  @Test
  void duplicateKeysAreRefused() {
    refused(
        file("{" + GOOD + "," + GOOD + "}", 8),
        HEADER + 2 + GOOD.length(),
        "the header has the key 't' twice");
    refused(
        file("{\"t\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0),
        HEADER + 20,
        "tensor 't' has the key 'dtype' twice");
    refused(
        file("{\"__metadata__\":{\"k\":\"\",\"\\u006b\":\"\"}}", 0),
        HEADER + 24,
        "__metadata__ has the key 'k' twice");
    refused(file("{\"__metadata__\":{},\"__metadata__\":{}}", 0), HEADER + 19, "twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {" {}", "[]", "\"{}\"", "\ufeff{}", "GGUF", "\u0000{}", "null"})
  void aHeaderThatDoesNotStartWithABraceIsRefused(String header) {
    refused(file(header, 0), HEADER, "the header does not start with '{'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00ff",
        "\u0080",
        "\u00c3(",
        "\u00c0\u0080",
        "\u00c1\u00bf",
        "\u00e0\u0080\u0080",
        "\u00ed\u00a0\u0080",
        "\u00f0\u0080\u0080\u0080",
        "\u00f4\u0090\u0080\u0080",
        "\u00f5\u0080\u0080\u0080",
        "\u00e2\u0082",
        "\u00f0\u009f\u0098"
      })
  void aHeaderThatIsNotUtf8IsRefused(String octets) {
    refused(latin1("{\"" + octets + "\":{}}"), HEADER + 2, "not valid UTF-8");
    refused(
        latin1("{\"__metadata__\":{\"k\":\"v" + octets + "\"}}"),
        HEADER + 23,
        "metadata key 'k' is not valid UTF-8");
  }

  @Test
  void aHeaderInUtf16IsRefused() {
    refused(header("{}".getBytes(StandardCharsets.UTF_16LE)), HEADER + 1, "byte 0x00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"F128", "f32", "", "Q4_0", "F32 ", "I32\\u0000"})
  void anUnknownDtypeIsRefusedByName(String dtype) {
    byte[] file = file("{" + tensor("t", dtype, "2", "0,8") + "}", 8);
    String name = dtype.replace("\\u0000", "\0");
    refused(file, HEADER + 14, "'t' has the unknown dtype '" + name + "'", "BF16");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"shape\":[],\"data_offsets\":[0,0]}|dtype",
        "{\"dtype\":\"U8\",\"data_offsets\":[0,0]}|shape",
        "{\"dtype\":\"U8\",\"shape\":[0]}|data_offsets",
        "{}|dtype"
      })
  void aMissingKeyIsNamed(String entry, String missing) {
    refused(file("{\"t\":" + entry + "}", 0), HEADER + 1, "tensor 't' has no '" + missing + "'");
  }

  @Test
  void anUnknownKeyOfATensorIsRefused() {
    refused(file("{\"t\":{\"type\":1}}", 0), HEADER + 6, "'t' has the unknown key 'type'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void deepNestingIsRefusedAtOnce(String opening) {
    String deep = opening.repeat(100_000);
    refused(file("{\"t\":{\"shape\":" + deep, 0), HEADER + (opening.equals("[") ? 15 : 14), "'t'");
    refused(file("{\"__metadata__\":{\"k\":" + deep, 0), HEADER + 21, "metadata key 'k'");
    refused(file("{\"t\":" + deep, 0), HEADER + (opening.equals("[") ? 5 : 6), "'t'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "{}", "[]", "true", "null", "nul"})
  void metadataOtherThanStringsIsRefused(String value) {
    refused(
        file("{\"__metadata__\":{\"k\":" + value + "}}", 0),
        HEADER + 21,
        "metadata key 'k'",
        "'\"' was expected");
  }

  @Test
  void metadataThatIsNoObjectIsRefused() {
    refused(file("{\"__metadata__\":\"x\"}", 0), HEADER + 16, "__metadata__", "'{' was expected");
    refused(file("{\"__metadata__\":nil}", 0), HEADER + 17, "__metadata__", "not 'null'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud83d",
        "\\ude00",
        "\\ud83d\\ud83d",
        "\\ud83dx",
        "\\ud83d\\n",
        "\\uDBFF\\u0041"
      })
  void aSurrogateWithoutItsPairIsRefused(String escape) {
    refused(file("{\"" + escape + "\":{}}", 0), HEADER + 2, "surrogate without its pair");
  }

  @Test
  void wrongEscapesAndControlCharactersAreRefused() {
    refused(file("{\"\\x\":{}}", 0), HEADER + 2, "unknown escape", "'x'");
    refused(file("{\"\\u00g0\":{}}", 0), HEADER + 6, "'g'", "hex digits");
    refused(file("{\"a\nb\":{}}", 0), HEADER + 3, "control character");
  }

  @ParameterizedTest
  @CsvSource({
    "'{,}',1",
    "'{\"__metadata__\":{},}',19",
    "'{\"t\"}',4",
    "'{t:1}',1",
    "'{} {}',3",
    "'{}x',2"
  })
  void otherBrokenJsonIsRefused(String header, int at) {
    refused(file(header, 0), HEADER + at, "the header");
  }

  @Test
  void aNameLongerThanAnyTensorHasIsRefused() {
    refused(file("{\"" + "n".repeat(1025) + "\":{}}", 0), HEADER + 2, "longer than 1024 bytes");
  }

  @Test
  void truncationAtAnyByteIsRefused() {
    byte[] whole = RawSafetensors.sample();
    RawSafetensors.read(whole);
    for (int length = 0; length < whole.length; length++) {
      MemorySegment part = MemorySegment.ofArray(whole).asSlice(0, length);
      FormatException e =
          catchThrowableOfType(FormatException.class, () -> SafetensorsFile.of(part));
      assertThat(e).as("%d of %d bytes", length, whole.length).isNotNull();
      assertThat(e.position()).isBetween(0L, (long) length);
    }
  }

  @Test
  void anEmptyFileAndAFolderAreRefused(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.safetensors"));
    assertThatThrownBy(() -> SafetensorsFile.open(empty)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("not a regular file");
  }
}
