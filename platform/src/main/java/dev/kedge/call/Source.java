package dev.kedge.call;

import tools.jackson.databind.node.ObjectNode;

/**
 * The request as the caller sent it, for a backend that speaks the same API.
 *
 * @param api which API the caller speaks
 * @param body the whole body; not to be changed, a backend that forwards it makes a copy
 */
public record Source(Api api, ObjectNode body) {}
