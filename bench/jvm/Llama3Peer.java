package com.llama4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * llama3.java in a process of its own: loads a GGUF file, then answers "generate N 1" with the
 * tokens per second between the first token behind a short prompt and the last one. In its package,
 * for its own loader wants the vocabulary of Llama 3, which speed does not depend on.
 */
public final class Llama3Peer {
  private static final int CONTEXT = 512;

  public static void main(String[] arguments) throws IOException {
    Llama model = load(Path.of(arguments[0]));
    System.out.println(
        "vectors of " + System.getProperty("llama.VectorBitSize", "preferred") + " size");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<Integer> prompt = new ArrayList<>();
    for (int i = 0; i < 16; i++) prompt.add(3 + i * 17);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int tokens = Integer.parseInt(line.split(" ")[1]);
      long[] times = new long[tokens + 1];
      int[] count = new int[1];
      Llama.generateTokens(
          model,
          new Llama.State(model.configuration(), 16),
          0,
          prompt,
          Set.of(),
          prompt.size() + tokens,
          Sampler.ARGMAX,
          false,
          _ -> times[count[0]++] = System.nanoTime());
      if (count[0] != tokens + 1) throw new IOException("generated " + count[0]);
      System.out.printf(Locale.ROOT, "%.3f%n", tokens * 1e9 / (times[tokens] - times[0]));
    }
  }

  private static Llama load(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      GGUF gguf = GGUF.loadModel(channel, file.toString());
      Map<String, Object> keys = gguf.getMetadata();
      Llama.Configuration configuration =
          new Llama.Configuration(
              (int) keys.get("llama.embedding_length"),
              (int) keys.get("llama.feed_forward_length"),
              (int) keys.get("llama.block_count"),
              (int) keys.get("llama.attention.head_count"),
              (int) keys.get("llama.attention.head_count_kv"),
              ((String[]) keys.get("tokenizer.ggml.tokens")).length,
              CONTEXT,
              (float) keys.get("llama.attention.layer_norm_rms_epsilon"),
              (float) keys.get("llama.rope.freq_base"));
      var tensors = GGUF.loadTensors(channel, gguf.getTensorDataOffset(), gguf.getTensorInfos());
      return new Llama(configuration, null, ModelLoader.loadWeights(tensors, configuration));
    }
  }
}
