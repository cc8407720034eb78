package dev.kedge.console;

import dev.kedge.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The script, the style and the icon. Each has its digest in its address, so that browsers keep it
 * for good, and in the page, so that they run nothing else.
 */
final class Assets {
  private final Map<String, Asset> byAddress = new HashMap<>();
  private final Map<String, Asset> byFile = new HashMap<>();

  /** One file. */
  record Asset(String address, String type, String integrity, byte[] content) {}

  Assets() {
    List<String> files = List.of("kedge.css", "kedge.js", "kedge.svg");
    for (String file : files) {
      Asset asset = read(file);
      byAddress.put(asset.address, asset);
      byFile.put(file, asset);
    }
  }

  private static Asset read(String file) {
    try (InputStream in = Assets.class.getResourceAsStream(file)) {
      if (in == null) throw new IllegalStateException("the jar lacks " + file);
      byte[] content = in.readAllBytes();
      int dot = file.indexOf('.');
      String ending = file.substring(dot);
      String type =
          switch (ending) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            default -> "image/svg+xml";
          };
      String digest = Sha256.of(content).substring(0, 16);
      String address = "/console/assets/" + file.substring(0, dot) + "-" + digest + ending;
      return new Asset(address, type, "sha384-" + digest("SHA-384", content), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A digest as policies and integrity attributes spell it. */
  static String digest(String algorithm, byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(content);
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  /** An asset by its path. */
  Optional<Asset> at(String path) {
    return Optional.ofNullable(byAddress.get(path));
  }

  /** An asset by its name. */
  Asset get(String file) {
    Asset asset = byFile.get(file);
    if (asset == null) throw new IllegalArgumentException("no asset " + file);
    return asset;
  }
}
