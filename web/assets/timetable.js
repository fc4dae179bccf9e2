// The plan of the programme team: drag and resize, move by keys, see what others move, and
// watch the optimiser. Every one of these has a form that does the same without script.
(function () {
  "use strict";
  var doc = document, planner = doc.getElementById("planner"), said = doc.getElementById("plan-said");
  if (planner) plan();
  var run = doc.getElementById("run");
  if (run) watch(run);

  function plan() {
    var step = 5, busy = null, clicks = true, again = null;
    var rtl = doc.documentElement.dir === "rtl";
    function grid() { return planner.querySelector("[data-plan]"); }
    function say(text) { said.textContent = text; }
    function words(key, values) {
      return (planner.getAttribute("data-say-" + key) || "").replace(/\{(\w+)\}/g, function (all, name) { return name in values ? values[name] : all; });
    }
    function clock(minutes) { return ("0" + Math.floor(minutes / 60)).slice(-2) + ":" + ("0" + minutes % 60).slice(-2); }
    function minutesOf(text) { var p = (text || "").split(":"); return p.length === 2 ? p[0] * 60 + +p[1] : -1; }
    function heads() { return Array.prototype.slice.call(grid().querySelectorAll(".room-head")); }
    function wide() { return getComputedStyle(grid()).display === "grid"; }

    // What a point of the grid means: the column, and the minute of the day.
    function at(x, y) {
      var hours = grid().querySelectorAll(".hour"), cols = heads(), first = hours[0].getBoundingClientRect().top;
      var hour = hours.length > 1 ? hours[1].getBoundingClientRect().top - first : 96;
      var column = -1;
      cols.forEach(function (h, i) {
        var r = h.getBoundingClientRect();
        if (x >= r.left - 3 && x <= r.right + 3) column = i;
      });
      var minute = +planner.dataset.first * 60 + Math.round((y - first) / hour * 60 / step) * step;
      return { column: column, minute: Math.max(+planner.dataset.first * 60, Math.min(minute, +planner.dataset.last * 60 - step)) };
    }

    function ghost(place, minutes, text) {
      var g = grid().querySelector(".ghost") || grid().appendChild(doc.createElement("div"));
      g.className = "ghost h" + Math.floor(place.minute / 60) + " m" + place.minute % 60 + " d" + Math.min(480, Math.max(step, Math.ceil(minutes / step) * step)) + " r" + (place.column + 1);
      g.textContent = text;
    }
    function unghost() { var g = grid().querySelector(".ghost"); if (g) g.remove(); }

    // send puts a session somewhere; place is null to take it out of the plan.
    function send(card, place, minutes) {
      var head = place && heads()[place.column], form = new URLSearchParams();
      form.set("session", card.dataset.session);
      form.set("version", card.dataset.version);
      form.set("minutes", minutes);
      if (place) {
        form.set("date", planner.dataset.date);
        form.set("start", clock(place.minute));
        form.set("room", head.dataset.room);
      }
      fetch(planner.dataset.base + "/move", { method: "POST", body: form, headers: { "X-Plan": "1" }, credentials: "same-origin" })
        .then(function (r) { return r.json(); })
        .then(function (a) { say(a.message); return refresh(card.id); })
        .catch(function () { say(words("failed", {})); });
    }

    // refresh shows the plan as it stands on the server, and keeps the focus.
    function refresh(id) {
      if (busy) { again = true; return; }
      var active = doc.activeElement, focused = id || (active && active.closest && active.closest("[data-session]") || {}).id;
      return fetch(location.href, { credentials: "same-origin" }).then(function (r) {
        if (!r.ok) throw new Error(r.status);
        return r.text();
      }).then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html"), next = fresh.getElementById("planner");
        if (!next) { location.reload(); return; }
        var box = planner.querySelector(".timetable-box"), top = box.scrollTop, left = box.scrollLeft;
        var was = {};
        planner.querySelectorAll("[data-session]").forEach(function (e) { was[e.id] = e.dataset.version; });
        ["version", "first", "last"].forEach(function (k) { planner.dataset[k] = next.dataset[k]; });
        planner.innerHTML = next.innerHTML;
        [".head .facts", ".head .subtitle", ".result .actions", ".tabs.days"].forEach(function (sel) {
          var a = doc.querySelector("main " + sel), b = fresh.querySelector("main " + sel);
          if (a && b) a.innerHTML = b.innerHTML;
        });
        box = planner.querySelector(".timetable-box");
        box.scrollTop = top; box.scrollLeft = left;
        planner.querySelectorAll("[data-session]").forEach(function (e) { if (was[e.id] !== e.dataset.version) e.classList.add("came"); });
        sizes();
        var back = focused && doc.getElementById(focused);
        if (back) back.querySelector("a").focus({ preventScroll: true });
      });
    }

    // Whoever else moves something is seen at once.
    (function listen() {
      var seen = planner.dataset.version;
      fetch(planner.dataset.base + "/version?after=" + seen, { credentials: "same-origin" }).then(function (r) {
        if (!r.ok) throw new Error(r.status);
        return r.json();
      }).then(function (a) {
        if (String(a.version) !== planner.dataset.version) return refresh();
      }).then(listen, function () { setTimeout(listen, 5000); });
    })();

    // A handle at the foot of each session changes how long it takes.
    function sizes() {
      if (!wide()) return;
      grid().querySelectorAll(".slot").forEach(function (s) {
        s.querySelector("a").draggable = false;
        if (!s.querySelector(".size")) s.appendChild(doc.createElement("span")).className = "size";
      });
    }
    sizes();

    planner.addEventListener("pointerdown", function (e) {
      var card = e.target.closest("[data-session]");
      if (!card || e.button !== 0 || e.pointerType === "touch" || !wide() || e.target.closest("button, input")) return;
      var size = e.target.closest(".size"), x = e.clientX, y = e.clientY, minutes = +card.dataset.minutes, place = null, out = false, began = false;
      var grip = card.classList.contains("slot") ? y - card.getBoundingClientRect().top : 8;
      function move(ev) {
        if (!began && Math.abs(ev.clientX - x) + Math.abs(ev.clientY - y) < 6) return;
        if (!began) { began = true; busy = card; card.classList.add("dragged"); doc.getSelection().removeAllRanges(); }
        ev.preventDefault();
        if (size) {
          var from = minutesOf(card.dataset.start), end = at(ev.clientX, ev.clientY).minute;
          minutes = Math.max(step, end - from);
          place = { column: +(/ r(\d+)/.exec(card.className) || [0, 1])[1] - 1, minute: from };
          ghost(place, minutes, words("long", { minutes: minutes }));
          return;
        }
        out = !!(doc.elementFromPoint(ev.clientX, ev.clientY) || planner).closest("[data-tray]");
        place = at(ev.clientX, ev.clientY - grip);
        if (place.column < 0 || out) { place = null; unghost(); return; }
        ghost(place, minutes, clock(place.minute) + " " + card.dataset.name);
      }
      function up() {
        doc.removeEventListener("pointermove", move);
        doc.removeEventListener("pointerup", up);
        doc.removeEventListener("pointercancel", up);
        if (!began) return;
        clicks = false;
        setTimeout(function () { clicks = true; }, 0);
        card.classList.remove("dragged");
        unghost();
        busy = null;
        if (place || out) send(card, place, minutes);
        else if (again) { again = null; refresh(); }
      }
      doc.addEventListener("pointermove", move);
      doc.addEventListener("pointerup", up);
      doc.addEventListener("pointercancel", up);
    });
    planner.addEventListener("click", function (e) { if (!clicks) e.preventDefault(); }, true);

    // m takes a session up, the arrows move it, Enter puts it down, Escape leaves it.
    var held = null;
    planner.addEventListener("keydown", function (e) {
      var card = e.target.closest && e.target.closest("[data-session]");
      if (!card || !wide()) return;
      if (!held) {
        if (e.key !== "m" && e.key !== "M" || e.ctrlKey || e.metaKey || e.altKey) return;
        var start = minutesOf(card.dataset.start), column = +(/ r(\d+)/.exec(card.className) || [0, 1])[1] - 1;
        held = { card: card, place: { column: column, minute: start < 0 ? +planner.dataset.first * 60 : start } };
        busy = card;
        show(words("grabbed", { session: card.dataset.name }));
        e.preventDefault();
        return;
      }
      var p = held.place, n = heads().length, page = e.shiftKey ? 12 : 1;
      var forward = rtl ? "ArrowLeft" : "ArrowRight", backward = rtl ? "ArrowRight" : "ArrowLeft";
      if (e.key === "ArrowDown") p.minute = Math.min(p.minute + step * page, +planner.dataset.last * 60 - step);
      else if (e.key === "ArrowUp") p.minute = Math.max(p.minute - step * page, +planner.dataset.first * 60);
      else if (e.key === forward) p.column = Math.min(p.column + 1, n - 1);
      else if (e.key === backward) p.column = Math.max(p.column - 1, 0);
      else if (e.key === "Enter" || e.key === " ") { var h = held; release(); send(h.card, h.place, +h.card.dataset.minutes); e.preventDefault(); return; }
      else if (e.key === "Escape" || e.key === "Tab") { release(); say(words("left", {})); if (again) { again = null; refresh(); } return; }
      else return;
      e.preventDefault();
      show(words("at", { room: heads()[p.column].dataset.name, time: clock(p.minute) }));
    });
    function show(text) {
      ghost(held.place, +held.card.dataset.minutes, clock(held.place.minute) + " " + held.card.dataset.name);
      grid().querySelector(".ghost").scrollIntoView({ block: "nearest", inline: "nearest" });
      say(text);
    }
    function release() { held = null; busy = null; unghost(); }

    // Ctrl+Z takes back, Ctrl+Y does again.
    doc.addEventListener("keydown", function (e) {
      if (!(e.ctrlKey || e.metaKey) || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) return;
      var key = e.key.toLowerCase(), which = key === "z" && !e.shiftKey ? "[data-undo]" : key === "y" || key === "z" ? "[data-redo]" : "";
      var b = which && doc.querySelector(which);
      if (b) { e.preventDefault(); b.click(); }
    });
  }

  // watch shows how far a run of the optimiser is, and its result when there is one.
  function watch(section) {
    var bar = section.querySelector("progress"), text = section.querySelector("[data-progress]"), chart = section.querySelector("[data-chart]");
    var told = 0;
    (function look() {
      fetch(section.dataset.state, { credentials: "same-origin" }).then(function (r) { return r.json(); }).then(function (a) {
        if (!a.running) { location.reload(); return; }
        bar.value = a.percent;
        chart.innerHTML = a.chart;
        if (Date.now() - told > 4000) { text.textContent = a.text; told = Date.now(); } // not too much to listen to
        setTimeout(look, 1000);
      }, function () { setTimeout(look, 3000); });
    })();
  }
})();
