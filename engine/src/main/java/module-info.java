/**
 * Kedge's embedded inference and training engine: pure Java, no dependencies, no native library,
 * usable on its own. Where it pays it writes machine code by itself, see {@code machine}.
 */
module dev.kedge.engine {
  requires static org.jspecify;
  requires jdk.incubator.vector;

  exports dev.kedge.engine;
  exports dev.kedge.engine.chat;
  exports dev.kedge.engine.convert;
  exports dev.kedge.engine.quantize;
  exports dev.kedge.engine.token;
  exports dev.kedge.engine.train;
  exports dev.kedge.engine.weights;
}
