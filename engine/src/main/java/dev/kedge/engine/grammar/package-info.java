/**
 * What answers may be, byte by byte: any JSON object, JSON that fits a schema, calls of tools.
 *
 * <p>{@code SchemaCompiler} turns a JSON Schema into {@code Node}s: regular texts (numbers, listed
 * values, patterns, formats: {@code Nfa}, {@code Dfa}), free strings with a count of characters,
 * objects, arrays, unions, sequences. A parse of an answer is a stack of {@code Frame}s, and since
 * alternatives can begin alike, a {@link dev.kedge.engine.grammar.State} is a set of stacks. Stacks
 * share their lower parts and are compared by content, so the same situation has the same state
 * however it was reached, which is what caches of token masks need.
 *
 * <p>Whatever state is reached, the answer can be completed: automata are cut down to states that
 * lead to an end, and every value knows how many levels it needs at least, so the limit of nesting
 * never closes a door behind the answer. Where choices must be dropped for want of room, the answer
 * loses freedom, never correctness.
 *
 * <p>Policy: no white space but one space after a colon or comma; properties in the order of the
 * schema; numbers of bounded length; strings with patterns, listed values and keys in canonical
 * form. Objects whose properties are described have no others unless the schema asks for them.
 * Anything in a schema that an answer could not be held to is refused by name and place.
 */
@NullMarked
package dev.kedge.engine.grammar;

import org.jspecify.annotations.NullMarked;
