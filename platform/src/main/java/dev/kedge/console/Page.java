package dev.kedge.console;

import dev.kedge.report.Html;

/** What one page shows. */
record Page(int status, String title, Html body) {
  Page(String title, Html... body) {
    this(200, title, Html.all(body));
  }
}
