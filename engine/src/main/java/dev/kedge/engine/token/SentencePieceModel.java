package dev.kedge.engine.token;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A SentencePiece BPE model file ({@code tokenizer.model}), a protocol-buffer message: of {@code
 * ModelProto} it reads the pieces (field 1: piece 1, score 2, type 3), of the trainer's settings
 * (field 2) the kind of model and the ids of special tokens, of the normalizer's (field 3) whether
 * a space is put before texts. Only models that leave text as it is (normalizer {@code identity} or
 * none) are taken, since another one's table of replacements is not applied.
 *
 * @param pieces spellings by id
 * @param scores by id
 * @param types by id, as SentencePiece and GGUF number them
 * @param unknown the token for what has no other, or -1
 * @param beginning the beginning-of-text token, or -1
 * @param end the end-of-text token, or -1
 * @param addsSpace whether a space is put before texts
 */
public record SentencePieceModel(
    List<String> pieces,
    float[] scores,
    int[] types,
    int unknown,
    int beginning,
    int end,
    boolean addsSpace) {
  private static final int BPE = 2;
  private static final int MOST_PIECES = 1 << 22;

  public SentencePieceModel {
    pieces = List.copyOf(pieces);
    scores = scores.clone();
    types = types.clone();
  }

  /**
   * Reads a model file.
   *
   * @throws FormatException where the file is malformed, has no pieces, or is no BPE model that
   *     leaves text as it is
   */
  public static SentencePieceModel read(byte[] file) {
    return new Reader().read(file);
  }

  /** Writes the {@code tokenizer.ggml.*} keys of a GGUF file. */
  public void putInto(Metadata.Builder metadata) {
    metadata
        .string("tokenizer.ggml.model", "llama")
        .string("tokenizer.ggml.pre", "default")
        .strings("tokenizer.ggml.tokens", pieces)
        .floats("tokenizer.ggml.scores", scores)
        .int32s("tokenizer.ggml.token_type", types)
        .flag("tokenizer.ggml.add_bos_token", beginning >= 0)
        .flag("tokenizer.ggml.add_eos_token", false)
        .flag("tokenizer.ggml.add_space_prefix", addsSpace);
    putId(metadata, "tokenizer.ggml.unknown_token_id", unknown);
    putId(metadata, "tokenizer.ggml.bos_token_id", beginning);
    putId(metadata, "tokenizer.ggml.eos_token_id", end);
  }

  private static void putId(Metadata.Builder metadata, String key, int id) {
    if (id >= 0) metadata.uint32(key, id);
  }

  /** The tokenizer of this model. */
  public Tokenizer tokenizer() {
    Metadata.Builder metadata = Metadata.builder();
    putInto(metadata);
    return Tokenizers.of(metadata.build());
  }

  /** Collects what the messages say, over the format's defaults. */
  private static final class Reader {
    private final List<String> pieces = new ArrayList<>();
    private float[] scores = new float[1024];
    private int[] types = new int[1024];
    private int kind = 1;
    private int unknown = 0;
    private int beginning = 1;
    private int end = 2;
    private boolean addsSpace = true;
    private boolean replaces;

    SentencePieceModel read(byte[] file) {
      ProtocolBuffer model = new ProtocolBuffer(file);
      while (model.next()) {
        switch (model.field()) {
          case 1 -> piece(model.message());
          case 2 -> trainer(model.message());
          case 3 -> normalizer(model.message());
          default -> model.skip();
        }
      }
      if (pieces.isEmpty()) throw new FormatException(0, "the model has no pieces");
      if (kind != BPE) {
        throw new FormatException(
            -1, "the SentencePiece model is of kind " + kind + "; 2 (BPE) was expected");
      }
      if (replaces) {
        throw new FormatException(
            -1, "the SentencePiece model rewrites texts; the normalizer 'identity' was expected");
      }
      int size = pieces.size();
      return new SentencePieceModel(
          pieces,
          Arrays.copyOf(scores, size),
          Arrays.copyOf(types, size),
          id(unknown),
          id(beginning),
          id(end),
          addsSpace);
    }

    private int id(int id) {
      if (id < pieces.size()) return Math.max(id, -1);
      throw new FormatException(
          -1, "special token %d of %d pieces does not exist".formatted(id, pieces.size()));
    }

    private void piece(ProtocolBuffer message) {
      int id = pieces.size();
      if (id == MOST_PIECES) {
        throw new FormatException(message.position(), "more than " + MOST_PIECES + " pieces");
      }
      if (id == types.length) {
        scores = Arrays.copyOf(scores, id * 2);
        types = Arrays.copyOf(types, id * 2);
      }
      String text = "";
      types[id] = TokenType.NORMAL.code();
      while (message.next()) {
        switch (message.field()) {
          case 1 -> text = message.text();
          case 2 -> scores[id] = message.float32();
          case 3 -> types[id] = message.int32();
          default -> message.skip();
        }
      }
      pieces.add(text);
    }

    private void trainer(ProtocolBuffer message) {
      while (message.next()) {
        switch (message.field()) {
          case 3 -> kind = message.int32();
          case 40 -> unknown = message.int32();
          case 41 -> beginning = message.int32();
          case 42 -> end = message.int32();
          default -> message.skip();
        }
      }
    }

    private void normalizer(ProtocolBuffer message) {
      while (message.next()) {
        switch (message.field()) {
          case 2 -> replaces = message.message().hasRemaining();
          case 3 -> addsSpace = message.int32() != 0;
          default -> message.skip();
        }
      }
    }
  }
}
