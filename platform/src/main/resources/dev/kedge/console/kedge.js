/*
 * What the console does beyond HTML: keys, help, spoken notices. Pages work without it.
 * Elements say what they want by attributes:
 *   data-key="s"    the key presses or focuses it        data-go="r"   'g r' follows it
 *   data-open="id"  opens that dialog                    data-say      is read aloud once
 *   data-keep="n"   stays open or closed on the next page
 */
"use strict";
(() => {
  const SWITCH = "kedge.keys";
  let awaitsPlace = false;

  const keysAreOn = () => {
    try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
  };

  const isTyping = (target) =>
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable ||
    (target instanceof HTMLInputElement && !["radio", "checkbox", "button", "submit"].includes(target.type));

  const isShown = (element) => element.getClientRects().length > 0;

  const find = (attribute, value) => {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      if (element.getAttribute(attribute) === value && isShown(element)) return element;
    }
    return null;
  };

  const act = (element) => {
    if (element instanceof HTMLInputElement && element.type === "radio") {
      element.focus();
      element.checked = true;
      element.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ||
        element instanceof HTMLSelectElement) {
      element.focus();
    } else if (element instanceof HTMLDetailsElement) {
      element.open = !element.open;
      const field = element.open ? element.querySelector("textarea, select, input:not([type=hidden])") : null;
      (field ?? element.querySelector("summary"))?.focus();
    } else {
      element.click();
    }
  };

  const main = () => document.querySelector("main form[data-main]");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const target = event.target;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = target instanceof Element ? target.closest("form") ?? main() : main();
      if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("button.primary")); }
      return;
    }
    if (event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && isTyping(target)) {
      target.blur();
      return;
    }
    if (isTyping(target)) return;
    const plain = target === document.body || target instanceof HTMLInputElement || target.id === "main";
    if (event.key === "Enter" && plain && main()) {
      event.preventDefault();
      main().requestSubmit(main().querySelector("button.primary"));
      return;
    }
    if (!keysAreOn() && event.key !== "?") return;
    if (awaitsPlace) {
      awaitsPlace = false;
      const place = find("data-go", event.key);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (event.key === "g") { awaitsPlace = true; setTimeout(() => { awaitsPlace = false; }, 1500); return; }
    const element = find("data-key", event.key);
    if (element) { event.preventDefault(); act(element); }
  });

  const row = (keys, what) => {
    const tr = document.createElement("tr");
    const first = document.createElement("td");
    const key = document.createElement("kbd");
    key.textContent = keys;
    first.append(key);
    const second = document.createElement("td");
    second.textContent = what;
    tr.append(first, second);
    return tr;
  };

  const fillHelp = () => {
    const body = document.getElementById("keys-here");
    if (!body) return;
    body.replaceChildren();
    if (main()) {
      body.append(row("Enter", main().dataset.main || "Send"), row("Ctrl Enter", "The same from within a text"));
      body.append(row("Esc", "Leave a text, so that single keys work"));
    }
    for (const element of document.querySelectorAll("[data-key]")) {
      if (!isShown(element) || element.dataset.open) continue;
      const label = element.labels?.[0]?.querySelector("span") ?? element.labels?.[0] ??
        element.querySelector("summary") ?? element;
      const text = [...label.childNodes].filter((n) => n.nodeName !== "KBD").map((n) => n.textContent).join("");
      body.append(row(element.dataset.key, text.trim()));
    }
  };

  for (const opener of document.querySelectorAll("[data-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => {
      fillHelp();
      document.getElementById(opener.dataset.open).showModal();
    });
  }

  const box = document.getElementById("keys-on");
  if (box) {
    box.checked = keysAreOn();
    box.addEventListener("change", () => {
      try { localStorage.setItem(SWITCH, box.checked ? "on" : "off"); } catch { /* For this page only. */ }
    });
  }

  // Where other fields hang on a choice, the server makes the form anew: at once for the mouse, on
  // leaving the field for the keyboard, so that one can walk through the options.
  let byPointer = false;
  const changed = new WeakSet();
  document.addEventListener("pointerdown", () => { byPointer = true; }, true);
  document.addEventListener("keydown", () => { byPointer = false; }, true);
  const reshape = (select, next) => {
    const form = select.form;
    const button = form?.querySelector("button[name=change][value=reshape]");
    if (!button) return;
    const focus = form.querySelector("input[name=focus]");
    if (focus) focus.value = next;
    form.requestSubmit(button);
  };
  for (const select of document.querySelectorAll("[data-reshape]")) {
    select.addEventListener("change", () => {
      if (byPointer) reshape(select, select.name);
      else changed.add(select);
    });
    select.addEventListener("blur", (event) => {
      const next = event.relatedTarget;
      if (!changed.delete(select) || (next instanceof HTMLButtonElement && next.type === "submit" && !next.name)) return;
      reshape(select, next?.name ? next.name : select.name);
    });
  }
  for (const button of document.querySelectorAll("button[name=change][value=reshape]")) button.hidden = true;

  // Whether a guide stands open is kept from one page to the next.
  for (const details of document.querySelectorAll("details[data-keep]")) {
    const name = "kedge.open." + details.dataset.keep;
    try { if (localStorage.getItem(name) === "yes") details.open = true; } catch { /* It opens by key. */ }
    details.addEventListener("toggle", () => {
      try { localStorage.setItem(name, details.open ? "yes" : "no"); } catch { /* For this page only. */ }
    });
  }

  // What is there when the page loads is not read aloud; what comes afterwards is.
  const live = document.getElementById("live");
  const said = [...document.querySelectorAll("[data-say]")].map((element) => element.textContent).join(" ");
  if (live && said) setTimeout(() => { live.textContent = said; }, 150);

  // A form is sent once, however often the key is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
