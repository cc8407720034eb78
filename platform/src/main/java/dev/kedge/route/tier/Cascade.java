package dev.kedge.route.tier;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.config.TierSection.Checks;
import java.util.List;
import java.util.Optional;

/**
 * Small first, large where a check fails. Immutable, for all threads.
 *
 * <p>It can only be used where the whole answer of the small model is held back until it has been
 * judged: nothing that the caller has seen can be taken back. A stream therefore starts late. Both
 * calls are real calls and both are metered and charged; the worst case to be reserved is that of
 * the small model plus that of the large one.
 *
 * <p>An answer that was relayed as bytes of the caller's API ({@link AnswerPart.Frame}, {@link
 * AnswerPart.Body}) is looked into as well; where it cannot be read, it is not good enough.
 */
public final class Cascade {
  private final Checks checks;

  /** With these checks. */
  public Cascade(Checks checks) {
    this.checks = checks;
  }

  /** Whether the small model's whole answer may be sent; otherwise the large model is asked. */
  public boolean goodEnough(ChatRequest request, List<AnswerPart> answer) {
    return judge(request, answer).good();
  }

  /** The same with the reason: the first check that failed, of the first choice that fails. */
  public Judgement judge(ChatRequest request, List<AnswerPart> answer) {
    Optional<List<GivenAnswer>> choices = GivenAnswer.of(answer);
    if (choices.isEmpty()) return Judgement.failed("unreadable");
    if (choices.get().isEmpty()) return Judgement.failed("empty");
    for (GivenAnswer choice : choices.get()) {
      Judgement judgement = judge(request, choice);
      if (!judgement.good()) return judgement;
    }
    return Judgement.OK;
  }

  private Judgement judge(ChatRequest request, GivenAnswer choice) {
    if (checks.complete()) {
      Optional<AnswerEnd> end = choice.end();
      if (end.isEmpty()) return Judgement.failed("unfinished");
      if (end.get() == AnswerEnd.LENGTH) return Judgement.failed("cut-off");
      if (end.get() == AnswerEnd.CONTENT_FILTER) return Judgement.failed("filtered");
      if (choice.text().isBlank() && choice.calls().isEmpty() && !choice.refused()) {
        return Judgement.failed("empty");
      }
    }
    if (checks.refusal() && (choice.refused() || Hedges.in(choice.text()))) {
      return Judgement.failed("refusal");
    }
    if (checks.format()) {
      Judgement form = form(request, choice);
      if (!form.good()) return form;
    }
    return unsure(choice) ? Judgement.failed("logprob") : Judgement.OK;
  }

  private boolean unsure(GivenAnswer choice) {
    return checks.minMeanLogprob().isPresent()
        && choice.meanLogprob().isPresent()
        && choice.meanLogprob().get() < checks.minMeanLogprob().get();
  }

  private static Judgement form(ChatRequest request, GivenAnswer choice) {
    if (!choice.calls().isEmpty()) return tools(request, choice.calls());
    if (request.toolChoice() instanceof ToolChoice.Required
        || request.toolChoice() instanceof ToolChoice.Named) {
      return Judgement.failed("no-tool-call");
    }
    return switch (request.format()) {
      case AnswerFormat.Text _ -> Judgement.OK;
      case AnswerFormat.JsonObject _ ->
          judgement(JsonFit.fits(choice.text(), "{\"type\":\"object\"}"));
      case AnswerFormat.JsonSchema schema ->
          judgement(JsonFit.fits(choice.text(), schema.schema()));
    };
  }

  private static Judgement tools(ChatRequest request, List<GivenAnswer.Call> calls) {
    for (GivenAnswer.Call call : calls) {
      Optional<ChatRequest.Tool> tool =
          request.tools().stream().filter(known -> known.name().equals(call.name())).findFirst();
      if (tool.isEmpty()) return Judgement.failed("unknown-tool");
      // Several servers send nothing at all where a tool takes no arguments.
      String arguments = call.arguments().isEmpty() ? "{}" : call.arguments().toString();
      if (!JsonFit.fits(arguments, tool.get().parameters())) {
        return Judgement.failed("tool-arguments");
      }
    }
    return Judgement.OK;
  }

  private static Judgement judgement(boolean fits) {
    return fits ? Judgement.OK : Judgement.failed("format");
  }
}
