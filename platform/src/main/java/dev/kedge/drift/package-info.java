/**
 * The drift report: what changed in the words of the answers from one version to the next, for
 * people who answer for the words.
 *
 * <p>{@link dev.kedge.drift.Drift} takes {@link dev.kedge.drift.DriftCase}s, each with the old and
 * the new answers, and returns a {@link dev.kedge.drift.DriftReport}. It looks at each answer in
 * three ways: traits that {@code Detectors} name (a disclaimer, an apology, a code fence, a
 * language, a JSON key), phrases of one to five words that nobody named ({@code PhraseSearch}), and
 * lengths.
 *
 * <p>One rule for what counts as shown. A case is the unit, or a group of cases that share a
 * document: for each, was the trait or phrase lost, added, or kept? If it made no difference which
 * version answered, losses and additions would be equally likely; that is the sign test, for single
 * cases McNemar's. A phrase counts once per answer, so that repeating it proves nothing. Chance in
 * answers of servers falls to both sides alike, so it cannot fake a change either; with a second
 * run of the old version, old against old is shown beside.
 *
 * <p>Many questions are asked at once, so each of three families (traits, phrases, lengths) is held
 * to its share of a false discovery rate of 5 % (Benjamini and Hochberg 1995): where nothing
 * changed, at most 5 % of all reports name anything. Which phrases are tested is chosen by how
 * often they changed, never by in which direction. Phrases that change in exactly the same cases
 * are one question; what remains significant is collapsed to whole phrases ({@code PhraseLines}),
 * and a line needs its evidence among lines, not among the many overlapping phrases behind one.
 *
 * <p>Time and memory are bounded: of an answer at most 100,000 characters are looked at, phrases
 * are counted in tables of fixed size, the matcher of word lists cannot run away. docs/DRIFT.md has
 * the figures.
 */
@NullMarked
package dev.kedge.drift;

import org.jspecify.annotations.NullMarked;
