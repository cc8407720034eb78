/**
 * The template language of chat templates: the part of Jinja that published models use, with the
 * settings that their publishers render with (blocks trimmed and left-stripped, loop controls,
 * immutable values).
 *
 * <p>Text goes through {@link dev.kedge.engine.chat.jinja.Lexer} (tags, whitespace control), {@link
 * dev.kedge.engine.chat.jinja.StatementParser} and {@link
 * dev.kedge.engine.chat.jinja.ExpressionParser} (precedence climbing) into a tree of {@link
 * dev.kedge.engine.chat.jinja.Node} and {@link dev.kedge.engine.chat.jinja.Expr}, which {@link
 * dev.kedge.engine.chat.jinja.Renderer} and {@link dev.kedge.engine.chat.jinja.Evaluator} walk.
 *
 * <p>A template is hostile input. It is confined by construction: {@link
 * dev.kedge.engine.chat.jinja.Value} is a closed set, every function it can name stands in a {@code
 * switch} of this package, there is no reflection and no I/O. Values cannot change after they are
 * made (only a namespace can), so they have no cycles, and each container knows its depth. {@link
 * dev.kedge.engine.chat.jinja.Budget} counts steps, characters made and nesting; whoever makes a
 * value pays for it before it is made.
 *
 * <p>Strings are {@link dev.kedge.engine.chat.jinja.Text}: characters with the runs of them that
 * the template itself wrote (trusted) and those that came from the caller. Every function keeps the
 * runs; one that cannot makes its whole result untrusted, never trusted.
 *
 * <p>Functions report failure by {@link dev.kedge.engine.chat.jinja.Fault}; the innermost tree node
 * adds line and column and makes it a {@link dev.kedge.engine.weights.FormatException}.
 *
 * <p>Differences from the reference, all on purpose: integers have 64 bits and overflow is an
 * error; iterators, views and ranges cannot be printed; mapping keys are scalars; {@code recursive}
 * loops, template inheritance, imports and {@code format} do not exist; {@code safe} changes
 * nothing.
 */
@NullMarked
package dev.kedge.engine.chat.jinja;

import org.jspecify.annotations.NullMarked;
