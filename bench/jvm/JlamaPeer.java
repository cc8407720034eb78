import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.model.functions.Generator;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.SafeTensorSupport;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Jlama in a process of its own: loads a folder, then answers "generate N 1" with the tokens per
 * second that Jlama itself reports of its generation. With "quantize" as its first argument it
 * writes the 4-bit form of one folder to another, as the quantize command of Jlama does.
 */
public final class JlamaPeer {
  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("quantize")) {
      SafeTensorSupport.quantizeModel(
          new File(arguments[1]).toPath(),
          DType.Q4,
          new String[] {"norm"},
          null,
          Optional.of(new File(arguments[2]).toPath()));
      return;
    }
    int threads = Integer.parseInt(arguments[1]);
    AbstractModel model =
        ModelSupport.loadModel(
            new File(arguments[0]),
            null,
            DType.F32,
            DType.I8,
            Optional.empty(),
            Optional.of(threads));
    System.out.println(TensorOperationsProvider.get().name());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int tokens = Integer.parseInt(line.split(" ")[1]);
      PromptContext prompt = PromptContext.of("abcdefghijklmno");
      // The bound counts the prompt, the mark before it and the first token, which the prompt
      // gives.
      Generator.Response found =
          model.generate(UUID.randomUUID(), prompt, 0f, tokens + 16, (_, _) -> {});
      if (found.generatedTokens != tokens) throw new IOException("generated " + found);
      System.out.printf(Locale.ROOT, "%.3f%n", tokens * 1e3 / found.generateTimeMs);
    }
  }
}
