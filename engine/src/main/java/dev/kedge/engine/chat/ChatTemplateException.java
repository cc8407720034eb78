package dev.kedge.engine.chat;

/**
 * A chat template refuses a conversation: it called {@code raise_exception}, for example because
 * roles do not alternate. The message is the template's own, meant for whoever sent the
 * conversation.
 */
public final class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ChatTemplateException(String message, Throwable cause) {
    super(message, cause);
  }
}
