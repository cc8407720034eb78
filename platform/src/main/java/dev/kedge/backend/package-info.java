/**
 * The only door to models. A {@link dev.kedge.backend.Backend} serves one model; a {@link
 * dev.kedge.backend.Call} starts one {@link dev.kedge.backend.Answer}, a stream of {@link
 * dev.kedge.backend.AnswerPart}s in text. Token ids stay behind this door, so that a model in this
 * process and one behind an address look alike.
 */
@NullMarked
package dev.kedge.backend;

import org.jspecify.annotations.NullMarked;
