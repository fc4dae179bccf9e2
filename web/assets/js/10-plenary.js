// Nothing here is needed for a page to do its job; it only makes it nicer.
(function () {
  "use strict";
  var doc = document;

  // The reader's zone, told to the server once, so that times come in her clock too.
  try {
    var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone && !/(^|; )zone=/.test(doc.cookie)) {
      doc.cookie = "zone=" + encodeURIComponent(zone) + "; path=/; max-age=31536000; samesite=lax";
    }
  } catch (e) { /* no zone, no third clock */ }

  // A language that was chosen in the address holds for bare addresses too, as mails
  // have them.
  var chosen = /^\/(en|fr|es|ru|zh|ar)(\/|$)/.exec(location.pathname);
  if (chosen) doc.cookie = "lang=" + chosen[1] + "; path=/; max-age=31536000; samesite=lax";

  // Counters of characters run along as one types.
  function count(p) {
    var field = doc.getElementById(p.dataset.count);
    if (!field) return;
    var template = p.textContent, max = +p.dataset.max;
    function show() {
      var n = Array.from(field.value).length;
      p.textContent = n ? n + " / " + max : template;
      p.classList.toggle("over", n > max);
    }
    field.addEventListener("input", show);
    if (field.value) show();
  }
  doc.querySelectorAll("[data-count]:not([data-unit=word])").forEach(count); // words: 60-form.js

  // On a wide screen the filters stand open.
  if (window.matchMedia("(min-width: 64rem)").matches) {
    doc.querySelectorAll("details.filters").forEach(function (d) { d.open = true; });
  }

  // A menu closes with Escape and gives the focus back.
  doc.addEventListener("keydown", function (e) {
    if (e.key !== "Escape") return;
    doc.querySelectorAll("details.menu[open]").forEach(function (d) {
      d.open = false;
      d.querySelector("summary").focus();
    });
  });
})();
