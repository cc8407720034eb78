/**
 * What an operator sees: metrics in Prometheus' formats and one log line per call, as text or as
 * JSON. Neither ever holds a prompt, an answer or a credential.
 *
 * <p>Names follow Prometheus' conventions: prefix {@code kedge_}, base units (seconds, tokens,
 * dollars, bytes), {@code _total} for counters; what is measured is that of OpenTelemetry's
 * conventions for generative AI: time to first token, time per output token, tokens by type. Labels
 * take their values from the configuration alone (models, upstreams, tenants, fixed words), never
 * from a caller, so their number is bounded. {@code docs/METRICS.md} lists all of them.
 */
@NullMarked
package dev.kedge.observe;

import org.jspecify.annotations.NullMarked;
