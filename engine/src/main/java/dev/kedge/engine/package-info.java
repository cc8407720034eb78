/**
 * The engine as its users see it: a {@link dev.kedge.engine.Model} is loaded once, an {@link
 * dev.kedge.engine.Engine} runs many {@link dev.kedge.engine.Request}s on it at the same time, each
 * answered by a {@link dev.kedge.engine.Generation}, a stream of {@link
 * dev.kedge.engine.TokenEvent}s.
 *
 * <p>Promise: the same file, request and seed give the same tokens, whatever runs beside them.
 */
@NullMarked
package dev.kedge.engine;

import org.jspecify.annotations.NullMarked;
