/** How often the drift report names a change where there is none, and finds one that is there. */
@NullMarked
package dev.kedge.bench.drift;

import org.jspecify.annotations.NullMarked;
