package dev.kedge.engine.train;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Examples as token sequences in the model's chat format, split into training and validation. */
final class TrainingData {
  private static final int COUNTED = 200_000;

  /**
   * The chat format of written models: what users write can never become a control token, because
   * only the template's own text is read for them.
   */
  static final String TEMPLATE =
      "{% for message in messages %}<|im_start|>{{ message['role'] }}{{ '\\n' }}"
          + "{{ message['content'] }}<|im_end|>{{ '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}<|im_start|>assistant{{ '\\n' }}{% endif %}";

  final ByteBpe vocabulary;
  final Sequences training = new Sequences();
  final Sequences validation = new Sequences();
  final String digest;
  private final int context;
  private int leftOut;

  /** Reads the examples twice: for the vocabulary and for the sequences. */
  TrainingData(
      Iterable<TrainingExample> examples,
      Iterable<TrainingExample> held,
      TrainingOptions options) {
    context = options.context();
    MessageDigest sha = sha256();
    ByteBpe.Learner learner = new ByteBpe.Learner();
    int n = 0;
    for (TrainingExample example : examples) {
      update(sha, example);
      if (n++ >= COUNTED) continue;
      learner.count(example.prompt(), 1);
      learner.count(example.answer(), 1);
    }
    if (n == 0) throw new IllegalArgumentException("no examples to learn from");
    int roles = Math.max(2, Math.min(n, COUNTED));
    for (String role : new String[] {"system", "user", "assistant"}) learner.count(role, roles);
    vocabulary = learner.learn(options.vocabulary());
    IntList sequence = new IntList();
    long splitSeed = options.seed() ^ 0x73706C6974L;
    long place = 0;
    for (TrainingExample example : examples) {
      double lot = (Normals.bits(splitSeed, place++) >>> 11) * 0x1p-53;
      encode(example, sequence, lot < options.validationShare() ? validation : training);
    }
    for (TrainingExample example : held) {
      update(sha, example);
      encode(example, sequence, validation);
    }
    if (training.size() == 0) {
      throw new IllegalArgumentException("no example fits the context of " + context + " tokens");
    }
    digest = HexFormat.of().formatHex(sha.digest());
  }

  int leftOut() {
    return leftOut;
  }

  private void encode(TrainingExample example, IntList to, Sequences where) {
    to.clear();
    int start = vocabulary.control(ByteBpe.TURN_START);
    int end = vocabulary.control(ByteBpe.TURN_END);
    to.add(start);
    vocabulary.encode("user\n" + example.prompt(), to);
    to.add(end);
    vocabulary.encode("\n", to);
    to.add(start);
    vocabulary.encode("assistant\n", to);
    int answer = to.size();
    vocabulary.encode(example.answer(), to);
    to.add(end);
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
