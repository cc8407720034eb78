/**
 * The 25 kinds of instruction of IFEval (Zhou et al. 2023, arXiv:2311.07911) that a program can
 * verify, by the names and arguments of the published data.
 *
 * <p>A {@link dev.kedge.eval.score.instruct.Check} says whether an answer follows one instruction;
 * {@link dev.kedge.eval.score.instruct.Instructions} knows all of them by name. Two things are
 * approximations of our own where the published program calls a library: where a sentence ends
 * ({@link dev.kedge.eval.score.instruct.Sentences}) and which language a text is in ({@link
 * dev.kedge.eval.score.instruct.LanguageGuess}). Everything else follows the published rules, but
 * that a keyword is a text and not a regular expression, and that missing arguments are never
 * replaced by chance. {@code PublishedVerdictsTest} holds 498 verdicts of the published program.
 */
@NullMarked
package dev.kedge.eval.score.instruct;

import org.jspecify.annotations.NullMarked;
