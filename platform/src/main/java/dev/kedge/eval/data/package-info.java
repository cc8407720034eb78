/**
 * Datasets as the installation keeps them: numbered versions that never change.
 *
 * <p>A version is a folder {@code datasets/NAME/NUMBER} of the data folder with {@code
 * examples.jsonl}, one {@link dev.kedge.eval.data.Entry} a line in canonical JSON (fields in order,
 * absent ones left out), and {@code manifest.json}: the digest of the examples, how many, the
 * version it was made from, how it was made, when. Equal examples give equal bytes and so the same
 * digest. A folder appears whole by a rename; {@link dev.kedge.eval.data.Datasets} checks the
 * digest on each reading.
 *
 * <p>The store has an index for listing, which is filled from manifests that it lacks; the files
 * are what counts. {@code examples.jsonl} is what {@link dev.kedge.eval.Dataset#read} reads, as
 * soon as every entry has its label.
 */
@NullMarked
package dev.kedge.eval.data;

import org.jspecify.annotations.NullMarked;
