// Shows the programme of a forum on another site:
//   <script async src="https://forum.example/2026/embed.js" data-day="day-1" data-lang="fr"></script>
// data-day, data-theme, data-track and data-room narrow it, data-title names the frame.
(function () {
  "use strict";
  var me = document.currentScript;
  if (!me) return;
  var at = new URL(me.src), data = me.dataset, query = new URLSearchParams();
  ["day", "theme", "track", "room"].forEach(function (k) { if (data[k]) query.set(k, data[k]); });
  var path = at.pathname.replace(/\/embed\.js$/, "/embed");
  if (/^(en|fr|es|ru|zh|ar)$/.test(data.lang || "")) path = "/" + data.lang + path.replace(/^\/(en|fr|es|ru|zh|ar)\//, "/");
  var frame = document.createElement("iframe");
  frame.src = at.origin + path + (String(query) ? "?" + query : "");
  frame.title = data.title || "Programme";
  frame.loading = "lazy";
  frame.style.cssText = "display:block;inline-size:100%;border:0;block-size:" + (parseInt(data.height, 10) || 600) + "px";
  me.after(frame);
  window.addEventListener("message", function (e) {
    if (e.source !== frame.contentWindow || e.origin !== at.origin || !e.data || e.data.plenary !== "height") return;
    var h = Math.round(Number(e.data.height));
    if (h > 0 && h < 100000 && !data.height) frame.style.blockSize = h + "px";
  });
})();
