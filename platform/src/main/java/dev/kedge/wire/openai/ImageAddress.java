package dev.kedge.wire.openai;

import dev.kedge.call.ChatRequest.Part;
import dev.kedge.wire.Fields;

/** Where a picture is. Nothing here fetches it. */
final class ImageAddress {
  private ImageAddress() {}

  /** The picture at the address in a field. */
  static Part.Image part(Fields fields, String name) {
    String url = fields.requiredText(name);
    if (url.startsWith("https://") || url.startsWith("http://") || url.startsWith("data:image/")) {
      return new Part.Image(url);
    }
    throw Fields.outOfRange(
        fields.path() + name, "an address that begins with https://, http:// or data:image/");
  }
}
