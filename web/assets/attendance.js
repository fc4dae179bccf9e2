// The waiting page: it counts down and shows the button when the door opens, so that nobody
// needs to load the page again; and the start in the reader's own time, where the server does
// not know her zone yet. Without this the page looks again by itself.
(function () {
  "use strict";
  var doc = document;

  doc.querySelectorAll("[data-your-time]:not([data-known])").forEach(function (el) {
    try {
      var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      var venue = el.querySelector("time");
      var at = new Date(el.dataset.yourTime);
      var text = new Intl.DateTimeFormat(doc.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(at);
      var yours = doc.createElement("span");
      yours.className = "yours";
      yours.textContent = el.dataset.words.replace("{time}", text);
      if (venue) venue.parentNode.append(" ", yours);
    } catch (e) { /* the venue's time stands */ }
  });

  var box = doc.querySelector("[data-left]");
  if (!box) return;
  var clock = box.querySelector("[data-countdown]");
  var heading = box.querySelector("h2");
  var end = performance.now() + box.dataset.left * 1000;
  var timer;

  function two(n) { return (n < 10 ? "0" : "") + n; }

  function tick() {
    var left = Math.ceil((end - performance.now()) / 1000);
    if (left > 0) {
      var days = Math.floor(left / 86400), h = Math.floor(left / 3600), m = Math.floor(left / 60) % 60;
      clock.textContent = days > 1 ? "" : two(h) + ":" + two(m) + ":" + two(left % 60);
      clock.hidden = days > 1;
      return;
    }
    clearInterval(timer);
    clock.hidden = true;
    doc.querySelectorAll("[data-before]").forEach(function (el) { el.hidden = true; });
    heading.textContent = box.dataset.opened;
    doc.querySelectorAll("[data-enter]").forEach(function (el) { el.hidden = false; });
  }

  clock.setAttribute("aria-hidden", "true"); // it would be read out each second
  timer = setInterval(tick, 1000);
  tick();
  doc.addEventListener("visibilitychange", tick); // timers sleep in the background
})();
