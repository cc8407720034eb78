package dev.kedge.bench.balancing;

import dev.kedge.call.ChatRequest;

/**
 * One call of a conversation.
 *
 * @param blocks hashes of the prompt's blocks of 64 tokens, each over all before it
 * @param promptTokens of the whole prompt
 * @param answerTokens that the model will answer
 */
record Turn(
    Conversation conversation,
    ChatRequest request,
    long[] blocks,
    int promptTokens,
    int answerTokens) {}
