// Forms that are saved as one types, and the rapporteur's desk. A form does its job
// without any of this. What is typed stays in the browser until the server has it: over
// a lost connection, a reload, the end of a session, a closed tab.
(function () {
  "use strict";
  var doc = document;
  var store = null;
  try { store = window.localStorage; store.getItem("x"); } catch (e) { store = null; }

  // A tab keeps its name over a reload: what two tabs type does not overwrite each other.
  var tab = "";
  try {
    tab = sessionStorage.getItem("tab") || "";
    if (!tab) { tab = String(Date.now()) + Math.random().toString(36).slice(2, 8); sessionStorage.setItem("tab", tab); }
  } catch (e) { tab = "only"; }

  var week = 7 * 24 * 3600 * 1000, alive = 12000;

  function read(key) {
    try { return JSON.parse(store.getItem(key)); } catch (e) { return null; }
  }
  function write(key, v) {
    try { store.setItem(key, JSON.stringify(v)); return true; } catch (e) { return false; }
  }
  function drop(key) {
    try { store.removeItem(key); } catch (e) { /* forbidden */ }
  }
  function keys(prefix) {
    var out = [];
    try { for (var i = 0; i < store.length; i++) if (store.key(i).indexOf(prefix) === 0) out.push(store.key(i)); } catch (e) { /* forbidden */ }
    return out;
  }

  function el(name, text, attrs) {
    var e = doc.createElement(name);
    if (text) e.textContent = text;
    Object.keys(attrs || {}).forEach(function (k) { e.setAttribute(k, attrs[k]); });
    return e;
  }

  // What a person has typed or ticked, as a list of names and values.
  function typed(form) {
    var out = [];
    Array.prototype.forEach.call(form.elements, function (f) {
      if (!f.name || f.disabled || f.name === "q" || f.name === "pin_to") return;
      if (f.type === "hidden" || f.type === "submit" || f.type === "button" || f.type === "file" || f.tagName === "BUTTON" || f.tagName === "FIELDSET") return;
      if ((f.type === "checkbox" || f.type === "radio")) { if (f.checked) out.push([f.name, f.value]); return; }
      if (f.value !== "") out.push([f.name, f.value.replace(/\r\n/g, "\n")]);
    });
    return out;
  }

  function body(form) {
    var out = new URLSearchParams();
    new FormData(form).forEach(function (v, k) { if (typeof v === "string" && k !== "q" && k !== "pin_to") out.append(k, v); });
    return out;
  }

  function versions(form) {
    var out = {};
    form.querySelectorAll("[name=version], [name=notes_version]").forEach(function (f) { out[f.name] = f.value; });
    return out;
  }

  function later(a, b) { return (+a.version || 0) > (+b.version || 0) || (+a.notes_version || 0) > (+b.notes_version || 0); }

  // A row more, for text that is put back into a form with fewer rows.
  function grow(form, name) {
    var m = /^([a-z0-9_.]+)\[(\d+)\]/.exec(name);
    if (!m) return;
    var rows = form.querySelectorAll("fieldset.row"), last = null, n = -1;
    rows.forEach(function (r) {
      var f = r.querySelector("[name^='" + m[1] + "[']");
      if (f) { last = r; n = +/\[(\d+)\]/.exec(f.name)[1]; }
    });
    while (last && n < +m[2] && n < 199) {
      var next = last.cloneNode(true), from = n, to = ++n;
      next.querySelectorAll("*").forEach(function (e) {
        ["name", "id", "for", "aria-describedby", "data-count"].forEach(function (a) {
          var v = e.getAttribute(a);
          if (v) e.setAttribute(a, v.split("[" + from + "]").join("[" + to + "]").split("-" + from + "-").join("-" + to + "-"));
        });
        if (e.type === "checkbox" || e.type === "radio") e.checked = false;
        else if (e.name && !/\.Orig$/.test(e.name)) e.value = "";
      });
      if (next.dataset.row) next.dataset.row = m[1] + "[" + to + "]";
      last.after(next);
      last = next;
    }
  }

  function restore(form, kept) {
    Array.prototype.forEach.call(form.elements, function (f) {
      if (!f.name || f.type === "hidden" || f.type === "file" || f.tagName === "BUTTON" || f.name === "q" || f.name === "pin_to") return;
      if (f.type === "checkbox" || f.type === "radio") f.checked = false;
      else if (f.tagName !== "SELECT") f.value = "";
    });
    kept.fields.forEach(function (p) {
      var all = form.querySelectorAll("[name='" + p[0] + "']");
      if (!all.length) { grow(form, p[0]); all = form.querySelectorAll("[name='" + p[0] + "']"); }
      all.forEach(function (f) {
        if (f.type === "checkbox" || f.type === "radio") { if (f.value === p[1]) f.checked = true; } else f.value = p[1];
        for (var d = f.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
      });
    });
    // The version of then: if somebody else saved since, the server shows both.
    Object.keys(kept.versions).forEach(function (k) {
      var f = form.querySelector("[name=" + k + "]");
      if (f) f.value = kept.versions[k];
    });
    form.querySelectorAll("input, textarea").forEach(function (f) { f.dispatchEvent(new Event("input")); });
  }

  doc.querySelectorAll("form[data-autosave]").forEach(function (form) {
    var words = form.dataset, line = form.querySelector("[data-saved]"), address = words.autosave;
    var prefix = "desk|" + address + "|", key = prefix + tab;
    var timer = 0, beat = 0, sending = false, again = false, stopped = false, dirty = false, wait = 0, box = null;
    var start = JSON.stringify(typed(form));

    function say(text) { if (line && line.textContent !== text) line.textContent = text; }

    // A notice above the form's buttons with what can be done.
    function notice(text, actions) {
      if (box) box.remove();
      box = el("div", "", { class: "notice warning", role: "alert" });
      box.append(el("p", text));
      var p = el("p", "", { class: "actions" });
      actions.forEach(function (a) {
        var b = a.href ? el("a", a.label, { href: a.href, target: "_blank", rel: "noopener", class: "button plain small" })
          : el("button", a.label, { type: "button", class: "button plain small" });
        if (a.do) b.addEventListener("click", function () { a.do(); });
        p.append(b);
      });
      if (actions.length) box.append(p);
      form.prepend(box);
    }
    function clear() { if (box) { box.remove(); box = null; } }

    function keep(sent) {
      if (!store) return;
      write(key, { at: Date.now(), beat: Date.now(), versions: versions(form), fields: typed(form), sent: !!sent });
    }

    function schedule(ms) { clearTimeout(timer); timer = setTimeout(save, ms); }

    function save() {
      if (stopped || !dirty) return;
      if (sending) { again = true; return; }
      sending = true; again = false;
      var now = JSON.stringify(typed(form));
      fetch(address, { method: "POST", body: body(form), headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (r) {
          return r.json().catch(function () { return {}; }).then(function (v) { return { status: r.status, ok: r.ok, v: v }; });
        })
        .then(function (r) {
          sending = false;
          if (r.ok) {
            wait = 0;
            clear();
            form.querySelectorAll("[name=version]").forEach(function (f) { if (r.v.version) f.value = r.v.version; });
            form.querySelectorAll("[name=notes_version]").forEach(function (f) { if (r.v.notes_version) f.value = r.v.notes_version; });
            dirty = JSON.stringify(typed(form)) !== now;
            if (dirty) { keep(); schedule(600); } else { drop(key); start = now; }
            say(dirty ? words.waits : r.v.message);
            write("saved|" + address, { tab: tab, versions: versions(form), at: Date.now() });
            return;
          }
          if (r.status === 401) {
            say(words.signedOut);
            notice(words.signedOut, [{ label: words.signIn, href: words.signInUrl }]);
            schedule(5000);
            return;
          }
          if (r.status === 409) {
            stopped = true;
            say(words.stale);
            notice(words.stale, [{ label: words.showBoth, do: function () { form.requestSubmit ? form.requestSubmit() : form.submit(); } }]);
            return;
          }
          if (r.status >= 500 || r.status === 429) { later5(); return; }
          say(r.v.message || words.waits); // something in it is not right; it is kept and tried with the next key
        })
        .catch(function () { sending = false; later5(); });
      function later5() {
        say(words.offline);
        wait = Math.min((wait || 2500) * 2, 30000);
        schedule(wait);
      }
    }

    form.addEventListener("input", function (e) {
      if (e.target.name === "q" || e.target.name === "pin_to" || !e.isTrusted && !e.detail && e.target === form) return;
      if (JSON.stringify(typed(form)) === start && !dirty) return;
      dirty = true;
      keep();
      if (!stopped) schedule(1000);
    });
    form.addEventListener("change", function (e) {
      if (e.target.type !== "checkbox" && e.target.type !== "radio") return;
      dirty = true; keep();
      if (!stopped) schedule(1000);
    });
    form.addEventListener("submit", function (e) {
      clearTimeout(timer);
      if (!navigator.onLine) { // the browser would show an error page in the place of the text
        e.preventDefault();
        dirty = true; keep(); say(words.offline);
        notice(words.offline, []);
        return;
      }
      stopped = true;
      keep(true);
      setTimeout(function () { stopped = false; }, 10000); // it may have failed, and the page is still here
    });
    window.addEventListener("online", function () { clear(); wait = 0; schedule(100); });
    window.addEventListener("focus", function () { if (dirty && !stopped) schedule(100); });
    window.addEventListener("pagehide", function () { if (dirty) keep(); });
    beat = setInterval(function () { if (dirty) { var k = read(key); if (k) { k.beat = Date.now(); write(key, k); } } }, 4000);
    window.addEventListener("beforeunload", function () { clearInterval(beat); });
    window.addEventListener("storage", function (e) {
      if (e.key !== "saved|" + address || !e.newValue) return;
      var other = read(e.key);
      if (other && other.tab !== tab && later(other.versions, versions(form)) && !dirty) notice(words.otherTab, []);
    });

    // On return: what was kept here and has not arrived is offered, never put back alone.
    (function () {
      if (!store) return;
      var here = versions(form), best = null, from = "";
      keys(prefix).forEach(function (k) {
        var x = read(k);
        if (!x || !x.fields || Date.now() - x.at > week) { drop(k); return; }
        if (k !== key && Date.now() - x.beat < alive) return; // another tab is at work on it
        var same = JSON.stringify(x.fields) === JSON.stringify(typed(form));
        if (k === key && same && x.sent && !later(here, x.versions)) { // sent for another row or a search: the page has it, the server not
          dirty = true; keep(); schedule(1000);
          return;
        }
        if (same || x.sent && later(here, x.versions)) { drop(k); return; }
        if (!best || x.at > best.at) { best = x; from = k; }
      });
      if (!best) return;
      var at = new Date(best.at);
      var clock = ("0" + at.getHours()).slice(-2) + ":" + ("0" + at.getMinutes()).slice(-2);
      notice(words.kept.replace("{time}", clock), [
        { label: words.restore, do: function () {
          clear(); restore(form, best);
          if (from !== key) drop(from);
          dirty = true; keep(); schedule(100);
          var first = form.querySelector("textarea, input:not([type=hidden])");
          if (first) first.focus();
        } },
        { label: words.discard, do: function () { drop(from); clear(); } },
      ]);
    })();
  });

  // The words about the limit come from the server, each minute.
  doc.querySelectorAll("[data-clock]").forEach(function (span) {
    setInterval(function () {
      if (doc.hidden) return;
      fetch(span.dataset.clock, { headers: { Accept: "application/json" } })
        .then(function (r) { return r.ok ? r.json() : null; })
        .then(function (v) {
          var s = span.querySelector(".status");
          if (!v || !s || !v.words || s.textContent.trim() === v.words) return;
          var icon = s.querySelector("svg");
          s.className = "status " + v.class;
          s.replaceChildren();
          if (icon) s.append(icon, " ");
          s.append(v.words);
        })
        .catch(function () { /* at the next minute again */ });
    }, 60000);
  });

  // Beside the form: a press pins a moment or paragraph to the takeaway that is chosen,
  // and the search inside the transcript answers as one types.
  var to = doc.querySelector("[data-pin-to]"), pinned = doc.querySelector("[data-pinned]");
  doc.querySelectorAll("button[name=pin][form]").forEach(function (b) {
    b.addEventListener("click", function (e) {
      var form = doc.getElementById(b.getAttribute("form"));
      var what = b.value.indexOf("/papers/") === 0 ? "papers" : "times";
      var field = form && to && form.querySelector("[name='" + to.value + "." + what + "']");
      if (!field) return; // the server does it
      e.preventDefault();
      if (field.value.split("\n").indexOf(b.value) < 0) field.value = (field.value.trim() + "\n" + b.value).trim();
      for (var d = field.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      if (pinned) pinned.textContent = b.getAttribute("aria-label") + ": " + to.selectedOptions[0].textContent;
    });
  });
  var find = doc.getElementById("desk-find");
  if (find) {
    find.addEventListener("keydown", function (e) { if (e.key === "Enter") e.preventDefault(); });
    find.addEventListener("input", function () {
      var want = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      doc.querySelectorAll(".moments > li").forEach(function (li) {
        var text = li.textContent.toLowerCase();
        li.hidden = !want.every(function (w) { return text.indexOf(w) >= 0; });
      });
    });
  }
})();
