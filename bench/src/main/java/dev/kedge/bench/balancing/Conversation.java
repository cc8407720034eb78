package dev.kedge.bench.balancing;

import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import tools.jackson.databind.node.JsonNodeFactory;

/** One conversation: instructions of its application, then messages that grow turn by turn. */
final class Conversation {
  static final String MODEL = "m";
  static final int CHARACTERS_PER_TOKEN = 4;
  static final int BLOCK_TOKENS = 64;

  private final SplittableRandom random;
  private final List<Message> messages = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int turnsLeft;

  Conversation(String instructions, int turns, SplittableRandom random) {
    this.random = random;
    this.turnsLeft = turns;
    say(Role.SYSTEM, instructions);
  }

  /** Decides everything about this conversation and nothing else. */
  SplittableRandom random() {
    return random;
  }

  /** What was said so far. */
  int tokens() {
    return text.length() / CHARACTERS_PER_TOKEN;
  }

  /** Whether nothing was asked yet. */
  boolean isNew() {
    return messages.size() == 1;
  }

  boolean isOver() {
    return turnsLeft == 0;
  }

  /** The next question. */
  Turn ask(int questionTokens, int answerTokens) {
    turnsLeft--;
    say(Role.USER, words(questionTokens, random));
    ChatRequest request =
        new ChatRequest(
            MODEL,
            messages,
            List.of(),
            new ToolChoice.Auto(),
            true,
            new AnswerFormat.Text(),
            Settings.UNSET,
            true,
            true,
            new Source(Api.CHAT_COMPLETIONS, JsonNodeFactory.instance.objectNode()));
    int promptTokens = text.length() / CHARACTERS_PER_TOKEN;
    return new Turn(this, request, blocks(), promptTokens, answerTokens);
  }

  /** The answer is there; it belongs to the next prompt. */
  void answered(int tokens) {
    say(Role.ASSISTANT, words(tokens, random));
  }

  private void say(Role role, String words) {
    messages.add(new Message(role, List.of(new Part.Text(words)), Optional.empty()));
    text.append(words);
  }

  static String words(int tokens, SplittableRandom random) {
    StringBuilder words = new StringBuilder(tokens * CHARACTERS_PER_TOKEN);
    for (int i = 0; i < tokens * CHARACTERS_PER_TOKEN; i++) {
      words.append((char) ('a' + random.nextInt(26)));
    }
    return words.toString();
  }

  /* Polynomial hashes of the text up to the end of each block: the server's own, not the gateway's. */
  private long[] blocks() {
    int block = BLOCK_TOKENS * CHARACTERS_PER_TOKEN;
    long[] hashes = new long[text.length() / block];
    long hash = 7;
    for (int i = 0; i < hashes.length * block; i++) {
      hash = hash * 0x100000001B3L + text.charAt(i);
      if ((i + 1) % block == 0) hashes[i / block] = hash;
    }
    return hashes;
  }
}
