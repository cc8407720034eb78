/**
 * Labelling: people turn examples into right answers, blind and twice, and disagreements are
 * decided by a third look.
 *
 * <p>A {@link dev.kedge.label.LabelProject} holds the items of a dataset and the {@link
 * dev.kedge.label.Form} of their labels. {@link dev.kedge.label.Labelling} is the whole of it for a
 * console or a command: it hands each person one item at a time on a lease, so that two people
 * never get in each other's way and a closed browser loses nothing, and takes the answers.
 *
 * <p>Blindness is kept here, not in the pages: {@link dev.kedge.label.ItemView} has no field for
 * what others answered or a model suggested. {@link dev.kedge.label.Labelling#reveal} gives these
 * to people whose own answer stands, and notes it; what they change afterwards counts for the
 * dataset, but agreement is computed on what they said before ({@link dev.kedge.label.agreement}).
 *
 * <p>Everything that anybody does is a {@link dev.kedge.label.LabelEvent} in a table that only
 * grows, written in the same transaction as the state it changes. Each transaction locks the
 * project's row first: on PostgreSQL, too, an item never gets one person too many.
 */
@NullMarked
package dev.kedge.label;

import org.jspecify.annotations.NullMarked;
