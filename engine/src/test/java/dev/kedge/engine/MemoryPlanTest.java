package dev.kedge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.engine.model.ModelConfig;
import dev.kedge.engine.model.RandomModel;
import dev.kedge.engine.model.Weights;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.HeaderFile;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryPlanTest {
  private static final long GB = 1_000_000_000;

  @TempDir private Path folder;

  private static EngineOptions options(int context, int sequences) {
    return new EngineOptions(2, sequences, 64, context, 0, 256, true);
  }

  private static MachineMemory memory(double machine, double heap) {
    return new MachineMemory((long) (heap * GB), OptionalLong.of((long) (machine * GB)));
  }

  /* Numbers of weights as their publishers count them; sizes of Q4_K_M as they are published. */
  @ParameterizedTest
  @CsvSource({
    "LLAMA_31_8B, 8030261248, 131072, 4.92",
    "LLAMA_31_70B, 70553706496, 327680, 42.52",
    "LLAMA_31_405B, 405853388800, 516096, 243.1",
    "MIXTRAL_8X22B, 140620634112, 229376, 85.59",
    "QWEN25_72B, 72706203648, 327680, 47.4"
  })
  void shapesOfLargeModelsGiveTheirPublishedSizes(
      HeaderFile.Shape shape, long parameters, long tokenBytes, double gigabytes)
      throws IOException {
    Path path = HeaderFile.write(shape, FileType.Q4_K_M, folder.resolve("m.gguf"));
    try (GgufFile file = GgufFile.open(path)) {
      long counted = file.tensors().stream().mapToLong(TensorInfo::elements).sum();
      assertThat(counted).isEqualTo(parameters);
      Weights.of(file, ModelConfig.of(file.metadata())); // every tensor has its place and shape
      MemoryPlan plan = MemoryPlan.of(file, options(8192, 4));
      assertThat(plan.tokenBytes()).isEqualTo(tokenBytes);
      assertThat(plan.weightBytes() / 1e9).isCloseTo(gigabytes, within(gigabytes * 0.01));
      assertThat(plan.cacheBytes(8192, 4)).isEqualTo(4 * 8192 * tokenBytes);
      assertThat(plan.fullBytes())
          .isEqualTo(plan.weightBytes() + plan.workBytes() + 4 * 8192 * tokenBytes);
      assertThat(plan.workBytes()).isBetween(GB / 10, 2 * GB);
      MemoryPlan halved = MemoryPlan.of(file, options(8192, 4).withEightBitCache(true));
      assertThat(halved.tokenBytes()).isBetween(tokenBytes / 2, tokenBytes / 100 * 54);
      System.out.printf(
          "%s as Q4_K_M: %,d parameters, weights %.1f GB; a token's keys and values %,d bytes, in 8"
              + " bits %,d; 4 sequences of 8,192 tokens: %.1f GB, work %.2f GB, in all %.1f GB%n",
          shape,
          counted,
          plan.weightBytes() / 1e9,
          tokenBytes,
          halved.tokenBytes(),
          plan.cacheBytes(8192, 4) / 1e9,
          plan.workBytes() / 1e9,
          plan.fullBytes() / 1e9);
    }
  }

  private MemoryPlan eight(int context) throws IOException {
    return eight(context, false);
  }

  private MemoryPlan eight(int context, boolean eightBitCache) throws IOException {
    return eight(FileType.Q4_K_M, options(context, 16).withEightBitCache(eightBitCache));
  }

  private MemoryPlan eight(FileType type, EngineOptions options) throws IOException {
    Path path = folder.resolve(type.name());
    if (!Files.exists(path)) HeaderFile.write(HeaderFile.Shape.LLAMA_31_8B, type, path);
    try (GgufFile file = GgufFile.open(path)) {
      return MemoryPlan.of(file, options);
    }
  }

  @Test
  void fewerBitsAreAdvisedWhereTheyMakeItFitAndOnlyThere() throws IOException {
    MemoryPlan half = eight(FileType.F16, options(8192, 4));
    MemoryPlan four = eight(FileType.Q4_K_M, options(8192, 4));
    assertThat(half.fourBitBytes()).isEqualTo(four.weightBytes()).isEqualTo(four.fourBitBytes());
    assertThat(half.refusal(memory(8, 8)))
        .get()
        .asString()
        .endsWith(
            "Store the model in fewer bits (kedge quantize): about 4.6 GiB instead of 15.0 GiB.");
    assertThat(four.refusal(memory(8, 8))).isEmpty();
    // Neither helps alone.
    MemoryPlan longer = eight(FileType.F16, options(65_536, 4));
    assertThat(longer.refusal(memory(8, 8)))
        .get()
        .asString()
        .contains("(kedge quantize)", "and ask for a shorter context", "up to 21,");
    assertThat(eight(FileType.Q4_K_M, options(21_000, 4)).refusal(memory(8, 8))).isEmpty();
    assertThat(half.refusal(memory(3, 8)))
        .get()
        .asString()
        .endsWith("Take a smaller model or a machine with more memory.");
    MemoryPlan q4 = eight(FileType.Q4_0, options(8192, 4));
    assertThat(q4.refusal(memory(4, 8))).get().asString().doesNotContain("quantize");
  }

  @Test
  void adviceForMoreSequencesIsOnlyWhatIsNotDoneAlready() throws IOException {
    assertThat(eight(8192).shortage(memory(64, 4)))
        .get()
        .asString()
        .contains("--max-sequences", "--kv-cache q8", "-Xmx32g");
    assertThat(eight(8192).shortage(memory(64, 32 * 1.073741824))).isEmpty();
    assertThat(eight(8192, true).shortage(memory(64, 4)))
        .get()
        .asString()
        .doesNotContain("q8", "quantize");
    assertThat(eight(FileType.F16, options(8192, 16)).shortage(memory(20, 64)))
        .get()
        .asString()
        .contains("kedge quantize")
        .doesNotContain("-Xmx");
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatHelps() throws IOException {
    assertThat(eight(8192).refusal(memory(8, 4))).isEmpty();
    assertThat(eight(8192).refusal(memory(4, 4)))
        .get()
        .asString()
        .contains("4.6 GiB of weights", "this machine has 3.7 GiB", "smaller model")
        .doesNotContain("quantize", "--context", "--kv-cache");
    assertThat(eight(131_072).refusal(memory(8, 24)))
        .get()
        .asString()
        .contains(
            "16.0 GiB for 131,072 tokens", "Ask for a shorter context (--context)", "tokens fit")
        .doesNotContain("8 bits (--kv-cache q8)"); // 8.3 GiB and the weights are too much as well
    assertThat(eight(131_072).refusal(memory(15, 64))).get().asString().contains("8 bits");
    assertThat(eight(131_072, true).refusal(memory(15, 64))).isEmpty();
    assertThat(eight(131_072, true).refusal(memory(8, 64)))
        .get()
        .asString()
        .contains("shorter context")
        .doesNotContain("8 bits");
    assertThat(eight(32_768).refusal(memory(64, 2)))
        .get()
        .asString()
        .contains("Java heap", "1.9 GiB", "-Xmx5g", "up to 12,064 tokens fit");
    // What the advice says is enough.
    assertThat(eight(32_768).refusal(memory(64, 5 * 1.073741824))).isEmpty();
    assertThat(eight(12_064).refusal(memory(64, 2))).isEmpty();
    assertThat(eight(12_128).refusal(memory(64, 2))).isPresent();
    // Without a wish for its length the context becomes what fits.
    assertThat(eight(0).context()).isEqualTo(131_072);
    assertThat(eight(0).refusal(memory(8, 2))).isEmpty();
  }

  @Test
  void moreSequencesThanFitAreToldButNotRefused() throws IOException {
    MemoryPlan plan = eight(8192);
    assertThat(plan.shortage(memory(64, 64))).isEmpty();
    assertThat(plan.shortage(memory(8, 4)))
        .get()
        .asString()
        .contains(
            "16 sequences of 8,192 tokens were asked for", "16 are computed at a time", "1 of");
    assertThat(plan.refusal(memory(8, 4))).isEmpty();
  }

  @Test
  void thePlanTellsHowManySequencesTheMemoryHolds() throws IOException {
    MemoryPlan plan = eight(8192);
    assertThat(plan.fittingSequences(memory(64, 64))).isEqualTo(16);
    assertThat(plan.fullSequences(memory(64, 64))).isEqualTo(16);
    // Half of the heap: 2 GB hold 16,384 tokens of 131,072 bytes, less a page.
    assertThat(plan.cachePositions(memory(64, 4))).isBetween(15_000, 16_384);
    assertThat(plan.fullSequences(memory(64, 4))).isEqualTo(1);
    assertThat(plan.fittingSequences(memory(64, 4))).isEqualTo(16);
    assertThat(plan.summary(memory(64, 4)))
        .contains("4.6 GiB of weights", "16 sequences at a time, 1 of 8,192 tokens");
    // What the machine has beside the weights bounds the cache as well: 0.5 GB for texts of 512.
    MachineMemory tight = memory((plan.weightBytes() + plan.workBytes()) / 1e9 + 0.55, 64);
    MemoryPlan open = eight(0);
    assertThat(open.cachePositions(tight)).isBetween(4_000, 4_224);
    assertThat(open.fittingSequences(tight)).isEqualTo(8);
    assertThat(open.fullSequences(tight)).isEqualTo(1);
    assertThat(open.summary(tight)).contains("8 sequences of the 16 asked for");
    assertThat(open.shortage(tight)).get().asString().contains("8 are computed", "others wait");
  }

  @Test
  void aCacheThatDoesNotFitIsRefusedBeforeAnythingIsRead() throws IOException {
    Path path =
        HeaderFile.write(HeaderFile.Shape.LLAMA_31_8B, FileType.Q4_K_M, folder.resolve("c"));
    try (GgufFile file = GgufFile.open(path)) {
      EngineOptions options = new EngineOptions(2, 16, 64, 8192, 131_072, 256, true);
      MemoryPlan plan = MemoryPlan.of(file, options);
      assertThat(plan.refusal(memory(64, 32))).isEmpty();
      assertThat(plan.refusal(memory(16, 32)))
          .get()
          .asString()
          .contains("16.0 GiB for 131,072 tokens of the cache", "14.9 GiB left", "smaller cache");
    }
  }

  @Test
  void anEngineRunsAsManySequencesAsItsPlanSays() throws IOException {
    Path path = RandomModel.small(TensorType.Q8_0).write(folder.resolve("places.gguf"));
    try (Model model = Model.load(path);
        Engine engine = Engine.start(model, new EngineOptions(1, 64, 0, 0, 256, 16, true))) {
      assertThat(engine.stats().sequences()).isEqualTo(8);
      assertThat(engine.stats().fullSequences()).isBetween(1, 8);
    }
  }

  @Test
  void anEngineThatCannotHoldOneSequenceDoesNotStart() throws IOException {
    Path path = RandomModel.small(TensorType.Q8_0).write(folder.resolve("small.gguf"));
    try (Model model = Model.load(path)) {
      EngineOptions options = new EngineOptions(1, 1, 0, 256, 0, 1 << 20, true);
      assertThatThrownBy(() -> Engine.start(model, options))
          .isInstanceOf(TooLittleMemoryException.class)
          .hasMessageContaining("to work with");
      try (Engine engine = Engine.start(model, options(256, 2))) {
        assertThat(engine.contextLength()).isEqualTo(256);
      }
    }
  }

  private void put(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void theTightestLimitOfMachineAndGroupsCounts() throws IOException {
    assertThat(MachineMemory.of(folder, 5).machineBytes()).isEmpty();
    put("proc/meminfo", "MemTotal: 64000 kB\nMemAvailable:   32000 kB\n");
    assertThat(MachineMemory.of(folder, 5).machineBytes()).hasValue(32_768_000);
    put("proc/self/cgroup", "0::/a/b\n");
    put("sys/fs/cgroup/a/memory.max", "20000000\n");
    put("sys/fs/cgroup/a/memory.current", "15000000\n");
    put("sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 4000000\nactive_file 1000000\n");
    put("sys/fs/cgroup/a/b/memory.max", "max\n");
    assertThat(MachineMemory.of(folder, 5).machineBytes()).hasValue(10_000_000);
    put("sys/fs/cgroup/a/b/memory.max", "7000000\n");
    assertThat(MachineMemory.of(folder, 5).machineBytes()).hasValue(7_000_000);
    assertThat(MachineMemory.of(folder, 5).heapBytes()).isEqualTo(5);
  }

  @Test
  void limitsOfTheOldKindOfGroupsCountToo() throws IOException {
    put("proc/self/cgroup", "5:memory:/docker/x\n");
    put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9000000\n");
    put("sys/fs/cgroup/memory/memory.usage_in_bytes", "1000000\n");
    assertThat(MachineMemory.of(folder, 5).machineBytes()).hasValue(8_000_000);
  }
}
