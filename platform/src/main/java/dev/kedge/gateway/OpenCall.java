package dev.kedge.gateway;

import dev.kedge.call.AnswerPart;
import java.util.Map;

/** A call that was let in, as its caller sees it. One thread reads; any thread may cancel. */
public sealed interface OpenCall extends AutoCloseable permits Exchange, KeptAnswer.Reading {
  String id();

  /** Seconds since 1970. */
  long created();

  /** The model as the caller named it. */
  String model();

  /**
   * What the caller is told about the way of its call, by lower-case name of the header; complete
   * once the first part was read.
   */
  Map<String, String> headers();

  /**
   * Waits for the next part of the answer.
   *
   * @throws dev.kedge.base.KedgeException if the answer failed or was cut short; never for an end
   *     that a model reaches by itself
   */
  AnswerPart next() throws InterruptedException;

  /** Nobody waits for the answer any more; whoever reads sees the call end. */
  void cancel();

  /** Called once, by the reader. */
  @Override
  void close();
}
