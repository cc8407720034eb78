package dev.kedge.cli;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.FinishReason;
import dev.kedge.engine.Generation;
import dev.kedge.engine.Model;
import dev.kedge.engine.Request;
import dev.kedge.engine.Sampling;
import dev.kedge.engine.TokenEvent;
import dev.kedge.engine.chat.ChatMessage;
import dev.kedge.engine.chat.ChatTemplate;
import dev.kedge.engine.chat.TemplateInputs;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.weights.FormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge generate}: one answer from a model file, without a server. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Generate text with a GGUF model file.",
    footer = {
      "",
      "Example: kedge generate model.gguf --prompt \"What is a kedge?\" --max-tokens 100",
      "Example: kedge generate model.gguf --raw --prompt \"Once upon a time\" --temperature 0"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A GGUF file.")
  private Path file;

  @Option(names = "--prompt", required = true, description = "What to answer or to continue.")
  private String prompt;

  @Option(names = "--system", description = "A system message before the prompt.")
  private @Nullable String system;

  @Option(names = "--raw", description = "Continue the prompt as it is, without chat template.")
  private boolean raw;

  @Option(
      names = "--temperature",
      defaultValue = "0.7",
      description = "0 takes the most probable token (default ${DEFAULT-VALUE}).")
  private float temperature;

  @Option(
      names = "--top-k",
      defaultValue = "0",
      description = "Draw from the k most probable tokens; 0 is off.")
  private int topK;

  @Option(
      names = "--top-p",
      defaultValue = "1",
      description = "Draw from the most probable tokens with this share; 1 is off.")
  private float topP;

  @Option(
      names = "--min-p",
      defaultValue = "0",
      description = "Drop tokens below this share of the most probable one; 0 is off.")
  private float minP;

  @Option(
      names = "--repetition-penalty",
      defaultValue = "1",
      description = "Above 1 avoids tokens already seen; 1 is off.")
  private float repetitionPenalty;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Same seed, same answer (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--max-tokens",
      defaultValue = "512",
      description = "Generate at most so many tokens (default ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End before this text; may be repeated.")
  private List<String> stop = new ArrayList<>();

  @Option(names = "--threads", description = "Compute threads (default: one per processor).")
  private @Nullable Integer threads;

  @Option(names = "--scalar", description = "Use no vector instructions; the answer is the same.")
  private boolean scalar;

  @Option(names = "--json", description = "Print one JSON object with text, token ids and timings.")
  private boolean json;

  /* What came out. Times in nanoseconds since the request. */
  private record Answer(
      String text, List<Integer> tokens, TokenEvent.End end, long firstNanos, long totalNanos) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (raw && system != null) throw wrong("--system needs the chat template; leave out --raw");
    try (Model model = Model.load(file)) {
      Request request = request(model);
      EngineOptions defaults = EngineOptions.defaults();
      int wanted = threads == null ? defaults.threads() : threads;
      if (wanted < 1 || wanted > 1024) throw wrong("--threads must be from 1 to 1024");
      EngineOptions options =
          new EngineOptions(wanted, 1, 0, 0, 0, defaults.batchTokens(), !scalar);
      try (Engine engine = start(model, options)) {
        return run(engine, request, prefixed(model.tokenizer()));
      }
    } catch (FormatException e) {
      throw InspectCommand.malformed(file, e);
    }
  }

  /**
   * Whether the text begins with the blank that a SentencePiece vocabulary puts before every text:
   * it belongs to the prompt, and is not part of the text where the prompt is empty.
   */
  private boolean prefixed(Tokenizer tokenizer) {
    return raw
        && prompt.isEmpty()
        && tokenizer.decode(tokenizer.encode("a", false, false)).startsWith(" ");
  }

  private int run(Engine engine, Request request, boolean prefixed) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Answer answer;
    try (Generation generation = submit(engine, request)) {
      answer = read(generation, prefixed, json ? _ -> {} : text -> print(out, text));
    }
    if (answer.end.reason() == FinishReason.FAILED) {
      String reason = answer.end.message().orElse("unknown reason");
      throw new KedgeException(
          new Failure.Broken("the generation failed: " + reason, "generation_failed", false));
    }
    if (json) {
      out.println(JsonMapper.shared().writeValueAsString(json(engine, request, answer)));
    } else {
      out.println();
      out.flush();
      timing(spec.commandLine().getErr(), engine, request, answer);
    }
    out.flush();
    return 0;
  }

  private Generation submit(Engine engine, Request request) {
    try {
      return engine.submit(request);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private Engine start(Model model, EngineOptions options) {
    try (StartBar bar = new StartBar()) {
      Engine engine =
          Engine.start(
              model,
              options,
              (done, all) -> bar.update("preparing " + file.getFileName(), done, all));
      engine.notice().ifPresent(notice -> spec.commandLine().getErr().println("kedge: " + notice));
      return engine;
    }
  }

  private Request request(Model model) {
    try {
      Sampling sampling =
          new Sampling(temperature, topK, topP, minP, repetitionPenalty, 0, 0, seed);
      return new Request(tokens(model), maxTokens, sampling, stop, -1, false);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private int[] tokens(Model model) {
    Tokenizer tokenizer = model.tokenizer();
    if (raw) return tokenizer.encode(prompt, true, false);
    ChatTemplate template =
        model
            .chatTemplate()
            .orElseThrow(
                () -> wrong(file + " has no chat template; --raw continues the prompt as it is"));
    List<ChatMessage> messages = new ArrayList<>();
    if (system != null) messages.add(new ChatMessage("system", system));
    messages.add(new ChatMessage("user", prompt));
    TemplateInputs inputs =
        new TemplateInputs(
            spelling(tokenizer, tokenizer.beginningOfText()),
            spelling(tokenizer, tokenizer.endOfText()),
            true);
    return tokenizer.encodeChat(template.render(messages, inputs));
  }

  private static String spelling(Tokenizer tokenizer, OptionalInt token) {
    return token.isPresent() ? tokenizer.spelling(token.getAsInt()) : "";
  }

  private static Answer read(Generation generation, boolean prefixed, Consumer<String> sink)
      throws InterruptedException {
    long start = System.nanoTime();
    long first = 0;
    StringBuilder text = new StringBuilder();
    List<Integer> tokens = new ArrayList<>();
    while (true) {
      switch (generation.next()) {
        case TokenEvent.Token token -> {
          if (tokens.isEmpty()) first = System.nanoTime() - start;
          tokens.add(token.id());
          String piece = token.text();
          if (prefixed && text.isEmpty() && piece.startsWith(" ")) piece = piece.substring(1);
          text.append(piece);
          sink.accept(piece);
        }
        case TokenEvent.End end -> {
          text.append(end.text());
          sink.accept(end.text());
          return new Answer(text.toString(), tokens, end, first, System.nanoTime() - start);
        }
      }
    }
  }

  private Map<String, Object> json(Engine engine, Request request, Answer answer) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("text", answer.text);
    fields.put(
        "tokens",
        IntStream.concat(
                IntStream.of(request.prompt()), answer.tokens.stream().mapToInt(Integer::intValue))
            .toArray());
    fields.put("promptTokens", answer.end.usage().promptTokens());
    fields.put("completionTokens", answer.end.usage().completionTokens());
    fields.put("finishReason", answer.end.reason().name().toLowerCase(Locale.ROOT));
    fields.put("promptMillis", answer.firstNanos / 1e6);
    fields.put("generationMillis", (answer.totalNanos - answer.firstNanos) / 1e6);
    fields.put("kernels", engine.kernels());
    return fields;
  }

  /* The prompt's time ends with the first token, so that token does not count as generated. */
  private static void timing(PrintWriter err, Engine engine, Request request, Answer answer) {
    double prompt = answer.firstNanos / 1e9;
    double generation = (answer.totalNanos - answer.firstNanos) / 1e9;
    int generated = Math.max(0, answer.tokens.size() - 1);
    err.printf(
        Locale.ROOT,
        "prompt %d tokens, %.1f tokens/s; generation %d tokens, %.1f tokens/s; %s%n",
        request.prompt().length,
        prompt == 0 ? 0 : request.prompt().length / prompt,
        answer.tokens.size(),
        generation == 0 ? 0 : generated / generation,
        engine.kernels());
    err.flush();
  }

  /* Model output must not control the terminal. */
  private static void print(PrintWriter out, String text) {
    text.codePoints()
        .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
        .forEach(c -> out.print(Character.toString(c)));
    out.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
