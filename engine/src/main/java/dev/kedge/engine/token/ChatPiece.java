package dev.kedge.engine.token;

/**
 * A run of characters of a rendered chat.
 *
 * @param text the characters
 * @param trusted whether they come from the template itself (control tokens are recognised) or from
 *     a message
 */
public record ChatPiece(String text, boolean trusted) {}
