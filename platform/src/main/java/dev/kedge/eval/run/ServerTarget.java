package dev.kedge.eval.run;

import dev.kedge.backend.EchoClient;
import dev.kedge.backend.OpenAiClient;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A model behind an OpenAI-compatible address. Thread-safe. */
public final class ServerTarget implements Target {
  private static final double NANOS_PER_MS = 1e6;

  private final OpenAiClient client;
  private final EchoClient echo;

  /**
   * Connects.
   *
   * @param model the server's name of it; empty asks the server for its first one
   * @param key sent as bearer token
   * @param timeout for one call
   */
  public ServerTarget(URI address, String model, Optional<String> key, Duration timeout) {
    client = new OpenAiClient(address, model, key, timeout);
    echo = new EchoClient(client.address(), client.model(), key, timeout);
  }

  @Override
  public String label() {
    return client.model() + " at " + client.address().getAuthority();
  }

  @Override
  public Kind kind() {
    return Kind.SERVER;
  }

  @Override
  public String identity() {
    return client.model() + " at " + client.address();
  }

  @Override
  public Reply ask(EvalCase question, Asking asking) throws InterruptedException {
    return ask(question, asking, "");
  }

  @Override
  public Reply ask(EvalCase question, Asking asking, String call) throws InterruptedException {
    return switch (asking.mode()) {
      case CHAT ->
          reply(
              client.ask(
                  OpenAiClient.Question.of(
                      asking.system(), question.input(), asking.maxTokens(), asking.temperature()),
                  call));
      case PLAIN ->
          reply(
              client.complete(
                  asking.text(question.input()), asking.maxTokens(), asking.temperature(), call));
      case LIKELIHOOD -> choose(question);
    };
  }

  private static Reply reply(OpenAiClient.Reply reply) {
    return switch (reply) {
      case OpenAiClient.Answered a ->
          new Reply(
              a.text(),
              a.finish(),
              a.promptTokens(),
              a.completionTokens(),
              a.firstToken().toNanos() / NANOS_PER_MS,
              a.total().toNanos() / NANOS_PER_MS,
              a.fingerprint(),
              List.of(),
              "");
      case OpenAiClient.Failed f ->
          Reply.failed(f.kind() + ": " + f.message(), f.total().toNanos() / NANOS_PER_MS);
    };
  }

  private Reply choose(EvalCase question) throws InterruptedException {
    long start = System.nanoTime();
    List<Double> logprobs = new ArrayList<>();
    String fingerprint = "";
    for (String option : question.options()) {
      switch (echo.logprob(question.input(), option)) {
        case EchoClient.Reply.Scored scored -> {
          logprobs.add(scored.logprob());
          fingerprint = scored.fingerprint();
        }
        case EchoClient.Reply.Failed failed -> {
          return Reply.failed(
              failed.kind() + ": " + failed.message(), (System.nanoTime() - start) / NANOS_PER_MS);
        }
      }
    }
    return Likelihoods.reply(
        question, logprobs, (System.nanoTime() - start) / NANOS_PER_MS, fingerprint);
  }

  @Override
  public void close() {
    echo.close();
    client.close();
  }
}
