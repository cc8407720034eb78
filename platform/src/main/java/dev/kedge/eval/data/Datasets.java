package dev.kedge.eval.data;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.mask.OwnerOnly;
import dev.kedge.store.Store;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The datasets of an installation. Any thread, and several processes at a time: a version appears
 * whole, and of two that are added at once both get a number.
 */
public final class Datasets {
  private static final String EXAMPLES = "examples.jsonl";
  private static final String MANIFEST = "manifest.json";
  private static final long LARGEST_BYTES = 1L << 30;

  private final Path folder;
  private final DatasetStore index;
  private final InstantSource clock;

  /**
   * The datasets under a data folder.
   *
   * @param store with the index
   */
  public Datasets(Path dataFolder, Store store, InstantSource clock) {
    this.folder = dataFolder.resolve("datasets");
    this.index = new DatasetStore(store);
    this.clock = clock;
  }

  /** All versions, by name and number. */
  public List<DatasetVersion> list() throws IOException {
    Map<String, DatasetVersion> known = new TreeMap<>();
    for (DatasetVersion version : index.all()) known.put(version.reference(), version);
    for (DatasetVersion version : onDisk()) {
      if (!version.equals(known.get(version.reference()))) index.add(version);
    }
    return index.all();
  }

  private List<DatasetVersion> onDisk() throws IOException {
    List<DatasetVersion> found = new ArrayList<>();
    for (String name : names(folder, DatasetVersion.NAME)) {
      for (String number : names(folder.resolve(name), "[1-9][0-9]{0,5}")) {
        Path manifest = folder.resolve(name).resolve(number).resolve(MANIFEST);
        if (Files.exists(manifest)) {
          found.add(DatasetVersion.parse(Files.readString(manifest), manifest.toString()));
        }
      }
    }
    return found;
  }

  private static List<String> names(Path folder, String pattern) throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches(pattern))
          .sorted()
          .toList();
    }
  }

  /**
   * A version.
   *
   * @param reference {@code NAME} for the latest, or {@code NAME@NUMBER}
   */
  public DatasetVersion find(String reference) throws IOException {
    int at = reference.indexOf('@');
    String name = at < 0 ? reference : reference.substring(0, at);
    String number = at < 0 ? "" : reference.substring(at + 1);
    List<DatasetVersion> all = list();
    return all.stream()
        .filter(version -> version.name().equals(name))
        .filter(version -> at < 0 || String.valueOf(version.version()).equals(number))
        .reduce((_, later) -> later)
        .orElseThrow(() -> unknown(reference, all));
  }

  private KedgeException unknown(String reference, List<DatasetVersion> all) {
    List<String> names = all.stream().map(DatasetVersion::reference).limit(20).toList();
    return new KedgeException(
        new Failure.NotFound(
            "no dataset '"
                + reference
                + "'; there are: "
                + (names.isEmpty()
                    ? "none in " + folder.getParent() + "; --config or --data names another place"
                    : String.join(", ", names)),
            "dataset_not_found"));
  }

  /** The file of a version's examples, for {@link dev.kedge.eval.Dataset#read}; not checked. */
  public Path file(DatasetVersion version) {
    return folder(version).resolve(EXAMPLES);
  }

  private Path folder(DatasetVersion version) {
    return folder.resolve(version.name()).resolve(String.valueOf(version.version()));
  }

  /**
   * The examples of a version.
   *
   * @throws KedgeException {@link Failure.Untrusted} if they are not those of the manifest
   */
  public List<Entry> read(DatasetVersion version) throws IOException {
    Path file = file(version);
    if (Files.size(file) > LARGEST_BYTES)
      throw KedgeException.invalid(file + ": larger than 1 GiB");
    byte[] bytes = Files.readAllBytes(file);
    if (!Sha256.of(bytes).equals(version.sha256())) {
      throw new KedgeException(
          new Failure.Untrusted(
              file + ": altered since it was made; its digest is not that of the manifest",
              "dataset_altered"));
    }
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        entries.add(Entry.parse(line, file + ":" + (entries.size() + 1)));
      }
    }
    return entries;
  }

  /**
   * Adds a version. If it holds exactly what the latest one holds, that one is given back.
   *
   * @param parent the version that it was made from
   * @param made how it was made
   * @throws KedgeException if there is no example, or an id or an input stands twice
   */
  public DatasetVersion add(
      String name, List<Entry> entries, Optional<DatasetVersion> parent, JsonNode made)
      throws IOException {
    check(entries);
    if (!name.matches(DatasetVersion.NAME)) {
      throw KedgeException.invalid("'" + name + "' is no name of a dataset");
    }
    Path home = folder.resolve(name);
    OwnerOnly.folder(home);
    Path part = Files.createTempDirectory(home, ".part");
    try {
      String sha256 = write(part.resolve(EXAMPLES), entries);
      List<DatasetVersion> versions =
          list().stream().filter(version -> version.name().equals(name)).toList();
      if (!versions.isEmpty() && versions.getLast().sha256().equals(sha256)) {
        return versions.getLast();
      }
      int labelled = (int) entries.stream().filter(entry -> entry.expected().isPresent()).count();
      int number = versions.isEmpty() ? 1 : versions.getLast().version() + 1;
      while (true) {
        DatasetVersion version =
            new DatasetVersion(
                name,
                number,
                sha256,
                entries.size(),
                labelled,
                parent.filter(from -> from.name().equals(name)).map(DatasetVersion::version),
                made,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        Files.writeString(part.resolve(MANIFEST), version.toJson());
        if (appears(part, home.resolve(String.valueOf(number)))) {
          index.add(version);
          return version;
        }
        number++; // somebody else took the number meanwhile
      }
    } finally {
      remove(part);
    }
  }

  /** A folder that is there has files in it, so that no rename replaces it. */
  private static boolean appears(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      return false;
    } catch (FileSystemException e) {
      if (Files.exists(target)) return false;
      throw e;
    }
  }

  private static void remove(Path part) throws IOException {
    Files.deleteIfExists(part.resolve(EXAMPLES));
    Files.deleteIfExists(part.resolve(MANIFEST));
    Files.deleteIfExists(part);
  }

  private static void check(List<Entry> entries) {
    if (entries.isEmpty()) throw KedgeException.invalid("a dataset without examples");
    Set<String> ids = new HashSet<>();
    Map<String, String> inputs = new HashMap<>();
    for (Entry entry : entries) {
      if (!ids.add(entry.id())) {
        throw KedgeException.invalid("the id '" + entry.id() + "' stands twice");
      }
      String other = inputs.put(entry.input(), entry.id());
      if (other != null) {
        throw KedgeException.invalid(
            "'" + other + "' and '" + entry.id() + "' have the same input");
      }
    }
  }

  private static String write(Path file, List<Entry> entries) throws IOException {
    Sha256 digest = new Sha256();
    try (OutputStream out = new BufferedOutputStream(OwnerOnly.create(file))) {
      for (Entry entry : entries) {
        byte[] line = (entry.line() + "\n").getBytes(StandardCharsets.UTF_8);
        digest.add(line, line.length);
        out.write(line);
      }
    }
    return digest.hex();
  }
}
