package dev.kedge.engine.train;

import dev.kedge.engine.chat.ChatMessage;
import dev.kedge.engine.chat.ChatTemplate;
import dev.kedge.engine.chat.TemplateInputs;
import dev.kedge.engine.token.BpeTrainer;
import dev.kedge.engine.token.BpeVocabulary;
import dev.kedge.engine.token.ChatPiece;
import dev.kedge.engine.token.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;

/** Examples as token sequences in the model's chat format, split into training and validation. */
final class TrainingData {
  private static final int COUNTED = 200_000;
  private static final String TURN_START = "<|im_start|>";
  private static final String TURN_END = "<|im_end|>";
  private static final List<String> CONTROLS = List.of("<|endoftext|>", TURN_START, TURN_END);

  /**
   * The chat format of written models: what users write can never become a control token, because
   * only the template's own text is read for them.
   */
  static final String TEMPLATE =
      "{% for message in messages %}<|im_start|>{{ message['role'] }}{{ '\\n' }}"
          + "{{ message['content'] }}<|im_end|>{{ '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}<|im_start|>assistant{{ '\\n' }}{% endif %}";

  private static final ChatTemplate FORMAT = ChatTemplate.parse(TEMPLATE);
  private static final TemplateInputs INPUTS = new TemplateInputs("", TURN_END, true);

  final BpeVocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final int turnEnd;
  final Sequences training = new Sequences();
  final Sequences validation = new Sequences();
  final String digest;
  private final int context;
  private int leftOut;

  /** Reads the examples twice: for the vocabulary and for the sequences. */
  TrainingData(
      Iterable<TrainingExample> examples, Iterable<TrainingExample> held, TrainingOptions options) {
    context = options.context();
    MessageDigest sha = sha256();
    vocabulary = BpeTrainer.of(options.vocabulary(), CONTROLS).train(texts(examples));
    tokenizer = vocabulary.tokenizer();
    turnEnd = vocabulary.control(TURN_END).orElseThrow();
    IntList sequence = new IntList();
    long splitSeed = options.seed() ^ 0x73706C6974L;
    long place = 0;
    for (TrainingExample example : examples) {
      update(sha, example);
      double lot = (Normals.bits(splitSeed, place++) >>> 11) * 0x1p-53;
      encode(example, sequence, lot < options.validationShare() ? validation : training);
    }
    for (TrainingExample example : held) {
      update(sha, example);
      encode(example, sequence, validation);
    }
    if (training.size() == 0) {
      throw new IllegalArgumentException(
          place == 0
              ? "no examples to learn from"
              : "no example fits the context of " + context + " tokens");
    }
    digest = HexFormat.of().formatHex(sha.digest());
  }

  /* The first examples as rendered chats, so that role names become tokens too. */
  private static Iterable<String> texts(Iterable<TrainingExample> examples) {
    return () -> {
      Iterator<TrainingExample> all = examples.iterator();
      return new Iterator<>() {
        private int seen;

        @Override
        public boolean hasNext() {
          return seen < COUNTED && all.hasNext();
        }

        @Override
        public String next() {
          seen++;
          TrainingExample example = all.next();
          StringBuilder text = new StringBuilder();
          for (ChatPiece piece : prompt(example)) text.append(piece.text());
          return text.append(example.answer()).append(TURN_END).toString();
        }
      };
    };
  }

  int leftOut() {
    return leftOut;
  }

  private static List<ChatPiece> prompt(TrainingExample example) {
    return FORMAT.render(List.of(new ChatMessage("user", example.prompt())), INPUTS);
  }

  private void encode(TrainingExample example, IntList to, Sequences where) {
    to.clear();
    for (int id : tokenizer.encodeChat(prompt(example))) to.add(id);
    int answer = to.size();
    for (int id : tokenizer.encode(example.answer(), false, false)) to.add(id);
    to.add(turnEnd);
    if (to.size() <= context) where.add(to, answer);
    else leftOut++;
  }

  private static void update(MessageDigest sha, TrainingExample example) {
    for (String text : new String[] {example.prompt(), example.answer()}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      sha.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
      sha.update(bytes);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
