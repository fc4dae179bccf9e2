// A recording in step with its transcript: a time leads to its second, and what is
// being said is marked. Without this the times are links and the player plays.
(function () {
  "use strict";
  var player = document.querySelector("[data-transcript]");
  var segments = Array.from(document.querySelectorAll(".transcript [data-t]"));
  if (!player || !segments.length) return;
  var zero = +player.dataset.transcript || 0, current = null;
  var times = segments.map(function (s) { return +s.dataset.t; });

  function seek(seconds) {
    var to = Math.max(0, seconds + zero);
    function go() { player.currentTime = to; }
    if (player.readyState > 0) go();
    else { player.addEventListener("loadedmetadata", go, { once: true }); player.load(); }
    var playing = player.play();
    if (playing && playing.catch) playing.catch(function () { /* the reader presses play */ });
  }

  document.addEventListener("click", function (e) {
    var link = e.target.closest && e.target.closest(".transcript [data-t] > a[href^='#']");
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    // The address still changes, so that it can be copied; Enter clicks too.
    seek(+link.parentNode.dataset.t);
  });

  player.addEventListener("timeupdate", function () {
    var now = player.currentTime - zero + 0.05, low = 0, high = times.length - 1, at = -1;
    while (low <= high) {
      var middle = (low + high) >> 1;
      if (times[middle] <= now) { at = middle; low = middle + 1; } else high = middle - 1;
    }
    var next = at < 0 ? null : segments[at];
    if (next === current) return;
    if (current) { current.classList.remove("playing"); current.removeAttribute("aria-current"); }
    if (next) { next.classList.add("playing"); next.setAttribute("aria-current", "true"); }
    current = next;
  });
})();
