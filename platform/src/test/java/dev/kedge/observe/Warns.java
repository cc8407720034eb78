package dev.kedge.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The test makes something go wrong of which the log must tell: each of these texts has to come in
 * a message. What has one of them is kept out of the test's output.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Warns.Listening.class)
public @interface Warns {
  /** Parts of messages. */
  String[] value();

  /** Listens between the usual handlers and everybody who logs. */
  final class Listening implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace OWN =
        ExtensionContext.Namespace.create(Listening.class);
    private static final Logger ROOT = Logger.getLogger("");

    private static List<String> expected(ExtensionContext context) {
      Warns warns = context.getRequiredTestMethod().getAnnotation(Warns.class);
      if (warns == null) warns = context.getRequiredTestClass().getAnnotation(Warns.class);
      return warns == null ? List.of() : List.of(warns.value());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
      Filtered filtered = new Filtered(expected(context), List.of(ROOT.getHandlers()));
      filtered.others.forEach(ROOT::removeHandler);
      ROOT.addHandler(filtered);
      context.getStore(OWN).put(context.getUniqueId(), filtered);
    }

    @Override
    public void afterEach(ExtensionContext context) {
      Filtered filtered = context.getStore(OWN).remove(context.getUniqueId(), Filtered.class);
      if (filtered == null) return;
      ROOT.removeHandler(filtered);
      filtered.others.forEach(ROOT::addHandler);
      for (String text : filtered.expected) {
        assertThat(filtered.heard).anyMatch(message -> message.contains(text), text);
      }
    }
  }

  /** Keeps what is expected and passes on the rest. */
  final class Filtered extends Handler {
    private static final SimpleFormatter PLAIN = new SimpleFormatter();

    private final List<String> expected;
    private final List<Handler> others;
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private Filtered(List<String> expected, List<Handler> others) {
      this.expected = expected;
      this.others = others;
    }

    @Override
    public void publish(LogRecord record) {
      String message = PLAIN.formatMessage(record);
      if (expected.stream().anyMatch(message::contains)) heard.add(message);
      else others.forEach(handler -> handler.publish(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
