/**
 * Chat templates: from a conversation to the text of a prompt, as the model's publisher renders it.
 *
 * <p>{@link dev.kedge.engine.chat.ChatTemplate} parses a model's own template once and renders any
 * number of conversations with it, in any thread. The template language is our subset of Jinja in
 * the package {@code jinja}, confined by construction and limited in steps, text and nesting.
 *
 * <p>The result is a list of runs: what the template wrote is trusted, and only there may a
 * tokenizer recognise control tokens; what came from messages, tools or variables is not.
 *
 * <p>{@link dev.kedge.engine.chat.ToolFormat} says how a model writes calls of tools, which its
 * template shows; {@link dev.kedge.engine.chat.ToolCallParser} finds them in an answer while it
 * arrives.
 *
 * <p>Two failures are possible. A {@link dev.kedge.engine.weights.FormatException} means that the
 * template is wrong or goes beyond a limit, and names its line and column. A {@link
 * dev.kedge.engine.chat.ChatTemplateException} is the template's own refusal of a conversation.
 */
@NullMarked
package dev.kedge.engine.chat;

import org.jspecify.annotations.NullMarked;
