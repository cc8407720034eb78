/**
 * The web pages: what runs, labelling, runs, comparisons, gate decisions and evidence.
 *
 * <p>{@link dev.kedge.console.Console#answer} turns a {@link dev.kedge.console.Visit} into a {@link
 * dev.kedge.console.Reply}; neither knows a server library. Pages are made on the server and work
 * without script; the one script of a few hundred lines adds keys, help and spoken notices. There
 * is nothing to build for the browser.
 *
 * <p>Safe by construction: markup can only be made through {@link dev.kedge.report.Html} and {@link
 * dev.kedge.report.Tag}, which escape every text and refuse scripts, styles and foreign addresses;
 * the content security policy allows the two files of {@code Assets} and nothing else, with their
 * digests in the page. Forms carry a token that belongs to the browser's cookie ({@code
 * SameSite=Strict, HttpOnly}), and the {@code Origin} must be ours ({@code Door}). A session holds
 * the credential and has it checked with each request, so that a revoked key is out at once.
 *
 * <p>Roles: a labeller sees labelling and nothing that could spoil blindness; an auditor reads
 * everything; an approver moreover decides disagreements and signs; an administrator does all of
 * it. On a server on this machine that asks for no keys everybody may do everything, under a name
 * that is asked for once and recorded as not checked.
 *
 * <p>One class per area registers its paths in {@code Routes} and its place in the navigation in
 * {@code Frame}. Everything that changes is a POST that ends in a redirect.
 */
@NullMarked
package dev.kedge.console;

import org.jspecify.annotations.NullMarked;
