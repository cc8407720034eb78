/**
 * Self-contained HTML pages: no script, no font, no picture from elsewhere, so that a report opens
 * anywhere and can be kept as evidence. {@link dev.kedge.report.Html} escapes by construction: text
 * only becomes markup through {@link dev.kedge.report.Html#text}. {@link dev.kedge.report.Chart}
 * draws SVG. Below the features, since evaluation, load test and pilot all write pages.
 */
@NullMarked
package dev.kedge.report;

import org.jspecify.annotations.NullMarked;
