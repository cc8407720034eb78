package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;

/** What a conversation may hold that the engine of this process cannot do: it is refused. */
final class EngineLimits {
  private EngineLimits() {}

  static void check(ChatRequest request) {
    if (!request.tools().isEmpty()
        && !(request.toolChoice() instanceof ChatRequest.ToolChoice.None)) {
      throw refuse("tools", "tools");
    }
    if (!(request.format() instanceof AnswerFormat.Text)) throw refuse("format", "a fixed form");
    for (Message message : request.messages()) {
      for (Part part : message.parts()) {
        switch (part) {
          case Part.Image _ -> throw refuse("messages", "images");
          case Part.ToolUse _, Part.ToolResult _ -> throw refuse("messages", "calls of tools");
          case Part.Text _, Part.Reasoning _ -> {}
        }
      }
    }
  }

  private static KedgeException refuse(String parameter, String what) {
    return new KedgeException(
        new Failure.Invalid(
            "this model runs in the server's own engine, which does not take " + what + " yet",
            "unsupported_parameter",
            parameter));
  }
}
