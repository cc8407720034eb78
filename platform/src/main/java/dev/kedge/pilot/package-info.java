/** The pilot. */
@NullMarked
package dev.kedge.pilot;

import org.jspecify.annotations.NullMarked;
