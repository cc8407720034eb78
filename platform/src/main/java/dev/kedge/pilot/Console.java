package dev.kedge.pilot;

/** Who watches a pilot. Methods may be called from several threads, one at a time. */
public interface Console {
  /** A step begins. */
  void step(int number, int of, String title);

  /** How far the step is; {@code total} is 0 where unknown. */
  void update(long done, long total, String remark);

  /** The step ended. */
  void done(String result);

  /** A customer's question is asked. */
  void question(String text);

  /** A piece of its answer arrived. */
  void piece(String text);

  /** The answer is complete. */
  void answered(String remark);
}
