/**
 * Personal data taken out of texts so that those who may can put it back.
 *
 * <p>{@link dev.kedge.eval.mask.PersonalSpans} finds what can be told by its form (addresses,
 * numbers with check digits) and names behind a cue or with a common given name; other names,
 * places and postal addresses need understanding and are not found. {@link
 * dev.kedge.eval.mask.Masker} puts a placeholder such as {@code [EMAIL_k3qz7m2a4b]} in the place of
 * each: a keyed digest of the value, so that one value has one placeholder in inputs, labels and
 * later versions, and nobody without the key can try values out.
 *
 * <p>The map back lies apart from the dataset in a {@link dev.kedge.eval.mask.Vault}, encrypted
 * with AES-256-GCM and bound to the dataset's name and digest; {@link
 * dev.kedge.eval.mask.MaskingKey} is made at first use and readable by its owner only.
 */
@NullMarked
package dev.kedge.eval.mask;

import org.jspecify.annotations.NullMarked;
