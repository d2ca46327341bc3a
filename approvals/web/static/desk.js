// Better with it, complete without it: keys for the queue, help, and small courtesies of forms.
"use strict";
(() => {
  const OFF = "vallum.keys.off";
  const stored = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const store = (off) => { try { off ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF); } catch { /* private window */ } };
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // rows: j and k move the focus from line to line, Enter opens because the focus is on a link
  const lines = () => all("[data-open]").filter((link) => link.offsetParent !== null);
  const step = (by) => {
    const links = lines();
    if (!links.length) return follow(by > 0 ? "next" : "prev");
    const at = links.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    if (to >= 0 && to < links.length) {
      links[to].focus();
      links[to].closest("tr")?.scrollIntoView({ block: "nearest" });
    }
  };
  const follow = (rel) => { const link = document.querySelector(`a[rel=${rel}]`); if (link) link.click(); };

  // acts: a key opens the form it names and puts the focus where one goes on
  const act = (key) => {
    const ofLine = document.activeElement?.dataset?.[key];
    if (ofLine) { location.assign(ofLine); return true; }
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("details")) {
      target.open = true;
      const first = target.querySelector("[data-default]") ?? target.querySelector("textarea, select, input:not([type=hidden]), button");
      (first ?? target.querySelector("summary")).focus();
      target.scrollIntoView({ block: "nearest" });
    } else if (target.matches("input[type=radio]")) {
      target.checked = true;
      target.dispatchEvent(new Event("change", { bubbles: true }));
      const button = target.form.querySelector("[data-default]");
      const words = target.form.querySelector("textarea");
      (["reject", "return"].includes(target.value) ? words : button)?.focus();
    } else if (target.matches("input, select, textarea")) {
      target.focus();
      target.select?.();
    } else {
      target.click();
    }
    return true;
  };

  const writing = (element) => element.matches?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const help = document.getElementById("keys");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && writing(event.target)) { event.target.blur(); return; }
    if (stored() || writing(event.target) || document.querySelector("dialog[open]")) return;
    let done = true;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") help?.showModal();
    else done = act(event.key);
    if (done) event.preventDefault();
  });

  // help, and a way to turn single keys off
  const opener = document.getElementById("keys-open");
  if (help && opener) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
    const box = help.querySelector("#keys-on");
    box.checked = !stored();
    box.addEventListener("change", () => store(!box.checked));
  }

  // a form is sent once; coming back to the page makes it usable again
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // a link may name the form to open: `#act-reject`
  const named = location.hash.startsWith("#act-") && document.getElementById(location.hash.slice(1));
  if (named && named.dataset.key) act(named.dataset.key);

  // the condition shows with the answer that needs it
  for (const part of all("[data-shown-for]")) {
    part.closest("form").addEventListener("change", (event) => {
      if (event.target.name === "answer") part.open = event.target.value === part.dataset.shownFor;
    });
  }
  for (const button of all("[data-says]")) {
    const say = () => {
      const chosen = button.form.querySelector("[name=answer]:checked");
      button.textContent = `${chosen.closest("label").firstElementChild.nextSibling.textContent.trim()}: ${button.dataset.says}`;
    };
    button.form.addEventListener("change", say);
    say();
  }

  // an edit counts its signs, and is not lost by a stray click
  for (const counter of all("[data-count]")) {
    const field = document.getElementById(counter.dataset.count);
    const most = Number(counter.dataset.most);
    const tell = () => {
      const length = [...field.value].length;
      counter.textContent = `${length} of ${most} characters`;
      counter.classList.toggle("over", length > most);
    };
    field.addEventListener("input", tell);
    tell();
  }
  for (const form of all("form[data-guard]")) {
    let touched = false;
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { touched = false; });
    window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  }
})();
