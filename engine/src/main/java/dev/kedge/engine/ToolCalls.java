package dev.kedge.engine;

import dev.kedge.engine.chat.CallableTool;
import dev.kedge.engine.chat.ToolFormat;
import dev.kedge.engine.grammar.Constraints;
import dev.kedge.engine.grammar.Constraints.Call;
import dev.kedge.engine.grammar.Constraints.Piece;
import dev.kedge.engine.grammar.Grammar;
import dev.kedge.engine.json.JsonText;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.weights.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts of calls in a format. A marker that the model knows as a control token is that token.
 */
final class ToolCalls {
  private final ToolFormat format;
  private final Piece opening;
  private final Piece closing;

  ToolCalls(ToolFormat format, Tokenizer tokenizer) {
    this.format = format;
    this.opening = marker(format.opening(), tokenizer);
    this.closing = marker(format.closing(), tokenizer);
  }

  Grammar grammar(List<CallableTool> tools, boolean several) {
    boolean many = several && format.several();
    List<Call> calls = tools.stream().map(this::call).toList();
    return switch (format) {
      case HERMES -> Constraints.calls(List.of(), calls, between(many, "\n"), List.of());
      case MISTRAL -> {
        List<Piece> first = List.of(opening, text(format.afterOpening()));
        List<Piece> last = List.of(text(format.beforeClosing()));
        yield Constraints.calls(first, calls, between(many, ", "), last);
      }
      case LLAMA -> Constraints.calls(List.of(), calls, Optional.empty(), List.of());
    };
  }

  private static Optional<String> between(boolean many, String text) {
    return many ? Optional.of(text) : Optional.empty();
  }

  private Call call(CallableTool tool) {
    String head =
        "{\"name\": %s, \"%s\": ".formatted(JsonText.of(tool.name()), format.argumentsKey());
    List<Piece> before = new ArrayList<>();
    List<Piece> after = new ArrayList<>();
    if (format == ToolFormat.HERMES) {
      before.add(opening);
      before.add(text(format.afterOpening() + head));
      after.add(text("}" + format.beforeClosing()));
      after.add(closing);
    } else {
      before.add(text(head));
      after.add(text("}"));
    }
    return new Call(before, schema(tool), after);
  }

  private static String schema(CallableTool tool) {
    try {
      Constraints.objects(tool.parameters());
      return tool.parameters();
    } catch (FormatException e) {
      if (!tool.strict()) return "{}";
      throw new FormatException(
          -1, "parameters of the tool '%s': %s".formatted(tool.name(), e.getMessage()));
    }
  }

  private static Piece text(String text) {
    return new Piece(text, false);
  }

  private static Piece marker(String spelling, Tokenizer tokenizer) {
    boolean control = false;
    for (int token = 0; !control && token < tokenizer.vocabularySize(); token++) {
      control = tokenizer.isControl(token) && tokenizer.spelling(token).equals(spelling);
    }
    return new Piece(spelling, control);
  }
}
