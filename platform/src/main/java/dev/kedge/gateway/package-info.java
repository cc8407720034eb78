/**
 * What happens to a request between the surface and a model: find the backend, start its answers,
 * bound its time, and give every place back whatever happens. {@link dev.kedge.gateway.Gateway}
 * opens an {@link dev.kedge.gateway.Exchange} per call; closing the exchange cancels what still
 * runs. {@link dev.kedge.gateway.Replies} puts finished answers into the form of the API.
 */
@NullMarked
package dev.kedge.gateway;

import org.jspecify.annotations.NullMarked;
