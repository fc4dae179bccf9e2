// Stars without a reload, signs and pages that keep up with the time, fields to copy from.
// Every page does its job without any of this.
(function () {
  "use strict";
  var doc = document;

  function form(b) { return b.form || doc.getElementById("stars"); }

  function say(f, text) {
    var line = f && f.querySelector("[role=status]");
    if (line) line.textContent = text;
  }

  function flip(b, on) {
    b.name = on ? "remove" : "add";
    if (b.hasAttribute("aria-pressed")) { b.setAttribute("aria-pressed", String(on)); return; }
    var words = form(b).dataset, text = b.querySelector("span");
    b.classList.toggle("kept", on);
    b.classList.toggle("plain", on);
    if (text) text.textContent = on ? words.remove : words.add;
  }

  doc.addEventListener("click", function (e) {
    var b = e.target.closest && e.target.closest("button[form=stars], form[data-star] button");
    var f = b && form(b);
    if (!f || !window.fetch || b.dataset.busy === "plain") return;
    e.preventDefault();
    if (b.dataset.busy) return;
    b.dataset.busy = "1";
    var adding = b.name === "add";
    var body = new URLSearchParams([[b.name, b.value]]);
    fetch(f.action, { method: "POST", body: body, headers: { "X-Script": "1", Accept: "application/json" }, credentials: "same-origin" })
      .then(function (r) { if (!r.ok) throw r.status; return r.json(); })
      .then(function (v) { delete b.dataset.busy; flip(b, adding); say(f, v.say); })
      .catch(function () { b.dataset.busy = "plain"; b.click(); }); // whoever is not signed in is led to it
  });

  // A clock that runs, by the forum's time at the venue.
  var clock = doc.querySelector("[data-clock]");
  function now() { return Date.now() + (+clock.dataset.offset || 0); }
  function tick() {
    var t = doc.querySelector("[data-clock]");
    if (!t) return;
    try {
      var at = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: t.dataset.zone }).format(new Date(now()));
      var text = t.textContent.replace(/\d\d:\d\d/, at);
      if (text !== t.textContent) t.textContent = text;
    } catch (e) { /* the server's time stands */ }
  }

  // Parts of a page that are asked for anew when something begins or ends, and each minute.
  var busy = false;
  function refresh() {
    if (busy) return;
    busy = true;
    fetch(location.href, { credentials: "same-origin" })
      .then(function (r) { if (!r.ok) throw r.status; return r.text(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html");
        doc.querySelectorAll("[data-live]").forEach(function (old) {
          var part = fresh.querySelector("[data-live=" + old.dataset.live + "]");
          if (part && part.innerHTML !== old.innerHTML) old.replaceChildren.apply(old, Array.from(part.childNodes));
        });
        clock = doc.querySelector("[data-clock]") || clock;
        tick();
      })
      .catch(function () { /* the line is down: what stands there stays */ })
      .then(function () { busy = false; });
  }
  if (clock) {
    var turn = clock.dataset.turn, last = now(), minute = Math.floor(now() / 60000);
    tick();
    setInterval(function () {
      tick();
      var t = now(), until = Date.parse(clock.dataset.until || "");
      if (turn && t - last > 1000 * (+clock.dataset.turnAfter || 20)) { location.replace(turn); turn = ""; return; }
      if (turn) return;
      if (Math.floor(t / 60000) !== minute || until && t > until && t - last > 5000) {
        minute = Math.floor(t / 60000);
        last = t;
        if (!doc.hidden) refresh();
      }
    }, 1000);
  }

  doc.querySelectorAll("[data-print]").forEach(function (b) {
    b.hidden = false;
    b.addEventListener("click", function () { window.print(); });
  });

  if (navigator.clipboard) doc.querySelectorAll("[data-copy]").forEach(function (b) {
    var field = doc.getElementById(b.dataset.copy), words = b.textContent;
    b.hidden = false;
    b.setAttribute("aria-live", "polite");
    b.addEventListener("click", function () {
      field.select();
      navigator.clipboard.writeText(field.value).then(function () {
        b.textContent = b.dataset.done;
        setTimeout(function () { b.textContent = words; }, 3000);
      }, function () { /* it is selected: she copies it herself */ });
    });
  });
})();
