/**
 * The whole platform, built by constructors from top to bottom and closed in the opposite order:
 * model, engine, backend, gateway, HTTP. Nothing else may import this package; the command line
 * starts a {@link dev.kedge.app.Platform} and waits.
 */
@NullMarked
package dev.kedge.app;

import org.jspecify.annotations.NullMarked;
