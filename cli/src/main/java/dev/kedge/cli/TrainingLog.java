package dev.kedge.cli;

import dev.kedge.engine.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Shows a training as a progress bar and writes it as JSON Lines. */
final class TrainingLog implements TrainingListener {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int STEPS_PER_LINE = 10;

  private final ProgressBar bar;
  private final Writer out;
  private String validated = "";

  TrainingLog(ProgressBar bar, Writer out) {
    this.bar = bar;
    this.out = out;
  }

  @Override
  public void data(int training, int validation, long tokens, int leftOut, int parameters) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", "data");
    line.put("training_examples", training);
    line.put("validation_examples", validation);
    line.put("training_tokens", tokens);
    line.put("left_out", leftOut);
    line.put("parameters", parameters);
    write(line);
    System.err.printf(
        "%,d examples (%,d tokens) to learn from, %,d held out, %,d too long; %,d parameters%n",
        training, tokens, validation, leftOut, parameters);
  }

  @Override
  public void step(Step step) {
    String left =
        step.secondsLeft() < 0 ? "" : ", %.0f min left".formatted(step.secondsLeft() / 60);
    bar.update(
        step.step(),
        step.steps(),
        "step %d/%d  loss %.4f%s  %.0f tokens/s%s"
            .formatted(
                step.step(), step.steps(), step.loss(), validated, step.tokensPerSecond(), left));
    if (step.step() % STEPS_PER_LINE != 0 && step.step() != 1) return;
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", "step");
    line.put("step", step.step());
    line.put("steps", step.steps());
    line.put("epoch", step.epoch());
    line.put("loss", step.loss());
    line.put("learning_rate", step.learningRate());
    line.put("gradient_norm", step.gradientNorm());
    line.put("tokens_per_second", Math.round(step.tokensPerSecond()));
    write(line);
  }

  @Override
  public void validation(Validation validation) {
    validated =
        "  validation %.4f (%.1f %% exact)"
            .formatted(validation.loss(), 100 * validation.exactAnswers());
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", "validation");
    line.put("step", validation.step());
    line.put("loss", validation.loss());
    line.put("token_accuracy", validation.tokenAccuracy());
    line.put("exact_answers", validation.exactAnswers());
    line.put("best", validation.best());
    write(line);
  }

  @Override
  public void remark(String text) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", "remark");
    line.put("text", text);
    write(line);
    System.err.println(text);
  }

  private void write(Map<String, Object> line) {
    try {
      out.write(JSON.writeValueAsString(line) + "\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
