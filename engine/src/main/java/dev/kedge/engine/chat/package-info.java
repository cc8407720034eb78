/** Chat templates, rendered by our own sandboxed subset of Jinja. */
@NullMarked
package dev.kedge.engine.chat;

import org.jspecify.annotations.NullMarked;
