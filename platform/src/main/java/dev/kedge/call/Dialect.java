package dev.kedge.call;

/** A family of APIs with one form of errors. */
public enum Dialect {
  OPENAI,
  ANTHROPIC
}
