package dev.kedge.route;

import dev.kedge.call.ApiRequest;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.TextInput;
import java.util.Arrays;

/**
 * A prompt as a chain of hashes, one per block of 256 characters, each over all text up to its end:
 * two prompts have a hash in common where they begin with the same text. The text is a rendering of
 * our own in the order of common chat templates (tools, then messages), since what counts is only
 * whether two prompts begin alike. A last block that is not full has no hash.
 *
 * <p>A block costs about 0.1 µs, hashing and look-up together: four characters make a word, four
 * lanes of words are multiplied and mixed, and the key keeps outsiders from aiming for collisions.
 */
final class PromptBlocks {
  static final int BLOCK = 256;
  /* 131,072 characters, some 32,000 tokens: who shares these shares enough. */
  private static final int MOST_BLOCKS = 512;
  private static final int IMAGE_TOKENS = 1000;
  private static final int IMAGE_HEAD = 512;
  private static final long K0 = 0x9E3779B97F4A7C15L;
  private static final long K1 = 0xC2B2AE3D27D4EB4FL;
  private static final long K2 = 0x165667B19E3779F9L;
  private static final long K3 = 0xD6E8FEB86659FD93L;

  private final int mostBlocks;
  private final char[] buffer = new char[BLOCK];
  private int filled;
  private long[] hashes = new long[16];
  private int count;
  private long chain;
  private long characters;
  private long extraTokens;

  private PromptBlocks(long key, int mostBlocks) {
    this.chain = key;
    this.mostBlocks = mostBlocks;
  }

  /**
   * @param key of the hashes; the model's name goes in as well, since caches are per model
   */
  static PromptBlocks of(ApiRequest request, long key) {
    return new PromptBlocks(key ^ request.model().hashCode() * K0, MOST_BLOCKS).fill(request);
  }

  /** Only the number of tokens, where nothing is to be compared. */
  static PromptBlocks unhashed(ApiRequest request) {
    return new PromptBlocks(0, 0).fill(request);
  }

  private PromptBlocks fill(ApiRequest request) {
    switch (request) {
      case ChatRequest chat -> chat(chat);
      case CompletionRequest completion -> {
        for (TextInput input : completion.prompts()) input(input);
      }
      case EmbeddingRequest embedding -> {
        for (TextInput input : embedding.inputs()) input(input);
        // Nothing is kept of these.
        count = 0;
      }
    }
    return this;
  }

  /** How many blocks are full. */
  int count() {
    return count;
  }

  long hash(int block) {
    return hashes[block];
  }

  /** Tokens of the whole prompt, estimated at four characters each. */
  long tokens() {
    return characters / 4 + extraTokens + 1;
  }

  private void chat(ChatRequest chat) {
    for (ChatRequest.Tool tool : chat.tools()) {
      text(tool.name());
      text(tool.description());
      text(tool.parameters());
    }
    for (ChatRequest.Message message : chat.messages()) {
      text(message.role().name());
      for (ChatRequest.Part part : message.parts()) part(part);
    }
  }

  private void part(ChatRequest.Part part) {
    switch (part) {
      case ChatRequest.Part.Text words -> text(words.text());
      case ChatRequest.Part.Image image -> {
        String url = image.url();
        text(url.length() > IMAGE_HEAD ? url.substring(0, IMAGE_HEAD) : url);
        text(Integer.toString(url.length()));
        extraTokens += IMAGE_TOKENS;
      }
      case ChatRequest.Part.ToolUse use -> {
        text(use.name());
        text(use.arguments());
      }
      case ChatRequest.Part.ToolResult result -> text(result.text());
      case ChatRequest.Part.Reasoning reasoning -> text(reasoning.text());
    }
  }

  private void input(TextInput input) {
    switch (input) {
      case TextInput.Text text -> text(text.text());
      case TextInput.Tokens tokens -> {
        extraTokens += tokens.ids().length;
        int most = Math.min(tokens.ids().length, mostBlocks * BLOCK / 2);
        for (int i = 0; i < most; i++) {
          add((char) tokens.ids()[i]);
          add((char) (tokens.ids()[i] >>> 16));
        }
      }
    }
  }

  private void add(char c) {
    buffer[filled++] = c;
    if (filled == BLOCK) block();
  }

  private void text(String text) {
    int length = text.length();
    characters += length;
    int at = 0;
    while (at < length && count < mostBlocks) {
      int piece = Math.min(length - at, BLOCK - filled);
      text.getChars(at, at + piece, buffer, filled);
      at += piece;
      filled += piece;
      if (filled == BLOCK) block();
    }
    // A border between texts: "ab" + "c" is not "a" + "bc".
    if (count < mostBlocks) add('\uFFFF');
  }

  private void block() {
    filled = 0;
    if (count == mostBlocks) return;
    long a = chain;
    long b = chain ^ K1;
    long c = chain ^ K2;
    long d = chain ^ K3;
    for (int i = 0; i < BLOCK; i += 16) {
      a = Long.rotateLeft((a ^ word(i)) * K0, 29);
      b = Long.rotateLeft((b ^ word(i + 4)) * K1, 31);
      c = Long.rotateLeft((c ^ word(i + 8)) * K2, 27);
      d = Long.rotateLeft((d ^ word(i + 12)) * K3, 33);
    }
    chain = mix(mix(mix(mix(a) + b) + c) + d);
    if (count == hashes.length) hashes = Arrays.copyOf(hashes, 2 * count);
    hashes[count++] = chain;
  }

  private long word(int i) {
    return buffer[i]
        | (long) buffer[i + 1] << 16
        | (long) buffer[i + 2] << 32
        | (long) buffer[i + 3] << 48;
  }

  private static long mix(long x) {
    long y = (x ^ x >>> 32) * K0;
    y = (y ^ y >>> 29) * K3;
    return y ^ y >>> 32;
  }
}
