package dev.kedge.eval;

import dev.kedge.backend.OpenAiClient;
import dev.kedge.config.TaskFile;

/** Answers through any OpenAI-compatible server, as an application would. */
public final class EndpointAnswerer implements Answerer {
  private final OpenAiClient client;
  private final TaskFile task;

  public EndpointAnswerer(OpenAiClient client, TaskFile task) {
    this.client = client;
    this.task = task;
  }

  @Override
  public Answer answer(String input) throws InterruptedException {
    OpenAiClient.Question question =
        OpenAiClient.Question.of(
            task.system(), input, task.generation().maxTokens(), task.generation().temperature());
    return switch (client.ask(question)) {
      case OpenAiClient.Answered a ->
          new Answer(a.text(), a.finish(), a.promptTokens(), a.completionTokens(), a.total(), "");
      case OpenAiClient.Failed f -> Answer.failed(f.kind() + ": " + f.message(), f.total());
    };
  }
}
