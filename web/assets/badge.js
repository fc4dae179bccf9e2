// One's own badge: kept on the phone and saved as a picture. And the design of badges:
// shown anew as it is changed. Both pages do without.
(function () {
  "use strict";
  var doc = document, mine = doc.getElementById("my-badge"), form = doc.querySelector("form.form"), preview = doc.getElementById("badge-preview");
  if (mine) keep();
  if (form && preview && window.fetch) live();

  function keep() {
    if ("serviceWorker" in navigator && window.caches) {
      var page = location.pathname, said = doc.getElementById("my-badge-kept");
      navigator.serviceWorker.register(mine.dataset.worker, { scope: page }).then(function () {
        var files = [page];
        doc.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]").forEach(function (e) { files.push(e.href || e.src); });
        return caches.open("plenary " + location.origin + page).then(function (c) { return c.addAll(files); });
      }).then(function () { if (said) said.hidden = false; }, function () { /* it stays a page */ });
    }
    var save = doc.getElementById("my-badge-save"), svg = mine.querySelector("svg");
    if (!save || !svg || !window.XMLSerializer) return;
    save.hidden = false;
    save.addEventListener("click", function () {
      var box = svg.viewBox.baseVal, k = 12, image = new Image();
      image.onload = function () {
        var canvas = doc.createElement("canvas");
        canvas.width = box.width * k;
        canvas.height = box.height * k;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        var a = doc.createElement("a");
        a.href = canvas.toDataURL("image/png");
        a.download = save.dataset.name;
        a.click();
      };
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
    });
  }

  function live() {
    var timer = null, asked = 0;
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        var data = new FormData(form), mine = ++asked;
        data.delete("file");
        data.set("_preview", "1");
        fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(data), credentials: "same-origin" }).then(function (r) {
          return r.ok ? r.text() : "";
        }).then(function (html) {
          var next = html && new DOMParser().parseFromString(html, "text/html").getElementById("badge-preview");
          if (next && mine === asked) preview.replaceChildren.apply(preview, Array.prototype.slice.call(next.childNodes));
        }).catch(function () { /* the button does it */ });
      }, 250);
    });
  }
})();
