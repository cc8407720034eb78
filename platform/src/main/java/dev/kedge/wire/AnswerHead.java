package dev.kedge.wire;

/**
 * What an answer says about itself.
 *
 * @param id of the call
 * @param created seconds since 1970
 * @param model as the caller named it
 */
public record AnswerHead(String id, long created, String model) {}
