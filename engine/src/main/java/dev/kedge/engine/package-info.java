/**
 * The engine as its users see it: a {@link dev.kedge.engine.Model} is loaded once, an {@link
 * dev.kedge.engine.Engine} runs many {@link dev.kedge.engine.Request}s on it at the same time, each
 * answered by a {@link dev.kedge.engine.Generation}, a stream of {@link
 * dev.kedge.engine.TokenEvent}s.
 *
 * <p>The way of one token: {@code submit} puts a request into a bounded queue. The engine's thread
 * admits it when the cache has room ({@code schedule}), joins its next tokens with those of all
 * others into one forward pass ({@code model}, whose arithmetic is {@code kernel}), draws from the
 * logits ({@code sample}), turns bytes into text, holds back what may be the beginning of a stop
 * text, and hands the event over. A reader that is slow or gone never delays the others.
 *
 * <p>{@link dev.kedge.engine.AnswerConstraint} holds an answer to a JSON Schema or to calls of
 * tools; {@link dev.kedge.engine.Engine#submitEmbedding} gives vectors instead of answers, in the
 * same forward passes.
 *
 * <p>Promise: the same file, request and seed give the same tokens, whatever runs beside them. It
 * follows from arithmetic whose order depends on positions alone ({@code kernel}) and from random
 * numbers that are a function of seed and position ({@code sample}); {@code TransformerTest}
 * compares logits bit by bit.
 */
@NullMarked
package dev.kedge.engine;

import org.jspecify.annotations.NullMarked;
