/**
 * Tokenizers: text to token ids and back.
 *
 * <p>{@link dev.kedge.engine.token.Tokenizers} builds one from a GGUF file's metadata, which is
 * checked as a whole first ({@code Vocabulary}): nothing that a file says is trusted. Encoding has
 * three stages.
 *
 * <ol>
 *   <li>{@code SpecialTokens} cuts the text at tokens that are written out in it, leftmost and
 *       longest first. Control tokens are found only in trusted text. A chat is joined before it is
 *       cut, so that its pieces' borders do not show in the ids.
 *   <li>Byte-level vocabularies cut the rest into words: {@code PreTokenizers} knows which regular
 *       expressions a file means, {@code WordScanner} has them as loops, since {@code
 *       java.util.regex} recurses per character on such alternatives and overflows the stack.
 *       SentencePiece takes a run as one word.
 *   <li>{@code Merger} merges neighbours, lowest rank first, in O(n log n); {@code MergeTable} says
 *       which pairs merge. Ranks are places in the list of merges ({@code BpeTokenizer}) or come
 *       from scores ({@code SentencePieceTokenizer}); the rest of the algorithm is the same.
 * </ol>
 *
 * <p>Neither merges nor whole-word look-ups ever give a control token, whatever the file says: text
 * from users cannot become one. Unpaired surrogates are read as U+FFFD; nothing else is normalized.
 *
 * <p>{@link dev.kedge.engine.token.BpeTrainer} learns byte-level vocabularies; {@link
 * dev.kedge.engine.token.SentencePieceModel} reads SentencePiece's model files.
 *
 * <p>Sources: Sennrich et al. 2016 (BPE), Radford et al. 2019 (byte-level BPE), Kudo and Richardson
 * 2018 (SentencePiece), GGUF's specification of the {@code tokenizer.ggml} keys. Where readers
 * differ, llama.cpp's ids decide, but for two points: a control token never arises from untrusted
 * text, and contractions fold case as Unicode does, as in training.
 */
@NullMarked
package dev.kedge.engine.token;

import org.jspecify.annotations.NullMarked;
