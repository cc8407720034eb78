/**
 * Models behind an address: any server that speaks OpenAI's or Anthropic's API.
 *
 * <p>Where caller and server speak the same API, {@link dev.kedge.backend.upstream.Relay} hands the
 * server's bytes on, event by event; it looks at them once and parses token counts and errors only.
 */
@NullMarked
package dev.kedge.backend.upstream;

import org.jspecify.annotations.NullMarked;
