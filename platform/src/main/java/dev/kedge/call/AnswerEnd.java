package dev.kedge.call;

/** Why a choice of an answer ended. */
public enum AnswerEnd {
  /** The model came to an end, or a stop text. */
  STOP,
  /** The token limit or the end of the context. */
  LENGTH,
  /** Tools are to be called. */
  TOOL_CALLS,
  /** The answering side's filter. */
  CONTENT_FILTER
}
