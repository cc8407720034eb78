package dev.kedge.call;

/** The APIs that callers and upstreams speak. */
public enum Api {
  /** OpenAI's {@code /v1/chat/completions}. */
  CHAT_COMPLETIONS(Dialect.OPENAI),
  /** OpenAI's {@code /v1/completions}. */
  COMPLETIONS(Dialect.OPENAI),
  /** OpenAI's {@code /v1/embeddings}. */
  EMBEDDINGS(Dialect.OPENAI),
  /** OpenAI's {@code /v1/responses}, without state. */
  RESPONSES(Dialect.OPENAI),
  /** Anthropic's {@code /v1/messages}. */
  MESSAGES(Dialect.ANTHROPIC);

  private final Dialect dialect;

  Api(Dialect dialect) {
    this.dialect = dialect;
  }

  /** Whose errors and headers it has. */
  public Dialect dialect() {
    return dialect;
  }
}
